// Plan against actual: each project with its planned and its actual stretch, its stages, days and money apart.
import { keepPreviousData } from "@tanstack/react-query";
import { Pagination, Segmented, Select, Skeleton } from "antd";
import { useEffect, useMemo, useRef } from "react";
import { $api } from "../../api/client";
import { useTo } from "../../app/view";
import { useWords, type Word, type Words } from "../../app/words";
import { FaultNote } from "../../parts/FaultNote";
import { day, money, number } from "../../parts/values";
import { draw, show, type Said, type Scale } from "./chart";
import { SCALES, type Choosing } from "./choice";
import type { Row } from "./drawing";

const SIZE = 100;

function lateWord({ t }: Words, days: number | null): string {
  if (days === null) return "—";
  return t("projects_days", { n: days > 0 ? `+${number(days)}` : number(days) });
}

/** Against a baseline: how far money moved; without one: what is done of the year's plan. */
function moneyWord({ lang, t }: Words, { money: sums }: Row, baseline: string): string {
  if (!baseline) return sums.plan === null ? "—" : `${money(sums.done, lang)} / ${money(sums.plan, lang)}`;
  const moved = sums.total_difference;
  if (moved === null) return "—";
  return moved === 0 ? t("projects_unmoved") : `${moved > 0 ? "+" : "−"}${money(Math.abs(moved), lang)}`;
}

function sayer(words: Words, baseline: string, today: string, to: (path: string) => string): Said {
  const { t, lang, code, field } = words;
  return {
    lang,
    today,
    columns: {
      name: field("projects", "name"),
      stage: t("projects_stage"),
      late: t("projects_late"),
      money: t(baseline ? "projects_money_moved" : "projects_done_plan"),
    },
    stage: (row) => code("stages", row.stage),
    late: (row) => lateWord(words, row.late),
    money: (row) => moneyWord(words, row, baseline),
    mark: ({ kind, step }) => {
      const text = kind === "planned" ? step.planned : kind === "actual" ? step.actual : step.expected;
      const late = kind === "planned" && step.days !== null ? ` · ${lateWord(words, step.days)}` : "";
      return `${code("stages", step.stage)} · ${t(`projects_${kind === "expected" ? "estimated" : kind}` as Word)} ${day(text, lang)}${late}`;
    },
    project: (row) => row.name,
    address: (row) => `/desk${to(`/projects/${encodeURIComponent(row.id)}`)}`,
  };
}

function Drawing({ rows, said, scale }: { rows: Row[]; said: Said; scale: Scale }) {
  const { t } = useWords();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!box.current) return;
    const away = draw(box.current, rows, said, scale);
    show(box.current, said.today);
    return away;
  }, [rows, said, scale]);
  return <div ref={box} className="gantt" role="region" aria-label={t("projects_gantt")} />;
}

function Legend() {
  const { t } = useWords();
  return (
    <ul className="plan-legend" aria-label={t("projects_legend")}>
      <li><span className="plan-bar planned" /> {t("projects_planned")}</li>
      <li><span className="plan-bar actual" /> {t("projects_actual")}</li>
      <li><span className="plan-mark actual" /> {t("projects_reached")}</li>
      <li><span className="plan-mark planned late" /> {t("projects_overdue")}</li>
      <li><span className="plan-mark planned partial" /> {t("projects_partial")}</li>
    </ul>
  ); // prettier-ignore
}

export function Gantt({ choosing }: { choosing: Choosing }) {
  const words = useWords();
  const to = useTo();
  const { t } = words;
  const { view, set, query } = choosing;
  const asked = {
    ...query,
    limit: SIZE,
    offset: (view.page - 1) * SIZE,
    ...(view.baseline && { baseline: view.baseline }),
  };
  const { data, error } = $api.useQuery(
    "get",
    "/api/projects/gantt",
    { params: { query: asked } },
    { placeholderData: keepPreviousData },
  );
  const said = useMemo(
    () => sayer(words, data?.baseline ?? "", data?.on ?? "", (path) => to(path)),
    [words, data?.baseline, data?.on, to],
  );
  if (error) return <FaultNote fault={error as Error} />;
  if (!data) return <Skeleton active paragraph={{ rows: 12 }} />;
  const options = [
    { value: "", label: t("projects_expected_now") },
    ...data.baselines.map(({ name, day: of }) => ({ value: name, label: `${name} (${of})` })),
  ];
  return (
    <>
      <div className="gantt-bar">
        <label className="no-print">
          {t("projects_compare")}{" "}
          <Select
            aria-label={t("projects_compare")}
            value={view.baseline}
            options={options}
            popupMatchSelectWidth={false}
            onChange={(name) => void set({ baseline: name || null })}
          />
        </label>
        <span className="no-print">
          <Segmented
            aria-label={t("projects_scale")}
            value={view.scale}
            onChange={(scale) => void set({ scale })}
            options={SCALES.map((value) => ({ value, label: t(`projects_scale_${value}` as Word) }))}
          />
        </span>
        <Legend />
      </div>
      {data.rows.length ? (
        <Drawing rows={data.rows} said={said} scale={view.scale} />
      ) : (
        <p className="no-data">{t("nothing_found")}</p>
      )}
      <Pagination
        className="no-print"
        size="small"
        current={view.page}
        pageSize={SIZE}
        total={data.total}
        showSizeChanger={false}
        hideOnSinglePage
        onChange={(page) => void set({ page: page > 1 ? page : null })}
      />
    </>
  );
}
