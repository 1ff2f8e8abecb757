// The columns a reader may choose: what stands above each, how its value is written.
import type { ReactNode } from "react";
import { Link } from "react-router";
import { useTo } from "../../app/view";
import { useWords, type Word, type Words } from "../../app/words";
import { Day, Light, Stage, exactMoney, money, number } from "../../parts/values";
import type { Standing } from "./choice";
import type { RowsColumn } from "../../parts/Rows";

export const STAGES = ["planned", "signed", "filed", "land", "started", "library", "completed", "producing"] as const;
export const SHOWN = [
  "name",
  "stage",
  "light",
  "city",
  "owner",
  "invest_total",
  "plan",
  "done",
  "share",
  "next_due",
  "lists",
];
const SPEC = ["name", "code", "company", "category", "industry", "plan_action", "zone"];
const DATES = STAGES.flatMap((stage) => [`${stage}_estimated`, `${stage}_actual`]);
export const COLUMNS = [
  "name", "code", "stage", "since", "next", "next_due", "light", "lists", "city", "owner", "company", "kind", "category",
  "industry", "theme", "invest_total", "plan", "done", "share", "invested", "period", "evidence", ...DATES,
]; // prettier-ignore
export type Named = (facet: "city" | "owner" | "list", id: string | null) => string;

const WIDTHS: Record<string, number> = {
  name: 310, owner: 190, company: 200, lists: 210, stage: 116, light: 100, city: 96, kind: 96, evidence: 84, share: 140,
  invest_total: 156, plan: 156, done: 156, invested: 160,
}; // prettier-ignore

export function titleOf(name: string, { t, field, code }: Words): string {
  const [, stage, kind] = /^([a-z]+)_(estimated|actual)$/.exec(name) ?? [];
  if (stage && kind) return `${code("stages", stage)} · ${t(`projects_${kind}` as Word)}`;
  if (SPEC.includes(name)) return field("projects", name);
  return t(`projects_${name}` as Word);
}

export function Name({ row }: { row: Pick<Standing, "id" | "name" | "synthetic"> }) {
  const to = useTo();
  const { t } = useWords();
  return (
    <span className="project-name" title={row.name}>
      <Link to={to(`/projects/${encodeURIComponent(row.id)}`)}>{row.name}</Link>{" "}
      {row.synthetic && <span className="made-up-word">{t("synthetic")}</span>}
    </span>
  );
}

/** Part of the year's plan that is done, as a figure and a short bar. */
export function Share({ value }: { value: number | null }) {
  if (value === null) return <span className="quiet">—</span>;
  return (
    <span className="share">
      <span className="share-bar" aria-hidden>
        <span style={{ width: `${Math.min(100, Math.max(0, value))}%` }} />
      </span>
      <span className="number">{number(value, 1)} %</span>
    </span>
  );
}

function Lists({ ids, named }: { ids: string[]; named: Named }) {
  if (!ids.length) return <span className="quiet">—</span>;
  const names = ids.map((id) => named("list", id));
  return (
    <span title={names.join(" · ")}>
      {names[0]}
      {names.length > 1 && <span className="quiet"> +{names.length - 1}</span>}
    </span>
  );
}

function cellOf(name: string, row: Standing, words: Words, named: Named): ReactNode {
  const { code, t, lang } = words;
  const [, stage, kind] = /^([a-z]+)_(estimated|actual)$/.exec(name) ?? [];
  if (stage && kind) return <Day text={row.dates[stage]?.[kind as "estimated" | "actual"]} />;
  const written: Record<string, () => ReactNode> = {
    name: () => <Name row={row} />,
    stage: () => <Stage stage={row.stage} />,
    next: () => <Stage stage={row.next} />,
    light: () => <Light colour={row.light} />,
    lists: () => <Lists ids={row.lists} named={named} />,
    city: () => named("city", row.city),
    owner: () => named("owner", row.owner),
    kind: () => code("project_kinds", row.kind),
    theme: () => code("themes", row.theme),
    share: () => <Share value={row.share} />,
    evidence: () => t(row.evidence ? "yes" : "no"),
    since: () => <Day text={row.since} />,
    next_due: () => <Day text={row.next_due} />,
    period: () => <Day text={row.period} />,
  };
  if (written[name]) return written[name]();
  const value = row[name as keyof Standing];
  if (typeof value === "number")
    return (
      <span className="number" title={exactMoney(value, lang)}>
        {money(value, lang)}
      </span>
    );
  return value ? <span title={String(value)}>{String(value)}</span> : <span className="quiet">—</span>;
}

const RIGHT = ["invest_total", "plan", "done", "share", "invested"];

export function columnsOf(names: string[], words: Words, named: Named): RowsColumn<Standing>[] {
  return names.map((name) => ({
    key: name,
    title: titleOf(name, words),
    width: WIDTHS[name] ?? 122,
    align: RIGHT.includes(name) ? "right" : "left",
    sortable: true,
    cell: (row) => cellOf(name, row, words, named),
  }));
}
