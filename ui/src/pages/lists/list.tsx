// One list: rows with reasons and proof, its editions, what another threshold would change.
import { Drawer, Input, Segmented, Select, Skeleton } from "antd";
import { parseAsString } from "nuqs";
import { useParams } from "react-router";
import { $api, api } from "../../api/client";
import { useView } from "../../app/view";
import { useWords } from "../../app/words";
import type { components } from "../../made/schema";
import { Downloads } from "../../parts/Downloads";
import { FaultNote } from "../../parts/FaultNote";
import { Page } from "../../parts/Page";
import { Inside, Proof } from "../../parts/Proof";
import { Rows, type RowsColumn } from "../../parts/Rows";
import { NoData } from "../../parts/values";
import { Name, Reason, Value, ownerName, type Column, type Row } from "./cells";
import { Editions } from "./Editions";
import { ListFigure, Moved, RuleLine } from "./parts";
import { Try } from "./Try";

type About = components["schemas"]["ListAbout"];
const text = parseAsString.withDefault("");
export const parts = {
  q: text,
  city: text,
  owner: text,
  change: text,
  sort: text,
  pick: text,
  edition: text,
  try: text,
  which: text,
};

export default function ListPage() {
  const { id = "" } = useParams();
  const { t, lang } = useWords();
  const { data, error } = $api.useQuery("get", "/api/lists/{id}/about", { params: { path: { id } } });
  const [view, set] = useView(parts);
  const filters = { q: view.q, city: view.city, owner: view.owner, change: view.change };
  const said = Object.values(filters).filter(Boolean).join(" · ");
  return (
    <Page
      title={data ? data.short[lang] : t("lists_list")}
      lead={data?.short.source}
      revision={data?.revision}
      filters={said}
      actions={
        <>
          <Editions id={id} edition={view.edition} onEdition={(edition) => void set({ edition: edition || null })} />
          <Downloads path={`/api/lists/${id}`} query={{ ...filters, sort: view.sort }} />
        </>
      }
    >
      <FaultNote fault={error as Error | null} />
      {!data ? (
        !error && <Skeleton active paragraph={{ rows: 10 }} />
      ) : (
        <>
          <p className="count">
            <ListFigure list={data.short} view={data} large /> <Moved list={data.short} />
          </p>
          <RuleLine rule={data.short.rule} />
          {data.parameters.length > 0 && <Try id={id} about={data} value={view.try} which={view.which} set={set} />}
          {data.short.count === 0 ? <Empty about={data} /> : <Table id={id} about={data} view={view} set={set} />}
          <Left id={id} />
        </>
      )}
    </Page>
  );
}

type ViewOf = Record<keyof typeof parts, string>;
export type SetView = (next: Partial<Record<keyof typeof parts, string | null>>) => Promise<unknown>;

function Empty({ about }: { about: About }) {
  const { t } = useWords();
  const need = about.needs[0] as { table?: string } | undefined;
  return need?.table ? (
    <NoData table={need.table}>{t("lists_needs")}</NoData>
  ) : (
    <p className="no-data">{t("lists_empty")}</p>
  );
}

function Table({ id, about, view, set }: { id: string; about: About; view: ViewOf; set: SetView }) {
  const { t } = useWords();
  const [table, row] = view.pick.split(":", 2);
  const asked = { q: view.q, city: view.city, owner: view.owner, change: view.change, sort: view.sort };
  const query = Object.fromEntries(Object.entries(asked).filter(([, value]) => value));
  return (
    <>
      <Filters about={about} view={view} set={set} />
      <Rows<Row>
        label={t("lists_list")}
        question={["list", id, query, about.revision, about.on, about.branch]}
        load={async (offset, limit) => {
          const { data } = await api.GET("/api/lists/{id}", {
            params: { path: { id }, query: { ...query, offset, limit } },
          });
          return { rows: (data?.rows ?? []) as Row[], total: data?.total ?? 0 };
        }}
        rowKey={(one) => (one.proof ? `${one.proof.table}:${one.proof.id}` : one.id)}
        selected={view.pick}
        sort={view.sort}
        onSort={(sort) => void set({ sort: sort || null })}
        onPick={(one) => one.proof && void set({ pick: `${one.proof.table}:${one.proof.id}` })}
        columns={columnsOf(about, t)}
        height={560}
      />
      <Drawer
        open={Boolean(table && row)}
        onClose={() => void set({ pick: null })}
        title={t("proof")}
        size={Math.min(520, innerWidth)}
        destroyOnHidden
      >
        {table && row && <Inside table={table} id={row} />}
      </Drawer>
    </>
  );
}

