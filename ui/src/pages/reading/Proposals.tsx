// The queue over all documents: by kind, state and confidence; many are decided at once after their number was shown.
import { Input, Select } from "antd";
import { parseAsArrayOf, parseAsFloat, parseAsString, parseAsStringLiteral } from "nuqs";
import { useState } from "react";
import { Link } from "react-router";
import { api } from "../../api/client";
import { useTo, useView } from "../../app/view";
import { useWords } from "../../app/words";
import { Rows, type RowsColumn } from "../../parts/Rows";
import { number } from "../../parts/values";
import { Batch } from "./Batch";
import { KINDS, STATES, type Proposal } from "./shapes";

const ORDERS = {
  document: "reading_sort_document",
  "-confidence": "reading_sort_sure",
  confidence: "reading_sort_unsure",
} as const;
const LEAST = [0, 0.5, 0.7, 0.8, 0.9, 0.95];

const view = {
  q: parseAsString.withDefault(""),
  kind: parseAsArrayOf(parseAsStringLiteral(KINDS)).withDefault([]),
  state: parseAsStringLiteral(STATES).withDefault("open"),
  sure: parseAsFloat.withDefault(0),
  order: parseAsStringLiteral(["document", "-confidence", "confidence"] as const).withDefault("document"),
};

function useColumns(): RowsColumn<Proposal>[] {
  const { t, code } = useWords();
  const to = useTo();
  return [
    {
      key: "kind", title: t("kind"), width: 90,
      cell: (one) => <span className="proposal-kind" data-kind={one.kind}>{code("proposal_kinds", one.kind)}</span>,
    },
    {
      key: "text", title: t("text"), width: 520,
      cell: (one) => (
        <Link to={to(`/reading/${encodeURIComponent(one.document)}`, { p: one.id, show: one.state === "open" ? undefined : "all" })}>
          <bdi>{one.text}</bdi>
        </Link>
      ),
    },
    { key: "state", title: t("state"), width: 90, cell: (one) => code("proposal_states", one.state) },
    {
      key: "confidence", title: t("confidence"), width: 100, align: "right",
      cell: (one) => <span className="number">{one.confidence === null ? "—" : `${number(100 * one.confidence, 0)} %`}</span>,
    },
  ]; // prettier-ignore
}

export function Proposals() {
  const { t, code } = useWords();
  const [{ q, kind, state, sure, order }, set] = useView(view);
  const [total, count] = useState(0);
  const columns = useColumns();
  const picked = { ...(kind.length && { kind }), ...(sure > 0 && { sure }), ...(q && { q }) };
  const load = async (offset: number, limit: number) => {
    const query = { ...picked, state: [state], sort: order, offset, limit };
    const { data } = await api.GET("/api/proposals", { params: { query } });
    return data ?? { rows: [], total: 0 };
  };
  return (
    <>
      <div className="reading-tools">
        <Input.Search
          allowClear
          aria-label={t("reading_seek_proposal")}
          placeholder={t("reading_seek_proposal")}
          defaultValue={q}
          maxLength={200}
          onSearch={(q) => void set({ q })}
        />
        <Select
          aria-label={t("reading_kinds")}
          placeholder={t("reading_kinds")}
          mode="multiple"
          allowClear
          className="reading-kinds"
          value={kind}
          onChange={(kind) => void set({ kind })}
          options={KINDS.map((value) => ({ value, label: code("proposal_kinds", value) }))}
        />
        <Select
          aria-label={t("state")}
          value={state}
          onChange={(state) => void set({ state })}
          options={STATES.map((value) => ({ value, label: code("proposal_states", value) }))}
        />
        <Select
          aria-label={t("reading_least")}
          value={sure}
          onChange={(sure) => void set({ sure })}
          popupMatchSelectWidth={false}
          options={LEAST.map((value) => ({
            value,
            label: `${t("reading_least")} ${value ? `${number(100 * value, 0)} %` : t("reading_any")}`,
          }))}
        />
        <Select
          aria-label={t("reading_sort")}
          value={order}
          onChange={(order) => void set({ order })}
          popupMatchSelectWidth={false}
          options={(["document", "-confidence", "confidence"] as const).map((value) => ({
            value,
            label: t(ORDERS[value]),
          }))}
        />
        <span className="quiet number">{t("reading_more_filters", { n: number(total) })}</span>
        {state === "open" && total > 0 && (
          <>
            <Batch verdict="accept" picked={picked} />
            <Batch verdict="reject" picked={picked} />
          </>
        )}
      </div>
      <Rows<Proposal>
        question={["proposals", q, kind, state, sure, order]}
        load={load}
        columns={columns}
        rowKey={({ id }) => id}
        empty={t("reading_queue_empty")}
        label={t("reading_queue")}
        onTotal={count}
      />
    </>
  );
}
