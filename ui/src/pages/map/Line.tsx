// What a drawn line 候选线路 would do to travel times: its figures to change, totals, places, pairs, and keeping it.
import { Button, Form, Input, InputNumber, Select, Skeleton } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../api/client";
import { useSend } from "../../api/send";
import { useEverywhere } from "../../app/view";
import { useWords } from "../../app/words";
import { FaultNote } from "../../parts/FaultNote";
import { Why, type Said } from "../../parts/Why";
import { number } from "../../parts/values";
import type { LineAnswer } from "./answers";
import { useHere } from "./ask";
import type { Corner } from "./code";
import { options, type MapView, type SetView } from "./view";

const MODES = ["rail", "metro", "bus", "ship"];
const FIRST = { name: "", mode: "rail", kmh: 160, headway: 15, dwell: 1, hours: "06:00-22:00", limit: 60 };
const SHOWN = 12;
type Figures = typeof FIRST;

interface Props {
  stops: Corner[];
  view: MapView;
  set: SetView;
  onClear: () => void;
}

/** Figures of the address, those not written there as at first. */
function figures(run: string): Figures {
  const said = options(run);
  const read = ([name, first]: [string, string | number]) => {
    const text = said[name];
    const value = typeof first === "number" ? Number(text) : text;
    return [name, text === undefined || Number.isNaN(value) ? first : value];
  };
  return Object.fromEntries(Object.entries(FIRST).map(read)) as Figures;
}

function line(stops: Corner[], run: Figures) {
  const { name, mode, kmh, headway, dwell, hours } = run;
  const geometry = { type: "LineString" as const, coordinates: stops };
  return { geometry, mode, kmh, headway, dwell, hours, ...(name && { name }) };
}

function named(id: string, name: string | null, english: string | null) {
  return { zh: name ?? id, en: english ?? name ?? id };
}

function useEffects(stops: Corner[], run: Figures, view: MapView) {
  const here = useHere();
  const body = { ...line(stops, run), limit: run.limit };
  return useQuery({
    queryKey: ["line", view.line, body, here],
    queryFn: async () => (await api.POST("/api/line", { body: body as never, params: { query: here } as never })).data as LineAnswer,
    placeholderData: (before: LineAnswer | undefined) => before,
  }); // prettier-ignore
}

function Run({ run, onRun }: { run: Figures; onRun: (run: Figures) => void }) {
  const { t, code } = useWords();
  const figure = (name: "kmh" | "headway" | "dwell" | "limit", min: number, max: number) => (
    <Form.Item name={name} label={t(`map_line_${name}`)}>
      <InputNumber min={min} max={max} />
    </Form.Item>
  );
  return (
    <Form<Figures>
      layout="vertical"
      size="small"
      className="map-run"
      initialValues={run}
      onFinish={(made) => onRun({ ...run, ...made })}
    >
      <Form.Item name="name" label={t("map_line_name")}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="mode" label={t("map_line_mode")}>
        <Select options={MODES.map((mode) => ({ value: mode, label: code("modes", mode) }))} />
      </Form.Item>
      {figure("kmh", 1, 1000)}
      {figure("headway", 1, 1440)}
      {figure("dwell", 0, 60)}
      <Form.Item name="hours" label={t("map_line_hours")}>
        <Input maxLength={20} />
      </Form.Item>
      {figure("limit", 1, 1440)}
      <Button htmlType="submit">{t("map_line_again")}</Button>
    </Form>
  );
}