function columnsOf(about: About, t: ReturnType<typeof useWords>["t"]): RowsColumn<Row>[] {
  const lang = document.documentElement.lang === "en" ? "en" : "zh";
  const own = about.columns.filter(({ name }) => !["name", "owner", "reason", "reason_en"].includes(name));
  const title = (one: Column) => one[lang];
  return [
    { key: "name", title: t("project"), width: 270, sortable: true, cell: (row) => <Name row={row} /> },
    { key: "reason", title: t("reason"), width: 230, cell: (row) => <Reason row={row} /> },
    { key: "owner", title: t("owner"), width: 170, sortable: true, cell: (row) => ownerName(row.owner, t) },
    ...own.map((one): RowsColumn<Row> => ({
      key: one.name,
      title: title(one),
      width: widthOf(one),
      sortable: !["why", "words"].includes(one.kind),
      align: ["number", "money", "metric_value"].includes(one.kind) ? "right" : "left",
      cell: (row) => <Value column={one} row={row} />,
    })),
    { key: "times", title: t("lists_times"), width: 90, cell: (row) => <Times row={row} /> },
    { key: "proof", title: t("proof"), width: 80, stays: true, cell: (row) => row.proof && <Stopped row={row} /> },
  ];
}

const DATES = /^(due|since|until|issued|started|library|signed|next_step|closed)$/;
const widthOf = (one: Column) => (DATES.test(one.name) ? 146 : Math.max(96, Math.min(240, one.width * 8)));

/** The proof as a button of its own: the keyboard's way to what a press on the row opens. */
function Stopped({ row }: { row: Row }) {
  return (
    <span onClick={(event) => event.stopPropagation()}>
      <Proof table={row.proof!.table} id={row.proof!.id} />
    </span>
  );
}

function Times({ row }: { row: Row }) {
  const { t } = useWords();
  if (row.change === "new") return <strong>{t("lists_is_new")}</strong>;
  return row.times ? (
    <span className="quiet">{t("lists_nth", { n: row.times })}</span>
  ) : (
    <span className="quiet">—</span>
  );
}

function Filters({ about, view, set }: { about: About; view: ViewOf; set: SetView }) {
  const { t, lang } = useWords();
  const cities = about.cities.map((one) => ({
    value: one.id,
    label: (lang === "en" && one.name_en) || one.name || one.id,
  }));
  const owners = about.owners.map((one) => ({ value: one, label: ownerName(one, t) }));
  const changes = [
    { value: "", label: t("lists_every") },
    { value: "new", label: t("lists_new") },
    { value: "stayed", label: t("lists_stayed") },
  ];
  return (
    <div className="filters no-print">
      <Input.Search
        aria-label={t("search")}
        placeholder={t("lists_search")}
        defaultValue={view.q}
        allowClear
        onSearch={(q) => void set({ q: q || null })}
        className="search"
      />
      {cities.length > 1 && (
        <Select
          aria-label={t("city")}
          placeholder={t("city")}
          allowClear
          value={view.city || null}
          options={cities}
          onChange={(city: string | null) => void set({ city: city ?? null })}
          className="choice"
        />
      )}
      {owners.length > 1 && (
        <Select
          aria-label={t("owner")}
          placeholder={t("owner")}
          allowClear
          value={view.owner || null}
          options={owners}
          showSearch={{ optionFilterProp: "label" }}
          onChange={(owner: string | null) => void set({ owner: owner ?? null })}
          className="choice"
        />
      )}
      {about.short.previous && (
        <Segmented
          aria-label={t("lists_moved")}
          value={view.change}
          options={changes}
          onChange={(change) => void set({ change: change || null })}
        />
      )}
    </div>
  );
}

/** What left the list since the edition before, and why. */
function Left({ id }: { id: string }) {
  const { t, lang } = useWords();
  const { data } = $api.useQuery("get", "/api/lists/{id}", { params: { path: { id }, query: { limit: 1 } } });
  const left = data?.changes.left ?? [];
  if (!data?.changes.previous || left.length === 0) return null;
  return (
    <details className="entered">
      <summary>{t("lists_left_since", { n: left.length, edition: data.changes.previous })}</summary>
      <ul className="lines">
        {left.slice(0, 200).map((one) => (
          <li key={one.id}>
            <span>{one.name}</span>
            <span className="quiet">{one.why.split(" / ")[lang === "en" ? 1 : 0] ?? one.why}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
