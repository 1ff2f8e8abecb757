// Collection rounds: which are open, who has returned; open a new one.
import { PlusOutlined } from "@ant-design/icons";
import { Button, Drawer, Progress, Skeleton } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { $api } from "../../api/client";
import { useTo } from "../../app/view";
import { useWords } from "../../app/words";
import type { components } from "../../made/schema";
import { FaultNote } from "../../parts/FaultNote";
import { Page } from "../../parts/Page";
import { Scrolling } from "../../parts/Scrolling";
import { Day, MadeUp } from "../../parts/values";
import "../imports/office.css";
import { PlainTable } from "../imports/Paged";
import { NewRound } from "./NewRound";

type Head = components["schemas"]["RoundHead"];

export default function RoundsPage() {
  const { t } = useWords();
  const [open, show] = useState(false);
  const { data, error } = $api.useQuery("get", "/api/rounds", { params: { query: { limit: 50 } } });
  return (
    <Page
      title={t("rounds_title")}
      lead={t("rounds_lead")}
      actions={
        <Button icon={<PlusOutlined />} onClick={() => show(true)}>
          {t("rd_open_new")}
        </Button>
      }
    >
      <FaultNote fault={error as Error | null} />
      {!data && !error && <Skeleton active />}
      {data && !data.rows.length && <p className="no-data">{t("rounds_empty").replace(/[:：].*$/, "")}</p>}
      {data && data.rows.length > 0 && (
        <Scrolling label={t("rounds_title")}>
          <Table rows={data.rows} />
        </Scrolling>
      )}
      <Drawer
        open={open}
        onClose={() => show(false)}
        title={t("rd_open_new")}
        size={Math.min(520, innerWidth)}
        destroyOnHidden
      >
        <NewRound onDone={() => show(false)} />
      </Drawer>
    </Page>
  );
}

function Table({ rows }: { rows: Head[] }) {
  const { t } = useWords();
  const to = useTo();
  return (
    <PlainTable
      rows={rows}
      columns={[
        {
          key: "name",
          title: t("rd_name"),
          cell: (one) => (
            <>
              <Link to={to(`/rounds/${encodeURIComponent(one.id)}`)}>{one.name}</Link>{" "}
              <MadeUp synthetic={one.synthetic} />
            </>
          ),
        },
        { key: "due", title: t("rd_due"), width: "8rem", cell: (one) => <Day text={one.due} /> },
        { key: "taken", title: t("round_taken"), width: "14rem", cell: (one) => <Taken one={one} /> },
        { key: "late", title: t("round_late"), right: true, cell: (one) => one.total.late || "—" },
        { key: "questions", title: t("round_questions"), right: true, cell: (one) => one.total.questions || "—" },
        { key: "conflicts", title: t("round_conflicts"), right: true, cell: (one) => one.total.conflicts || "—" },
        {
          key: "state",
          title: t("state"),
          cell: (one) =>
            one.closed ? (
              <>
                {t("round_closed")} <Day text={one.closed} />
              </>
            ) : (
              t("round_open")
            ),
        },
      ]}
    />
  );
}

function Taken({ one }: { one: Head }) {
  const { t } = useWords();
  const said = t("rd_taken_of", { n: one.total.taken, of: one.total.bodies });
  return (
    <>
      <span className="number">{said}</span>
      <Progress
        percent={one.total.bodies ? Math.round((100 * one.total.taken) / one.total.bodies) : 0}
        showInfo={false}
        size="small"
        strokeColor="var(--accent)"
        aria-label={said}
      />
    </>
  );
}
