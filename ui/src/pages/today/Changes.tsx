// What changed since then: by kind, the largest first, each with its proof; by person; by table.
import { Button, Drawer, Skeleton } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { $api, api } from "../../api/client";
import { useTo } from "../../app/view";
import { useWords, type Word } from "../../app/words";
import type { components } from "../../made/schema";
import { FaultNote } from "../../parts/FaultNote";
import { Proof } from "../../parts/Proof";
import { Rows } from "../../parts/Rows";
import { MadeUp, moment, money, number } from "../../parts/values";

type Today = components["schemas"]["Today"];
type Change = components["schemas"]["TodayChange"];

export function Changes({ since }: { since: string }) {
  const { t } = useWords();
  const query = since ? { since } : {};
  const { data, error } = $api.useQuery("get", "/api/today", { params: { query } });
  if (error) return <FaultNote fault={error as Error} />;
  if (!data) return <Skeleton active paragraph={{ rows: 8 }} />;
  if (data.changes.length + data.tables.length === 0) return <p className="no-data">{t("today_nothing_changed")}</p>;
  return (
    <>
      <div className="kinds">
        {data.changes.map((kind) => (
          <Kind key={kind.kind} kind={kind} since={data.since.value} />
        ))}
      </div>
      {data.people.length > 0 && <Entered data={data} />}
    </>
  );
}

function Kind({ kind, since }: { kind: Today["changes"][number]; since: string }) {
  const { t, lang } = useWords();
  const [open, show] = useState(false);
  const title = t(`change_${kind.kind}` as Word);
  const sum = kind.amount ? ` · ${kind.amount > 0 ? "+" : ""}${money(kind.amount, lang)}` : "";
  return (
    <section className="kind">
      <h3>
        {title} <span className="number">{number(kind.count)}</span>
        <span className="quiet number">{sum}</span>
      </h3>
      <ul>
        {kind.rows.map((row, n) => (
          <Line key={n} row={row} />
        ))}
      </ul>
      {kind.count > kind.rows.length && (
        <Button type="link" size="small" className="more" onClick={() => show(true)}>
          {t("today_all", { n: number(kind.count), what: title })}
        </Button>
      )}
      <Drawer open={open} onClose={() => show(false)} title={title} size={Math.min(900, innerWidth)} destroyOnHidden>
        <All kind={kind.kind} since={since} label={title} />
      </Drawer>
    </section>
  );
}

/** Where the thing that changed has a page of its own. */
function About({ row }: { row: Change }) {
  const to = useTo();
  const page = row.on === "projects" ? "/projects" : row.on === "tasks" ? "/tasks" : `/row/${row.on}`;
  if (row.kind === "gone") return <>{row.name ?? row.id}</>;
  return <Link to={to(`${page}/${encodeURIComponent(row.id)}`)}>{row.name ?? row.id}</Link>;
}

function Line({ row }: { row: Change }) {
  const { lang } = useWords();
  return (
    <li>
      <About row={row} /> <MadeUp synthetic={row.synthetic} />
      <br />
      <span className="what">{row[lang]}</span> <Proof table={row.proof.table} id={row.proof.id} />
    </li>
  );
}

function All({ kind, since, label }: { kind: string; since: string; label: string }) {
  const { t, lang } = useWords();
  return (
    <Rows<Change>
      label={label}
      question={["changes", since, kind, location.search]}
      load={async (offset, limit) => {
        const { data } = await api.GET("/api/today/changes", { params: { query: { since, kind, offset, limit } } });
        return data ?? { rows: [], total: 0 };
      }}
      rowKey={(row) => `${row.proof.table}/${row.proof.id}/${row.zh}`}
      columns={[
        { key: "name", title: t("today_about"), width: 240, cell: (row) => <About row={row} /> },
        { key: "what", title: t("today_change"), width: 300, cell: (row) => row[lang] },
        { key: "actor", title: t("who"), width: 110, cell: (row) => row.actor ?? "—" },
        { key: "at", title: t("at"), width: 140, cell: (row) => moment(row.at) },
        {
          key: "proof",
          title: t("proof"),
          width: 80,
          cell: (row) => <Proof table={row.proof.table} id={row.proof.id} />,
        },
      ]}
    />
  );
}

function Entered({ data }: { data: Today }) {
  const { t, lang } = useWords();
  const to = useTo();
  return (
    <details className="entered">
      <summary>
        {t("today_entered", {
          n: number(data.people.reduce((sum, one) => sum + one.rows, 0)),
          people: data.people.length,
        })}
      </summary>
      <div className="two">
        <table className="plain">
          <caption>{t("today_by_person")}</caption>
          <tbody>
            {data.people.map((one) => (
              <tr key={one.actor}>
                <th scope="row">{one.actor || "—"}</th>
                <td className="number">{number(one.rows)}</td>
                <td className="quiet">{one.reasons.join(" · ")}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <table className="plain">
          <caption>{t("today_by_table")}</caption>
          <thead>
            <tr>
              <td />
              {(["today_added", "today_changed_rows", "today_removed"] as const).map((name) => (
                <th key={name} scope="col" className="right">
                  {t(name)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {data.tables.map((one) => (
              <tr key={one.table}>
                <th scope="row">
                  <Link to={to(`/data/${one.table}`)}>{one[lang]}</Link>
                </th>
                <td className="number">{number(one.added)}</td>
                <td className="number">{number(one.changed)}</td>
                <td className="number">{number(one.removed)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
