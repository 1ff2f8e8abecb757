// Small pieces of a project's page: a section, a row of ties, how a value of a table is written.
import type { ReactNode } from "react";
import { Link } from "react-router";
import { useTo } from "../../app/view";
import { TABLES, useWords, type Words } from "../../app/words";
import type { components } from "../../made/schema";
import { Proof } from "../../parts/Proof";
import { Scrolling } from "../../parts/Scrolling";
import { Day, Light, MadeUp, Money } from "../../parts/values";

export type One = components["schemas"]["OneProject"];
export type Marks = components["schemas"]["ProjectMarks"];
export type Row = Record<string, unknown> & { id: string; synthetic?: boolean };

export function Section({
  id,
  title,
  note,
  children,
}: {
  id: string;
  title: string;
  note?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className="project-section" aria-labelledby={id}>
      <div className="project-section-head">
        <h2 id={id}>{title}</h2>
        {note}
      </div>
      {children}
    </section>
  );
}

/** One value of a table's field, as its type means it. */
export function Cell({ table, field, value }: { table: string; field: string; value: unknown }) {
  const { code, t } = useWords();
  const type = TABLES[table]?.fields[field]?.type ?? "text";
  if (value === null || value === undefined || value === "") return <span className="quiet">—</span>;
  if (type === "money") return <Money fen={Number(value)} />;
  if (type === "code:colours") return <Light colour={String(value)} />;
  if (type.startsWith("code:")) return <>{code(type.slice(5), String(value))}</>;
  if (type === "bool") return <>{t(value ? "yes" : "no")}</>;
  if (type === "date") return <Day text={String(value)} />;
  return (
    <span className={typeof value === "number" ? "number" : ""}>
      {Array.isArray(value) ? value.join(", ") : String(value)}
    </span>
  );
}

export interface Column {
  field: string;
  /** Another title than the one of the specification. */
  title?: string;
  cell?: (row: Row) => ReactNode;
}

/** Title of a field; money brings its unit with each amount. */
export function titled({ field, pick }: Words, table: string, name: string): string {
  const known = TABLES[table]?.fields[name];
  return known?.type === "money" ? pick(known) : field(table, name);
}

const RIGHT = ["money", "int", "number"];

export function Ties({
  table,
  rows,
  columns,
  label,
}: {
  table: string;
  rows: Row[];
  columns: Column[];
  label: string;
}) {
  const words: Words = useWords();
  const right = (field: string) => RIGHT.includes(TABLES[table]?.fields[field]?.type ?? "") && field !== "year";
  return (
    <Scrolling label={label}>
      <table className="ties">
        <thead>
          <tr>
            {columns.map(({ field, title }) => (
              <th key={field} scope="col" className={right(field) ? "right" : ""}>
                {title ?? titled(words, table, field)}
              </th>
            ))}
            <th scope="col">{words.t("proof")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              {columns.map(({ field, cell }) => (
                <td key={field} className={right(field) ? "right" : ""}>
                  {cell ? cell(row) : <Cell table={table} field={field} value={row[field]} />}
                </td>
              ))}
              <td>
                <Proof table={table} id={row.id} /> <MadeUp synthetic={row.synthetic} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolling>
  );
}

export function ToProject({ id, name }: { id: string; name: unknown }) {
  const to = useTo();
  return <Link to={to(`/projects/${encodeURIComponent(id)}`)}>{String(name ?? id)}</Link>;
}
