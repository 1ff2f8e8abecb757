// All tables of the register with the number of their rows.
import { Checkbox, Input, Skeleton, Table } from "antd";
import { parseAsBoolean, parseAsString } from "nuqs";
import { Link } from "react-router";
import { $api } from "../../api/client";
import { useTo, useView } from "../../app/view";
import { useWords, type Word } from "../../app/words";
import type { components } from "../../made/schema";
import { FaultNote } from "../../parts/FaultNote";
import { Page } from "../../parts/Page";
import { Scrolling } from "../../parts/Scrolling";
import { number } from "../../parts/values";
import "./data.css";

type Counted = components["schemas"]["CountedTable"];
const HOMES = ["register", "intake", "atlas", "measures", "watch", "publish", "store"];

function Group({ home, rows }: { home: string; rows: Counted[] }) {
  const { t, lang } = useWords();
  const to = useTo();
  const title = t(`tables_home_${home}` as Word);
  return (
    <section className="tables-group">
      <h2>{title}</h2>
      <Scrolling label={title}>
        <Table<Counted>
          size="small"
          rowKey="table"
          dataSource={rows}
          pagination={false}
          columns={[
            { title: t("tables_table"), render: (_, row) => <Link to={to(`/data/${row.table}`)}>{row[lang]}</Link> },
            { title: t("tables_name"), dataIndex: "table", width: 170, className: "tables-name", render: (name: string) => <code>{name}</code> },
            { title: t("tables_count"), dataIndex: "rows", align: "right", width: 110, className: "number",
              render: (n: number) => (n ? number(n) : <span className="quiet">—</span>) },
          ]} // prettier-ignore
        />
      </Scrolling>
    </section>
  );
}

export default function DataPage() {
  const { t } = useWords();
  const [{ find, filled }, set] = useView({
    find: parseAsString.withDefault(""),
    filled: parseAsBoolean.withDefault(false),
  });
  const { data, error } = $api.useQuery("get", "/api/tables", {});
  const wanted = find.trim().toLowerCase();
  const fits = (row: Counted) =>
    (!filled || row.rows > 0) && [row.table, row.zh, row.en].some((text) => text.toLowerCase().includes(wanted));
  const rows = (data?.rows ?? []).filter(fits);
  return (
    <Page title={t("tables")} lead={t("tables_lead")} revision={data?.revision}>
      <div className="tables-bar">
        <Input.Search
          aria-label={t("tables_find")}
          placeholder={t("tables_find")}
          value={find}
          maxLength={100}
          onChange={(event) => void set({ find: event.target.value || null })}
        />
        <Checkbox checked={filled} onChange={(event) => void set({ filled: event.target.checked || null })}>
          {t("tables_hide_empty")}
        </Checkbox>
      </div>
      <FaultNote fault={error as Error | null} />
      {!data && !error && <Skeleton active />}
      {data && rows.length === 0 && <p className="no-data">{t("tables_none")}</p>}
      <div className="tables-groups">
        {HOMES.map((home) => ({ home, rows: rows.filter((row) => row.home === home) }))
          .filter((group) => group.rows.length > 0)
          .map((group) => (
            <Group key={group.home} {...group} />
          ))}
      </div>
    </Page>
  );
}
