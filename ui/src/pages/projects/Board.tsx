// The board: a column for each stage with counts and money; more rows of one column on a press.
import { keepPreviousData } from "@tanstack/react-query";
import { Button, Skeleton } from "antd";
import { useState } from "react";
import { $api, api } from "../../api/client";
import { useWords } from "../../app/words";
import type { components } from "../../made/schema";
import { FaultNote } from "../../parts/FaultNote";
import { Day, Light, Money, number } from "../../parts/values";
import type { Choosing, Query, Standing } from "./choice";
import { Name, Share, type Named } from "./columns";

type Column = components["schemas"]["BoardColumn"];
const FIRST = 15;

function Card({ row, named }: { row: Standing; named: Named }) {
  const { t, code } = useWords();
  return (
    <li className="project-card">
      <Name row={row} />
      <p className="quiet">
        {named("city", row.city)} · <Money fen={row.invest_total} />
      </p>
      <div className="project-card-line">
        {row.light && <Light colour={row.light} />}
        {row.share !== null && <Share value={row.share} />}
      </div>
      {row.next && (
        <p className="quiet">
          {t("projects_expected", { stage: code("stages", row.next) })} <Day text={row.next_due} />
        </p>
      )}
    </li>
  );
}

function useMore(query: Query, column: Column) {
  const [more, add] = useState<Standing[]>([]);
  const [busy, wait] = useState(false);
  const rows = [...column.rows, ...more];
  const load = async () => {
    wait(true);
    const asked = { ...query, column: column.stage, offset: rows.length, limit: 50 };
    const { data } = await api.GET("/api/projects/board", { params: { query: asked } }).finally(() => wait(false));
    add((old) => [...old, ...(data?.columns[0]?.rows ?? [])]);
  };
  return { rows, busy, load };
}

function Stage({ column, query, named, year }: { column: Column; query: Query; named: Named; year: number }) {
  const { t, lang } = useWords();
  const { rows, busy, load } = useMore(query, column);
  const title = column.stage === "none" ? t("projects_no_stage") : column[lang];
  return (
    <section className="board-column" aria-label={title}>
      <div className="board-head">
        <h2>
          {title} <span className="number quiet">{number(column.count)}</span>
        </h2>
        <dl>
          <div>
            <dt>{t("projects_invest_total")}</dt>
            <dd>
              <Money fen={column.invest_total} />
            </dd>
          </div>
          <div>
            <dt>{t("projects_year_plan", { year })}</dt>
            <dd>
              <Money fen={column.plan} />
            </dd>
          </div>
          <div>
            <dt>{t("projects_year_done", { year })}</dt>
            <dd>
              <Money fen={column.done} />
            </dd>
          </div>
        </dl>
      </div>
      <ul tabIndex={0} aria-label={title}>
        {rows.map((row) => (
          <Card key={row.id} row={row} named={named} />
        ))}
        {rows.length < column.count && (
          <li>
            <Button block size="small" loading={busy} onClick={() => void load()}>
              {t("projects_more", { n: number(column.count - rows.length) })}
            </Button>
          </li>
        )}
      </ul>
    </section>
  );
}

export function Board({ choosing, named }: { choosing: Choosing; named: Named }) {
  const { t } = useWords();
  const { query } = choosing;
  const asked = { params: { query: { ...query, limit: FIRST } } };
  const { data, error } = $api.useQuery("get", "/api/projects/board", asked, { placeholderData: keepPreviousData });
  if (error) return <FaultNote fault={error as Error} />;
  if (!data) return <Skeleton active paragraph={{ rows: 12 }} />;
  if (data.total === 0) return <p className="no-data">{t("nothing_found")}</p>;
  const shown = data.columns.filter(({ count }) => count > 0);
  return (
    <div className="board" role="region" aria-label={t("projects_board")} tabIndex={0}>
      {shown.map((column) => (
        <Stage
          key={`${column.stage}|${JSON.stringify(query)}|${data.revision}`}
          column={column}
          query={query}
          named={named}
          year={data.year}
        />
      ))}
    </div>
  );
}
