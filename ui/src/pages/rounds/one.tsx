// One round: the board of its bodies, returns in, conflicts settled, the bulletin out.
import { DownloadOutlined } from "@ant-design/icons";
import { Button, Checkbox, Skeleton } from "antd";
import { parseAsString, parseAsStringLiteral } from "nuqs";
import { useState } from "react";
import { useParams } from "react-router";
import { $api, address } from "../../api/client";
import { useSend } from "../../api/send";
import { useView } from "../../app/view";
import { useWords } from "../../app/words";
import type { components } from "../../made/schema";
import { FaultNote } from "../../parts/FaultNote";
import { Page } from "../../parts/Page";
import { day, MadeUp } from "../../parts/values";
import { Why } from "../../parts/Why";
import "../imports/office.css";
import { Parts } from "../imports/Parts";
import { BodyDrawer } from "./BodyDrawer";
import { Board } from "./Board";
import { Conflicts } from "./Conflicts";
import { Figures, Renames, Since, Totals } from "./Tables";
import { Returns } from "./Returns";
import { Bulletin } from "./Bulletin";

const TABS = ["board", "conflicts", "totals", "renames", "figures", "since", "bulletin"] as const;
type Whole = components["schemas"]["RoundBoard"];

export default function RoundPage() {
  const { id = "" } = useParams();
  const { t } = useWords();
  const { data, error } = $api.useQuery("get", "/api/rounds/{round}", { params: { path: { round: id } } });
  if (error) return <Page title={t("rounds_title")}>{<FaultNote fault={error as Error} />}</Page>;
  if (!data) return <Page title={t("rounds_title")}>{<Skeleton active />}</Page>;
  return <Known round={data} />;
}

function Known({ round }: { round: Whole }) {
  const { t, lang } = useWords();
  const [{ tab, body }, look] = useView({
    tab: parseAsStringLiteral(TABS).withDefault("board"),
    body: parseAsString,
  });
  const { total } = round;
  const lead = [
    t("rd_due_on", { day: day(round.due, lang) }),
    round.closed && t("rd_closed_on", { day: day(round.closed, lang) }),
    t("rd_taken_of", { n: total.taken, of: total.bodies }),
  ];
  const counted = (word: string, n: number) => (n ? `${word} ${n}` : word);
  const open = (id: string | null) => void look({ body: id });
  const parts = [
    { key: "board", label: t("rd_board"), show: () => <Board round={round} onOpen={open} /> },
    {
      key: "conflicts",
      label: counted(t("rd_conflicts"), round.open_conflicts),
      show: () => <Conflicts round={round} />,
    },
    {
      key: "totals",
      label: counted(t("rd_totals"), round.totals.filter((one) => !one.agrees).length),
      show: () => <Totals round={round} />,
    },
    { key: "renames", label: counted(t("rd_renames"), round.renames.length), show: () => <Renames round={round} /> },
    { key: "figures", label: t("rd_figures"), show: () => <Figures id={round.id} /> },
    { key: "since", label: t("rd_since"), show: () => <Since id={round.id} /> },
    { key: "bulletin", label: t("rd_bulletin"), show: () => <Bulletin id={round.id} /> },
  ];
  return (
    <Page
      title={round.name ?? round.id}
      lead={
        <>
          {lead.filter(Boolean).join(" · ")} <MadeUp synthetic={round.synthetic} />
        </>
      }
      actions={<Actions round={round} />}
    >
      {!round.closed && <Returns round={round} />}
      <Parts
        label={round.name ?? round.id}
        chosen={tab}
        onChoose={(key) => void look({ tab: key as (typeof TABS)[number] })}
        parts={parts}
      />
      <BodyDrawer round={round} body={body} onClose={() => open(null)} />
    </Page>
  );
}

function Actions({ round }: { round: Whole }) {
  const { t } = useWords();
  const send = useSend();
  const [force, must] = useState(false);
  const path = `/api/rounds/${encodeURIComponent(round.id)}`;
  const unfinished = round.total.outstanding > 0 || round.open_conflicts > 0;
  return (
    <>
      <Button icon={<DownloadOutlined />} href={address(`${path}/forms.zip`)} download>
        {t("rd_forms")}
      </Button>
      <Button icon={<DownloadOutlined />} href={address(`${path}/bulletin.docx`)} download>
        {t("rd_bulletin_get")}
      </Button>
      {!round.closed && (
        <span className="office-line">
          {unfinished && (
            <Checkbox checked={force} onChange={({ target }) => must(target.checked)}>
              {t("rd_close_force")}
            </Checkbox>
          )}
          <Why
            disabled={unfinished && !force}
            title={t("rd_close_note")}
            onSay={(said) => send.mutateAsync({ path: `${path}/close`, body: { ...said, force } })}
          >
            {t("rd_close")}
          </Why>
        </span>
      )}
    </>
  );
}
