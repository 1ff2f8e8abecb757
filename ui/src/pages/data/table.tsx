// One table of the register: searched, filtered, sorted, downloaded, a row added.
import { PlusOutlined, SettingOutlined } from "@ant-design/icons";
import { Button, Checkbox, Drawer, Popover } from "antd";
import { parseAsArrayOf, parseAsString } from "nuqs";
import { useCallback, useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { api } from "../../api/client";
import { boot } from "../../app/boot";
import { Nowhere } from "../../app/nowhere";
import { useTo, useView } from "../../app/view";
import { TABLES, useWords, type Words } from "../../app/words";
import type { components, paths } from "../../made/schema";
import { Downloads } from "../../parts/Downloads";
import { Page } from "../../parts/Page";
import { Rows, type RowsColumn } from "../../parts/Rows";
import { MadeUp, NoData, number } from "../../parts/values";
import { NewRow } from "../row/NewRow";
import { Cell, isNumber, kindOf, ownFields, titleOf, typeOf, type Cells, type Names } from "./cells";
import { Filter } from "./Filter";
import "./data.css";

type Page_ = components["schemas"]["TablePage"];
export type TableName = paths["/api/tables/{table}"]["get"]["parameters"]["path"]["table"];
const FIRST = 10; // columns shown where nobody chose
const BESIDE = ["owner", "valid_from", "valid_to", "level", "source"];
const WIDE: Record<string, number> = {
  text: 200,
  ref: 180,
  place: 130,
  date: 120,
  money: 130,
  code: 120,
  bool: 90,
  json: 200,
};

interface Line {
  row: Cells;
  names: Names;
}

function useChoice() {
  return useView({
    q: parseAsString.withDefault(""),
    filter: parseAsString.withDefault(""),
    sort: parseAsString.withDefault(""),
    columns: parseAsArrayOf(parseAsString).withDefault([]),
  });
}
type Choice = ReturnType<typeof useChoice>[0];

/** What leads to a row: its title, or the first thing it is about where a row may have no title. */
function leadOf(table: string): string {
  const spec = TABLES[table];
  const title = spec?.fields[spec.title];
  if (!spec || (title?.required && title.type === "text")) return spec?.title ?? "id";
  return ownFields(table).find(([, field]) => field.required)?.[0] ?? spec.title;
}

/** Columns that fill the first screen: what leads to the row, then what is needed, then the rest. */
export function firstColumns(table: string): string[] {
  const title = leadOf(table);
  const rest = ownFields(table).filter(([name]) => name !== title);
  const needed = rest.filter(([, field]) => field.required);
  const optional = rest.filter(([, field]) => !field.required);
  const isMoney = ([, field]: (typeof rest)[number]) => field.type === "money";
  const others = [...optional.filter(isMoney), ...optional.filter((one) => !isMoney(one))];
  const chosen = new Set([...needed, ...others].slice(0, FIRST - 1).map(([name]) => name));
  return [title, ...rest.map(([name]) => name).filter((name) => chosen.has(name))];
}

function column(table: string, name: string, words: Words): RowsColumn<Line> {
  const type = typeOf(table, name);
  return {
    key: name,
    title: titleOf(table, name, words),
    width: WIDE[kindOf(type)] ?? 110,
    sortable: true,
    align: isNumber(type) ? "right" : "left",
    cell: ({ row, names }) => <Cell table={table} name={name} value={row[name]} names={names} />,
  };
}

function Columns({ table, chosen, onPick }: { table: string; chosen: string[]; onPick: (names: string[]) => void }) {
  const words = useWords();
  const known = [...ownFields(table).map(([name]) => name), ...BESIDE];
  const options = known.map((value) => ({ value, label: titleOf(table, value, words) }));
  const pick = (names: string[]) => onPick(known.filter((name) => names.includes(name)));
  const inside = <Checkbox.Group className="tables-columns" value={chosen} options={options} onChange={pick} />;
  return (
    <Popover trigger="click" placement="bottomRight" content={inside}>
      <Button icon={<SettingOutlined />}>{words.t("tables_columns")}</Button>
    </Popover>
  );
}

function Add({ table }: { table: string }) {
  const { t } = useWords();
  const go = useNavigate();
  const to = useTo();
  const [open, show] = useState(false);
  if (boot.reader === "public") return null;
  return (
    <>
      <Button icon={<PlusOutlined />} onClick={() => show(true)}>
        {t("tables_new")}
      </Button>
      <Drawer open={open} onClose={() => show(false)} title={t("tables_new")} size={Math.min(640, innerWidth)} destroyOnHidden>
        <NewRow table={table} onMade={(id) => void go(to(`/row/${table}/${encodeURIComponent(id)}`))} />
      </Drawer>
    </>
  ); // prettier-ignore
}

/** What is asked of the server, in a page and in a file alike. */
function questionOf({ q, filter, sort, columns }: Choice) {
  return {
    ...(q && { q }),
    ...(filter && { filter }),
    ...(sort && { sort }),
    ...(columns.length && { columns: columns.join(",") }),
  };
}

function useLoad(table: string, query: ReturnType<typeof questionOf>, shown: string[], know: (page: Page_) => void) {
  const asked = JSON.stringify([query, shown]);
  return useCallback(
    async (offset: number, limit: number) => {
      const path = { table: table as TableName };
      const columns = shown.join(",");
      const { data, error } = await api.GET("/api/tables/{table}", {
        params: { path, query: { ...query, limit, offset, names: true, columns } },
      });
      if (!data) throw error as unknown as Error;
      know(data);
      return { total: data.total, rows: data.rows.map((row): Line => ({ row, names: data.names })) };
    },
    [table, asked, know],
  );
}

function TableView({ table }: { table: string }) {
  const words = useWords();
  const { t } = words;
  const to = useTo();
  const go = useNavigate();
  const [view, set] = useChoice();
  const [answer, know] = useState<Page_ | null>(null);
  const shown = view.columns.length ? view.columns : firstColumns(table);
  const query = questionOf(view);
  const load = useLoad(table, query, shown, know);
  const path = ({ row }: Line) => to(`/row/${table}/${encodeURIComponent(String(row["id"]))}`);
  const [first, ...rest] = shown.filter((name) => name in (TABLES[table]?.fields ?? {}) || BESIDE.includes(name));
  const leading: RowsColumn<Line> = {
    ...column(table, first ?? "id", words),
    width: 280,
    align: "left",
    cell: (line) => (
      <span className="tables-title">
        <Link to={path(line)} onClick={(event) => event.stopPropagation()}>
          {first && line.row[first] ? (
            <Cell table={table} name={first} value={line.row[first]} names={line.names} />
          ) : (
            String(line.row["id"])
          )}
        </Link>
        <MadeUp synthetic={Boolean(line.row["synthetic"])} />
      </span>
    ),
  };
  const columns = [leading, ...rest.map((name) => column(table, name, words))];
  const said = [view.q && `${t("tables_asked_q")}: ${view.q}`, view.filter && `${t("tables_asked_filter")}: ${view.filter}`, view.sort && `${t("tables_asked_sort")}: ${view.sort}`]; // prettier-ignore
  const shaped = Object.values(TABLES[table]?.fields ?? {}).some(({ type }) => type === "geometry");
  const lead = (
    <span className="tables-lead">
      <code>{table}</code> {answer && t("tables_rows", { n: number(answer.total) })} ·{" "}
      <Link to={to("/data")}>{t("tables_all")}</Link>
    </span>
  );
  return (
    <Page
      title={words.table(table)}
      lead={lead}
      revision={answer?.revision}
      filters={said.filter(Boolean).join(" · ")}
      full
      actions={
        <>
          <Columns table={table} chosen={shown} onPick={(names) => void set({ columns: names.length ? names : null })} />
          <Downloads path={`/api/tables/${table}`} query={query} formats={["xlsx", "csv", "json", "parquet", ...(shaped ? ["geojson"] : [])]} />
          <Add table={table} />
        </>
      }
    >
      <Filter table={table} q={view.q} filter={view.filter} onChange={({ q, filter }) =>
        void set({ ...(q !== undefined && { q: q || null }), ...(filter !== undefined && { filter: filter || null }) })} />
      <Rows<Line>
        label={words.table(table)}
        question={[table, query, shown]}
        load={load}
        columns={columns}
        rowKey={({ row }) => String(row["id"])}
        sort={view.sort}
        onSort={(sort) => void set({ sort: sort || null })}
        onPick={(line) => void go(path(line))}
        empty={view.q || view.filter ? t("nothing_found") : <NoData table={table} />}
      />
    </Page>
  ); // prettier-ignore
}

export default function DataTablePage() {
  const { table = "" } = useParams();
  return TABLES[table] ? <TableView key={table} table={table} /> : <Nowhere />;
}
