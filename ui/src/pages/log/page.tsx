// The log: who wrote what, when and why, newest first.
import { Skeleton, Table } from "antd";
import { $api } from "../../api/client";
import { useWords } from "../../app/words";
import { FaultNote } from "../../parts/FaultNote";
import { Page } from "../../parts/Page";
import { Scrolling } from "../../parts/Scrolling";
import { moment } from "../../parts/values";

interface Entry {
  revision: number;
  at: string;
  actor: string | null;
  reason: string | null;
  counts: Record<string, number>;
}

export default function LogPage() {
  const { t, table } = useWords();
  const { data, error } = $api.useQuery("get", "/api/log", { params: { query: { limit: 200 } } });
  const rows = (data?.["rows"] ?? []) as Entry[];
  const written = (counts: Record<string, number>) =>
    Object.entries(counts ?? {})
      .map(([name, n]) => `${table(name)} ${n}`)
      .join(", ");
  return (
    <Page title={t("log")} lead={t("log_lead")}>
      <FaultNote fault={error as Error | null} />
      {!data ? (
        <Skeleton active />
      ) : (
        <Scrolling label={t("log")}>
          <Table<Entry>
            size="small"
            rowKey="revision"
            dataSource={rows}
            pagination={{ pageSize: 50, hideOnSinglePage: true }}
            className="wide-table"
            columns={[
              { title: t("revision"), dataIndex: "revision", align: "right", width: 80, className: "number" },
              { title: t("at"), dataIndex: "at", width: 150, render: moment },
              { title: t("who"), dataIndex: "actor", width: 140 },
              { title: t("why"), dataIndex: "reason" },
              { title: t("rows_written"), dataIndex: "counts", render: written },
            ]}
          />
        </Scrolling>
      )}
    </Page>
  );
}
