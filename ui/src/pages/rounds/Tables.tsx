// Totals that disagree, renames to review, all figures, what changed since the round before.
import { Segmented } from "antd";
import { parseAsStringLiteral } from "nuqs";
import { Link } from "react-router";
import { api } from "../../api/client";
import { useSend } from "../../api/send";
import { useTo, useView } from "../../app/view";
import { useWords, type Word } from "../../app/words";
import type { components } from "../../made/schema";
import { Scrolling } from "../../parts/Scrolling";
import { Why } from "../../parts/Why";
import { Paged, PlainTable } from "../imports/Paged";

type Schemas = components["schemas"];
type Whole = Schemas["RoundBoard"];
type Changed = Schemas["RoundChanged"];
type Figure = Schemas["RoundFigure"];

export function Totals({ round }: { round: Whole }) {
  const { t } = useWords();
  if (!round.totals.length) return <p className="quiet">{t("rd_no_totals")}</p>;
  return (
    <Scrolling label={t("rd_totals")}>
      <PlainTable
        rows={round.totals}
        columns={[
          { key: "name", title: t("body"), cell: (one) => one.name },
          { key: "title", title: t("rd_field"), cell: (one) => one.title },
          { key: "stated", title: t("im_stated"), right: true, cell: (one) => one.stated },
          { key: "summed", title: t("im_summed"), right: true, cell: (one) => one.summed },
          { key: "apart", title: t("rd_apart"), right: true, cell: (one) => one.apart },
          {
            key: "agrees",
            title: "",
            cell: (one) => (one.agrees ? t("im_agrees") : <span className="office-badge">{t("im_differs")}</span>),
          },
        ]}
      />
    </Scrolling>
  );
}

export function Renames({ round }: { round: Whole }) {
  const { t, lang } = useWords();
  const to = useTo();
  const send = useSend();
  if (!round.renames.length) return <p className="quiet">{t("rd_no_renames")}</p>;
  const say = (id: string, accept: boolean) => (said: { by: string; why: string }) =>
    send.mutateAsync({ path: `/api/rounds/${encodeURIComponent(round.id)}/renames/${id}`, body: { ...said, accept } });
  const project = (id: string, name: string | null) => (
    <Link to={to(`/projects/${encodeURIComponent(id)}`)}>{name ?? id}</Link>
  );
  return (
    <Scrolling label={t("rd_renames")}>
      <PlainTable
        rows={round.renames}
        columns={[
          { key: "a", title: t("rd_was"), cell: (one) => project(one.a, one.a_name) },
          { key: "b", title: t("rd_is"), cell: (one) => project(one.b, one.b_name) },
          {
            key: "score",
            title: t("rd_likeness"),
            right: true,
            cell: (one) => (one.score === null ? "—" : `${Math.round(one.score * 100)} %`),
          },
          { key: "reason", title: t("reason"), cell: (one) => half(one.reason, lang) },
          {
            key: "say",
            title: "",
            cell: (one) => (
              <span className="office-line">
                <Why size="small" onSay={say(one.id, true)}>
                  {t("rd_same")}
                </Why>
                <Why size="small" onSay={say(one.id, false)}>
                  {t("rd_different")}
                </Why>
              </span>
            ),
          },
        ]}
      />
    </Scrolling>
  );
}

/** One language of a text written as `中文 / English`. */
export function half(text: string | null | undefined, lang: "zh" | "en"): string {
  const [zh = "", en] = (text ?? "").split(" / ");
  return lang === "en" ? (en ?? zh) : zh;
}

const STATES = ["", "conflict", "settled", "agreed"] as const;

export function Figures({ id }: { id: string }) {
  const { t } = useWords();
  const to = useTo();
  const [{ state }, look] = useView({ state: parseAsStringLiteral(STATES).withDefault("") });
  const load = (offset: number, limit: number) =>
    api
      .GET("/api/rounds/{round}/figures", { params: { path: { round: id }, query: { state, offset, limit } } })
      .then(({ data }) => data!);
  const options = STATES.map((value) => ({ value, label: value ? t(`rd_state_${value}` as Word) : t("tk_any") }));
  return (
    <div>
      <div className="office-kinds no-print">
        <Segmented options={options} value={state} onChange={(value) => void look({ state: value || null })} />
      </div>
      <Paged<Figure>
        question={["figures", id, state]}
        load={load}
        label={t("rd_figures")}
        empty={t("nothing_found")}
        columns={[
          {
            key: "name",
            title: t("rd_project"),
            cell: (one) => (
              <Link to={to(`/projects/${encodeURIComponent(one.project)}`)}>{one.name ?? one.project}</Link>
            ),
          },
          { key: "title", title: t("rd_field"), cell: (one) => one.title },
          { key: "shown", title: t("rd_value"), right: true, cell: (one) => one.shown },
          { key: "bodies", title: t("body"), cell: (one) => one.claims || one.bodies },
          { key: "state", title: t("state"), cell: (one) => t(`rd_state_${one.state}` as Word) },
          { key: "cell", title: t("cell"), cell: (one) => <code>{(one.source ?? "").split("#")[1] ?? "—"}</code> },
        ]}
      />
    </div>
  );
}

export function Since({ id }: { id: string }) {
  const { t } = useWords();
  const to = useTo();
  const load = (offset: number, limit: number) =>
    api
      .GET("/api/rounds/{round}/changes", { params: { path: { round: id }, query: { offset, limit } } })
      .then(({ data }) => data!);
  return (
    <Paged<Changed>
      question={["since", id]}
      load={load}
      label={t("rd_since")}
      empty={t("nothing_found")}
      columns={[
        { key: "kind", title: "", width: "5rem", cell: (one) => t(`rd_kind_${one.kind}` as Word) },
        {
          key: "name",
          title: t("rd_project"),
          cell: (one) => <Link to={to(`/projects/${encodeURIComponent(one.project)}`)}>{one.name ?? one.project}</Link>,
        },
        { key: "title", title: t("rd_field"), cell: (one) => one.title },
        { key: "before", title: t("rd_before"), right: true, cell: (one) => one.before },
        { key: "after", title: t("rd_after"), right: true, cell: (one) => one.after },
      ]}
    />
  );
}
