// Money of one year: what was planned to date, month by month, against what the returns say was paid.
import { Segmented } from "antd";
import { useMemo, useState } from "react";
import { token, useTheme } from "../../app/theme";
import { useWords, type Words } from "../../app/words";
import { Chart, type Option } from "../../parts/Chart";
import { exactMoney, money } from "../../parts/values";
import type { One } from "./parts";

const MONTHS = Array.from({ length: 12 }, (_, at) => at + 1);
const WAN = 1_000_000;

interface Year {
  year: number;
  plan: number | null;
  /** Cumulative by month; null where nothing was returned. */
  done: (number | null)[];
}

function yearsOf(one: One): Year[] {
  const returns = one.money.returns as { period: string; invest_done: number | null }[];
  const plans = one.money.years as { year: number; invest_plan: number | null }[];
  const years = new Set([...plans.map(({ year }) => year), ...returns.map(({ period }) => Number(period.slice(0, 4)))]);
  return [...years].sort().map((year) => {
    const known = plans.filter((row) => row.year === year && row.invest_plan !== null);
    const plan = known.length ? known.reduce((sum, row) => sum + (row.invest_plan ?? 0), 0) : null;
    const at = (month: number) =>
      returns.find(({ period }) => period.slice(0, 7) === `${year}-${String(month).padStart(2, "0")}`);
    return { year, plan, done: MONTHS.map((month) => at(month)?.invest_done ?? null) };
  });
}

function optionOf({ plan, done }: Year, { t, lang }: Words): Option {
  const quiet = token("quiet");
  const planned = MONTHS.map((month) => (plan === null ? null : (plan * month) / 12 / WAN));
  const paid = done.map((fen) => (fen === null ? null : fen / WAN));
  const font = getComputedStyle(document.body).fontFamily; // the chart measures its words by it
  return {
    textStyle: { fontFamily: font, color: token("ink") },
    grid: { left: 8, right: 12, top: 44, bottom: 4, containLabel: true },
    legend: { top: 0, right: 0, itemGap: 18, textStyle: { color: quiet, fontFamily: font }, itemWidth: 16 },
    tooltip: { trigger: "axis", valueFormatter: (value: unknown) => (typeof value === "number" ? money(Math.round(value * WAN), lang) : "—") },
    xAxis: { type: "category", data: MONTHS.map((month) => (lang === "zh" ? `${month}月` : String(month))), axisLine: { lineStyle: { color: token("line") } }, axisLabel: { color: quiet }, axisTick: { show: false } },
    yAxis: { type: "value", name: lang === "zh" ? "万元" : "10⁴ CNY", nameTextStyle: { color: quiet, align: "left", padding: [0, 0, 0, -28] }, axisLabel: { color: quiet }, splitLine: { lineStyle: { color: token("line") } } },
    series: [
      { name: t("projects_paid_to_date"), type: "bar", data: paid, barMaxWidth: 22, itemStyle: { color: token("accent") } },
      { name: t("projects_plan_to_date"), type: "line", data: planned, symbol: "none", lineStyle: { color: quiet, type: "dashed", width: 2 }, itemStyle: { color: quiet } },
    ],
  }; // prettier-ignore
}

export function MoneyChart({ one }: { one: One }) {
  const words = useWords();
  const { mode } = useTheme();
  const years = useMemo(() => yearsOf(one), [one]);
  const [chosen, choose] = useState<number | null>(null);
  const shown = years.find(({ year }) => year === (chosen ?? one.money.year)) ?? years.at(-1);
  const option = useMemo(() => shown && optionOf(shown, words), [shown, words, mode]);
  if (!shown || !option) return <p className="no-data">{words.t("projects_no_money")}</p>;
  const last = shown.done.filter((fen) => fen !== null).at(-1) ?? null;
  const said = (fen: number | null) => (fen === null ? "—" : exactMoney(fen, words.lang));
  const label = words.t("projects_chart_label", { year: shown.year, plan: said(shown.plan), done: said(last) });
  return (
    <>
      {years.length > 1 && (
        <Segmented
          className="no-print"
          size="small"
          aria-label={words.t("projects_year")}
          value={shown.year}
          options={years.map(({ year }) => year)}
          onChange={choose}
        />
      )}
      <Chart option={option} label={label} height={230} />
      <p className="quiet">{words.t("projects_chart_note")}</p>
    </>
  );
}
