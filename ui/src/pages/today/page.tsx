// Today 今天: what changed since last time, what is late, what waits; the bulletin with one press.
import { DatePicker, Segmented } from "antd";
import dayjs from "dayjs";
import { parseAsString } from "nuqs";
import { useEffect, useState } from "react";
import { boot } from "../../app/boot";
import { useView } from "../../app/view";
import { useWords } from "../../app/words";
import { Page } from "../../parts/Page";
import { Bulletin } from "./Bulletin";
import { Changes } from "./Changes";
import { lastVisit } from "./lastVisit";
import { OtherLate, Three } from "./Late";
import { Lights, Measure, RoundNow } from "./Side";
import { Waiting } from "./Waiting";
import "./today.css";

const EDITION = "edition";

export default function TodayPage() {
  const { t } = useWords();
  const [{ since, body }, set] = useView({ since: parseAsString.withDefault(""), body: parseAsString.withDefault("") });
  const [before] = useState(() => lastVisit(boot.revision));
  useEffect(() => {
    if (!since && before) void set({ since: before }); // the address says since when, so that it shows the same elsewhere
  }, [since, before, set]);
  const asked = since === EDITION ? "" : since || (before ?? "");
  return (
    <Page
      title={t("today")}
      lead={t("today_page_lead")}
      actions={<Bulletin />}
      filters={asked && t("today_since", { what: asked })}
    >
      <Three />
      <div className="today-columns">
        <div className="today-main">
          <section className="block" aria-labelledby="changed">
            <div className="block-head">
              <h2 id="changed">{t("today_changed")}</h2>
              <Since since={since} before={before} onSince={(next) => void set({ since: next })} />
            </div>
            <Changes since={asked} />
          </section>
          <section className="block" aria-labelledby="late">
            <h2 id="late">{t("today_late")}</h2>
            <OtherLate />
          </section>
        </div>
        <div className="today-side">
          <Waiting body={body} onBody={(next) => void set({ body: next })} />
          <Lights />
          <RoundNow />
          <Measure />
        </div>
      </div>
    </Page>
  );
}

interface SinceProps {
  since: string;
  before: string | null;
  onSince: (since: string) => void;
}

/** Since the last visit, since the last edition, or since a day. */
function Since({ since, before, onSince }: SinceProps) {
  const { t } = useWords();
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(since);
  const shown = isDay ? "day" : since === EDITION || (!since && !before) ? EDITION : (since || before)!;
  const options = [
    { value: EDITION, label: t("today_since_edition") },
    ...(shown !== EDITION && shown !== "day"
      ? [{ value: shown, label: shown === before ? t("today_since_visit") : t("today_since_revision", { n: shown }) }]
      : []),
    ...(before && before !== shown ? [{ value: before, label: t("today_since_visit") }] : []),
    ...(isDay ? [{ value: "day", label: t("today_since_day") }] : []),
  ];
  return (
    <span className="since no-print">
      {options.length > 1 && (
        <Segmented
          aria-label={t("today_since_when")}
          value={shown}
          options={options}
          onChange={(to) => to !== "day" && onSince(to)}
        />
      )}
      <DatePicker
        aria-label={t("today_since_day")}
        placeholder={t("today_since_day")}
        value={isDay ? dayjs(since) : null}
        maxDate={dayjs(boot.day)}
        onChange={(day) => onSince(day ? day.format("YYYY-MM-DD") : "")}
      />
    </span>
  );
}
