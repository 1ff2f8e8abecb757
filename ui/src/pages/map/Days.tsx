// The as-of slider: from the first month with events to the newest day, and the very days on which rows begin or end.
import { LeftOutlined, RightOutlined } from "@ant-design/icons";
import { Button, Slider } from "antd";
import { useMemo, useState } from "react";
import { boot } from "../../app/boot";
import { useEverywhere } from "../../app/view";
import { useWords } from "../../app/words";
import { day as written } from "../../parts/values";
import type { MapDays } from "./answers";

function lastOf(month: string): string {
  const [year, number] = month.split("-").map(Number);
  return new Date(Date.UTC(year ?? 0, number ?? 1, 0)).toISOString().slice(0, 10);
}

/** All days a reader can step through, oldest first; the newest is the region's own. */
export function steps(known: MapDays): string[] {
  const months = known.months.map(({ month }) => lastOf(month));
  const first = months[0] ?? boot.day;
  const exact = known.changes.map(({ day }) => day).filter((day) => day.length === 10 && day >= first);
  return [...new Set([...months, ...exact])]
    .filter((day) => day < boot.day)
    .sort()
    .concat(boot.day);
}

export function Days({ known }: { known: MapDays }) {
  const { t, lang } = useWords();
  const [{ on }, set] = useEverywhere();
  const days = useMemo(() => steps(known), [known]);
  const here = Math.max(
    0,
    days.findLastIndex((day) => day <= (on || boot.day)),
  );
  const [held, hold] = useState<number | null>(null);
  const at = held ?? here;
  const go = (n: number) => {
    hold(null);
    const day = days[Math.min(Math.max(n, 0), days.length - 1)] ?? boot.day;
    void set({ on: day === boot.day ? "" : day });
  };
  if (days.length < 2) return null;
  const shown = held === null ? on || boot.day : (days[at] ?? boot.day);
  const events = known.months.find(({ month }) => month === shown.slice(0, 7))?.events ?? 0;
  const changes = known.changes.filter(({ day }) => day === shown).reduce((sum, { n }) => sum + n, 0);
  const more = [events > 0 && t("map_day_events", { n: events }), changes > 0 && t("map_day_changes", { n: changes })];
  return (
    <div className="map-days no-print" role="group" aria-label={t("map_days")}>
      <Button
        size="small"
        icon={<LeftOutlined />}
        aria-label={t("map_earlier")}
        disabled={at === 0}
        onClick={() => go(here - 1)}
      />
      <Slider
        min={0}
        max={days.length - 1}
        value={at}
        onChange={hold}
        onChangeComplete={go}
        tooltip={{ formatter: (n) => written(days[n ?? 0], lang) }}
        ariaLabelForHandle={t("map_days")}
        ariaValueTextFormatterForHandle={(n) => written(days[n], lang)}
      />
      <Button
        size="small"
        icon={<RightOutlined />}
        aria-label={t("map_later")}
        disabled={at === days.length - 1}
        onClick={() => go(here + 1)}
      />
      <strong className="number">{written(shown, lang)}</strong>
      <span className="quiet">{more.filter(Boolean).join(" · ")}</span>
    </div>
  );
}