function Totals({ answer }: { answer: LineAnswer }) {
  const { t } = useWords();
  const { line: drawn, totals } = answer;
  const rows: [string, string][] = [
    [t("map_line_km"), `${number(drawn.km, 1)} km`],
    [t("map_line_minutes"), `${number(drawn.minutes, 0)} min`],
    [t("map_line_trips"), number(drawn.trips)],
    [t("map_line_pairs"), number(totals.pairs)],
    [t("map_line_opened"), number(totals.opened)],
    [t("map_line_saved"), totals.median_saved === null ? t("no_data") : `${number(totals.median_saved, 1)} min`],
  ];
  return (
    <dl className="map-figures">
      {rows.map(([name, value]) => (
        <div className="map-figure" key={name}>
          <dt>{name}</dt>
          <dd className="number">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Places({ answer, limit }: { answer: LineAnswer; limit: number }) {
  const { t, pick } = useWords();
  if (!answer.places.length) return <p className="no-data">{t("map_line_nobody")}</p>;
  return (
    <table className="map-classes">
      <caption>{t("map_line_places", { n: answer.places.length, limit })}</caption>
      <thead>
        <tr>
          <th scope="col">{t("place")}</th>
          <th scope="col">{t("map_line_sooner")}</th>
          <th scope="col">{t("map_line_near_before")}</th>
          <th scope="col">{t("map_line_near_after")}</th>
        </tr>
      </thead>
      <tbody>
        {answer.places.slice(0, SHOWN).map((row) => (
          <tr key={row.id}>
            <th scope="row">{pick(named(row.id, row.name, row.name_en))}</th>
            <td className="number">{number(row.quicker)}</td>
            <td className="number">{number(row.places_before)}</td>
            <td className="number">{number(row.places_after)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Pairs({ answer }: { answer: LineAnswer }) {
  const { t, pick } = useWords();
  if (!answer.pairs.length) return null;
  return (
    <details>
      <summary>{t("map_line_most", { n: answer.pairs.length })}</summary>
      <ul className="map-shares">
        {answer.pairs.map((pair) => (
          <li key={`${pair.origin}-${pair.dest}`}>
            <span>
              {pick(named(pair.origin, pair.origin_name, pair.origin_name_en))} →{" "}
              {pick(named(pair.dest, pair.dest_name, pair.dest_name_en))}
            </span>
            <span className="number quiet">
              {`${pair.before === null ? t("map_line_unreached") : number(pair.before, 0)} → ${number(pair.after, 0)} min`}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}

function Keep({ stops, run, onKept }: { stops: Corner[]; run: Figures; onKept: () => void }) {
  const { t } = useWords();
  const [, go] = useEverywhere();
  const [branch, name] = useState("new-line");
  const send = useSend<{ branch: string; revision: string }>();
  const keep = async (said: Said) => {
    const body = { line: line(stops, run), branch, ...said };
    const made = await send.mutateAsync({ path: "/api/line/branches", body });
    onKept();
    await go({ branch: made.branch });
  };
  const lead = (
    <label>
      {t("map_line_branch")}
      <Input value={branch} maxLength={60} onChange={({ target }) => name(target.value)} />
    </label>
  );
  return (
    <Why size="small" type="primary" onSay={keep} lead={lead} confirm={t("map_line_keep")}>
      {t("map_line_keep")}
    </Why>
  );
}

export function Line({ stops, view, set, onClear }: Props) {
  const { t } = useWords();
  const run = figures(view.run);
  const { data, error } = useEffects(stops, run, view);
  const put = (made: Figures) =>
    set({ run: new URLSearchParams(Object.entries(made).map(([name, value]) => [name, String(value)])).toString() });
  return (
    <section className="map-area" aria-label={t("map_line")} aria-busy={!data && !error}>
      <header>
        <h2>{t("map_line")}</h2>
        <Button size="small" onClick={onClear}>
          {t("map_line_clear")}
        </Button>
      </header>
      <p className="quiet">{t("map_line_assumed")}</p>
      <Run run={run} onRun={put} />
      <FaultNote fault={error} />
      {!data && !error && <Skeleton active title={false} />}
      {data && !error && (
        <>
          <Totals answer={data} />
          <Places answer={data} limit={run.limit} />
          <Pairs answer={data} />
          <Keep stops={stops} run={run} onKept={onClear} />
        </>
      )}
    </section>
  );
}
