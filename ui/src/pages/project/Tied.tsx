// What belongs to a project in other tables: dates, steps, tasks, programmes, ties, money from funds, letters, files.
import type { ReactNode } from "react";
import { Link } from "react-router";
import { address } from "../../api/client";
import { useTo } from "../../app/view";
import { useWords, type Word } from "../../app/words";
import { NoData } from "../../parts/values";
import { half } from "../rounds/Tables";
import { Section, Ties, ToProject, type Column, type One, type Row } from "./parts";

function Paper({ paper }: { paper: unknown }) {
  const to = useTo();
  const found = paper as { id: string; title: string } | null;
  return found ? (
    <Link to={to(`/reading/${encodeURIComponent(found.id)}`)}>{found.title}</Link>
  ) : (
    <span className="quiet">—</span>
  );
}

function Files({ rows }: { rows: Row[] }) {
  return (
    <ul className="project-files">
      {rows.map((row) => {
        const href = address(`/api/files/${String(row["sha256"])}`);
        return (
          <li key={row.id}>
            <a href={href}>
              {row["kind"] === "photo" && <img src={href} alt={String(row["title"])} loading="lazy" />}
              {String(row["title"])}
            </a>
          </li>
        );
      })}
    </ul>
  );
}

/** A section that is left out where it holds nothing. */
function Some({ rows, id, children }: { rows: unknown[]; id: string; children: ReactNode }) {
  const { t } = useWords();
  if (!rows.length) return null;
  return <Section id={id} title={t(`projects_tie_${id}` as Word)}>{children}</Section>; // prettier-ignore
}

const PLAIN: [keyof One, string, Column[]][] = [
  ["tasks", "tasks", [{ field: "name" }, { field: "state" }, { field: "due" }, { field: "progress" }]],
  ["programmes", "programme_items", [{ field: "name" }, { field: "state" }, { field: "number" }, { field: "reason" }]],
  ["agreements", "agreements", [{ field: "name" }, { field: "signed" }, { field: "state" }]],
  ["funds", "allocations", [{ field: "name" }, { field: "year" }, { field: "amount" }]],
  ["payments", "payments", [{ field: "name" }, { field: "paid" }, { field: "amount" }]],
  ["letters", "slips", [{ field: "number" }, { field: "colour" }, { field: "issued" }, { field: "due" }, { field: "answered" }, { field: "closed" }]],
  ["papers", "papers", [{ field: "name" }, { field: "issued" }, { field: "valid_until" }]],
]; // prettier-ignore

export function Tied({ one }: { one: One }) {
  const { t, lang } = useWords();
  const rowsOf = (name: keyof One) => one[name] as unknown as Row[];
  const reason: Column = { field: "reason", cell: (row) => half(row["reason"] as string | null, lang) || "—" };
  const named = (columns: Column[]): Column[] =>
    columns.map((column) =>
      column.field === "name"
        ? { ...column, title: t("projects_name"), cell: (row) => String(row["name"] ?? row.id) }
        : column.field === "reason"
          ? reason
          : column,
    );
  return (
    <>
      <Section id="events" title={t("projects_tie_events")}>
        {one.events.length ? (
          <Ties table="project_events" rows={rowsOf("events")} label={t("projects_tie_events")}
            columns={[{ field: "stage" }, { field: "estimated" }, { field: "actual" }, { field: "evidence", cell: (row) => <Paper paper={row["paper"]} /> }, { field: "note" }]} />
        ) : (
          <NoData table="project_events">{t("projects_no_events")}</NoData>
        )}
      </Section>
      <Some id="returns" rows={one.money.returns}>
        <Ties table="returns" rows={one.money.returns as unknown as Row[]} label={t("projects_tie_returns")}
          columns={["period", "invest_done", "invest_done_total", "progress", "problem"].map((field) => ({ field }))} />
      </Some>
      <Some id="steps" rows={one.steps}>
        <Ties table="approvals" rows={rowsOf("steps")} label={t("projects_tie_steps")}
          columns={[{ field: "step" }, { field: "kind" }, { field: "begun" }, { field: "ended" }, { field: "days_allowed" },
            { field: "left", title: t("projects_days_left"), cell: (row) => (row["left"] === null ? "—" : String(row["left"])) }]} />
      </Some>
      {PLAIN.map(([name, table, columns]) => (
        <Some key={name} id={name} rows={rowsOf(name)}>
          <Ties table={table} rows={rowsOf(name)} columns={named(columns)} label={t(`projects_tie_${name}` as Word)} />
        </Some>
      ))}
      <Some id="links" rows={one.links}>
        <Ties table="project_links" rows={rowsOf("links")} label={t("projects_tie_links")}
          columns={[{ field: "b", cell: (row) => <ToProject id={String(row["project"])} name={row["name"]} /> }, { field: "kind" }, { field: "state" }, reason]} />
      </Some>
      <Some id="served" rows={one.served}>
        <Ties table="assignments" rows={rowsOf("served")} label={t("projects_tie_served")}
          columns={[{ field: "role" }, { field: "body", cell: (row) => String(row["body_name"] ?? row["body"] ?? "—") }, { field: "person" }, { field: "since" }]} />
      </Some>
      <Section id="files" title={t("projects_tie_files")}>
        {one.files.length ? <Files rows={rowsOf("files")} /> : <p className="quiet">{t("projects_no_files")}</p>}
      </Section>
    </>
  ); // prettier-ignore
}
