// One row of any table: its fields, a form to edit them, what proves it, what happened to it.
import { DeleteOutlined, EditOutlined, HistoryOutlined } from "@ant-design/icons";
import { App, Button, Skeleton } from "antd";
import { parseAsBoolean, parseAsString } from "nuqs";
import { useMemo, useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { $api, Fault } from "../../api/client";
import { useSend } from "../../api/send";
import { boot } from "../../app/boot";
import { Nowhere } from "../../app/nowhere";
import { useTo, useView } from "../../app/view";
import { TABLES, useWords, type Words } from "../../app/words";
import type { components } from "../../made/schema";
import { FaultNote } from "../../parts/FaultNote";
import { Page } from "../../parts/Page";
import { Proof } from "../../parts/Proof";
import { MadeUp, number } from "../../parts/values";
import { Why, type Said } from "../../parts/Why";
import { Cell, kindOf, ownFields, said, targetOf, titleOf, typeOf, type Cells } from "../data/cells";
import type { TableName } from "../data/table";
import { RowForm } from "./RowForm";
import { ThreeWay, type View } from "./ThreeWay";
import { Trail, useTrail } from "./Trail";
import "../data/data.css";

type Row = components["schemas"]["RowView"];
const COMMON = ["owner", "scope", "level", "source", "valid_from", "valid_to", "revision"];

function pointsOf(shape: unknown): number {
  return Array.isArray(shape) ? (typeof shape[0] === "number" ? 1 : shape.reduce((n: number, part) => n + pointsOf(part), 0)) : 0;
} // prettier-ignore

/** What a row is called: its title, else what makes it one of its kind: project and month. */
function headingOf(row: Row, words: Words): string {
  const title = TABLES[row.table]?.title ?? "id";
  if (kindOf(typeOf(row.table, title)) === "text" && row.row[title]) return String(row.row[title]);
  const parts = row.key.filter((name) => row.row[name] !== null).map((name) => said(row.row[name], typeOf(row.table, name), words, row.names[name])); // prettier-ignore
  return parts.join(" · ") || row.id;
}

/** A value, and where it points to another row the way there. */
function Value({ row, name }: { row: Row; name: string }) {
  const to = useTo();
  const type = typeOf(row.table, name);
  const value = row.row[name];
  const cell = <Cell table={row.table} name={name} value={value} names={row.names} />;
  if (!value || !["place", "ref"].includes(kindOf(type)) || !row.names[name]?.[String(value)]) return cell;
  return <Link to={to(`/row/${targetOf(type)}/${encodeURIComponent(String(value))}`)}>{cell}</Link>;
}

interface Listed {
  row: Row;
  names: string[];
  counts: Record<string, number>;
  onHistory: (name: string) => void;
}

function Listed({ row, names, counts, onHistory }: Listed) {
  const words = useWords();
  const { t } = words;
  return (
    <dl className="row-fields">
      {names.map((name) => (
        <div key={name}>
          <dt>{titleOf(row.table, name, words)}</dt>
          <dd>
            <Value row={row} name={name} />{" "}
          {counts[name] && (
            <Button type="text" size="small" icon={<HistoryOutlined />} onClick={() => onHistory(name)}
              aria-label={t("tables_history_of", { field: titleOf(row.table, name, words) })} title={t("tables_changes_of", { n: counts[name] })}>
              {counts[name]}
            </Button>
          )}
          </dd>
        </div>
      ))}
    </dl>
  ); // prettier-ignore
}

function Shape({ row }: { row: Row }) {
  const { t } = useWords();
  const shape = row.geometry as { type?: string; coordinates?: unknown } | null;
  if (!shape) return null;
  return (
    <p>
      <span className="quiet">{t("tables_shape")}</span> {shape.type} ·{" "}
      {t("tables_points", { n: number(pointsOf(shape.coordinates)) })}
    </p>
  );
}

function End({ row }: { row: Row }) {
  const { t } = useWords();
  const { message } = App.useApp();
  const go = useNavigate();
  const to = useTo();
  const send = useSend();
  const end = async (said: Said) => {
    const path = `/api/tables/${row.table}/${encodeURIComponent(row.id)}`;
    const { revision } = await send.mutateAsync({ path, method: "DELETE", body: said, ifMatch: row.row_revision });
    void message.success(t("tables_ended", { n: revision }));
    void go(to(`/data/${row.table}`));
  };
  return (
    <Why icon={<DeleteOutlined />} onSay={end} confirm={t("tables_end")} title={t("tables_end_lead")}>
      {t("tables_end")}
    </Why>
  );
}

/** Editing: the form, and the three sides where somebody was quicker. */
function Editing({ row, onDone }: { row: Row; onDone: () => void }) {
  const { t } = useWords();
  const { message } = App.useApp();
  const send = useSend();
  const [begun] = useState(row); // the version the edit rests on, whatever arrives meanwhile
  const [view, show] = useState<View | null>(null);
  const [reason, keep] = useState(""); // typed before the other change was seen
  const names = useMemo(() => begun.editable.filter((name) => name !== "scope"), [begun]);
  const patch = async (fields: Cells, said: Said, since: number, source = "") => {
    const path = `/api/tables/${row.table}/${encodeURIComponent(row.id)}`;
    if (Object.keys(fields).length === 0) {
      void message.info(t("tables_no_change"));
      return onDone();
    }
    try {
      const { revision } = await send.mutateAsync({
        path,
        method: "PATCH",
        body: { ...said, source, fields },
        ifMatch: since,
      });
      void message.success(t("tables_saved", { n: revision }));
      onDone();
    } catch (fault) {
      if (!(fault instanceof Fault) || !fault.body["view"]) throw fault;
      keep(said.why);
      show(fault.body["view"] as View);
    }
  };
  if (view)
    return <ThreeWay key={view.revision} table={row.table} view={view} names={row.names} reason={reason} onSave={(fields, said) => patch(fields, said, view.revision)} />; // prettier-ignore
  return (
    <RowForm
      table={row.table}
      names={names}
      before={begun.row}
      said={begun.names}
      confirm={t("tables_save")}
      onSave={(fields, said, source) => patch(fields, said, begun.row_revision, source)}
    />
  );
}

function useCounts(table: string, id: string): Record<string, number> {
  const { data } = useTrail(table, id);
  return useMemo(() => {
    const counts: Record<string, number> = {};
    for (const { field, op } of data?.rows ?? []) if (op === "changed") counts[field] = (counts[field] ?? 0) + 1;
    return counts;
  }, [data]);
}

function RowPage({ table, id }: { table: string; id: string }) {
  const words = useWords();
  const { t } = words;
  const to = useTo();
  const [{ edit, field }, set] = useView({
    edit: parseAsBoolean.withDefault(false),
    field: parseAsString.withDefault(""),
  });
  const { data: row, error } = $api.useQuery("get", "/api/tables/{table}/{id}", {
    params: { path: { table: table as TableName, id } },
  });
  const counts = useCounts(table, id);
  const history = (name: string) => {
    void set({ field: name || null });
    document.getElementById("history")?.scrollIntoView({ block: "start" });
  };
  const lead = (
    <span className="tables-lead">
      <Link to={to(`/data/${table}`)}>{words.table(table)}</Link> <code>{id}</code>{" "}
      <MadeUp synthetic={Boolean(row?.row["synthetic"])} />
    </span>
  );
  const actions = row && boot.reader !== "public" && (
    <>
      <Button
        icon={<EditOutlined />}
        type={edit ? "default" : "primary"}
        onClick={() => void set({ edit: edit ? null : true })}
      >
        {t(edit ? "tables_stop_edit" : "tables_edit")}
      </Button>
      {!edit && <End row={row} />}
    </>
  );
  const own = ownFields(table).map(([name]) => name);
  return (
    <Page
      title={row ? headingOf(row, words) : words.table(table)}
      lead={lead}
      revision={row?.revision}
      actions={actions}
    >
      <FaultNote fault={error as Error | null} />
      {!row && !error && <Skeleton active />}
      {row && edit && <Editing row={row} onDone={() => void set({ edit: null })} />}
      {row && !edit && (
        <>
          <section className="row-section">
            <h2>{t("tables_fields")}</h2>
            <Listed row={row} names={own} counts={counts} onHistory={history} />
            <Shape row={row} />
          </section>
          <section className="row-section">
            <h2>
              {t("tables_common")} <Proof table={table} id={id} />
            </h2>
            <Listed
              row={row}
              names={COMMON.filter((name) => !own.includes(name))}
              counts={counts}
              onHistory={history}
            />
          </section>
        </>
      )}
      <section className="row-section" id="history">
        <h2>{t("history")}</h2>
        <Trail table={table} id={id} names={row?.names} field={field} onField={history} />
      </section>
    </Page>
  );
}

export default function AnyRowPage() {
  const { table = "", id = "" } = useParams();
  return TABLES[table] && id ? <RowPage key={`${table} ${id}`} table={table} id={id} /> : <Nowhere />;
}
