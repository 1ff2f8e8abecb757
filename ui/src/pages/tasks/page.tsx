// The task ledger: who leads, what is due, what is lit, which milestone comes next.
import { Input, Segmented, Select } from "antd";
import { useQuery } from "@tanstack/react-query";
import { parseAsString } from "nuqs";
import { useDeferredValue } from "react";
import { Link } from "react-router";
import { api } from "../../api/client";
import { useTo, useView } from "../../app/view";
import { useWords, type Word } from "../../app/words";
import type { components } from "../../made/schema";
import { FaultNote } from "../../parts/FaultNote";
import { Page } from "../../parts/Page";
import { Rows } from "../../parts/Rows";
import { Day, Light, MadeUp, NoData, number } from "../../parts/values";
import "../imports/office.css";

type Task = components["schemas"]["TaskRow"];

const parsers = {
  q: parseAsString.withDefault(""),
  state: parseAsString.withDefault(""),
  lead: parseAsString.withDefault(""),
  programme: parseAsString.withDefault(""),
  colour: parseAsString.withDefault(""),
  sort: parseAsString.withDefault("due"),
};

function load(query: Record<string, string>, offset: number, limit: number) {
  return api.GET("/api/tasks", { params: { query: { ...query, offset, limit } } }).then(({ data }) => data!);
}

export default function TasksPage() {
  const { t, code } = useWords();
  const [view, look] = useView(parsers);
  const asked = useDeferredValue(view);
  const { data, error } = useQuery({ queryKey: ["ledger", asked], queryFn: () => load(asked, 0, 1) });
  const filters = [
    asked.q,
    asked.state && t(`state_${asked.state}` as Word),
    asked.colour && code("colours", asked.colour),
    asked.programme,
  ];
  return (
    <Page title={t("tasks")} lead={t("tk_lead")} filters={filters.filter(Boolean).join(" · ")} full>
      <FaultNote fault={error} />
      <div className="office-line no-print">
        <Input.Search
          allowClear
          value={view.q}
          onChange={({ target }) => void look({ q: target.value || null })}
          placeholder={t("tk_find")}
          aria-label={t("tk_find")}
          maxLength={200}
          style={{ width: "16rem" }}
        />
        <Choose
          word={t("lead_body")}
          value={view.lead}
          options={(data?.leads ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(lead) => void look({ lead })}
        />
        <Choose
          word={t("tk_programme")}
          value={view.programme}
          options={(data?.programmes ?? []).map((name) => ({ value: name, label: name }))}
          onChange={(programme) => void look({ programme })}
        />
        <Choose
          word={t("tk_light")}
          value={view.colour}
          options={Object.entries(data?.colours ?? {})
            .filter(([, n]) => n > 0)
            .map(([name, n]) => ({ value: name, label: `${code("colours", name)} ${n}` }))}
          onChange={(colour) => void look({ colour })}
        />
      </div>
      <div className="scrolling no-print">
        <Segmented
          value={view.state}
          onChange={(state) => void look({ state: state || null })}
          options={[
            { value: "", label: t("tk_any") },
            ...Object.entries(data?.states ?? {}).map(([name, n]) => ({
              value: name,
              label: `${t(`state_${name}` as Word)} ${n}`,
            })),
          ]}
        />
      </div>
      <Ledger asked={asked} onSort={(sort) => void look({ sort: sort || null })} />
    </Page>
  );
}

interface ChooseProps {
  word: string;
  value: string;
  options: { value: string; label: string }[];
  onChange: (value: string | null) => void;
}

function Choose({ word, value, options, onChange }: ChooseProps) {
  return (
    <Select
      allowClear
      showSearch={{ optionFilterProp: "label" }}
      placeholder={word}
      aria-label={word}
      value={value || null}
      options={options}
      onChange={(chosen?: string) => onChange(chosen ?? null)}
      style={{ width: "12rem" }}
    />
  );
}

function Ledger({ asked, onSort }: { asked: Record<string, string>; onSort: (sort: string) => void }) {
  const { t, lang } = useWords();
  const to = useTo();
  return (
    <Rows<Task>
      question={["tasks", asked]}
      load={(offset, limit) => load(asked, offset, limit)}
      rowKey={(one) => one.id}
      label={t("tasks")}
      empty={<NoData table="tasks" />}
      sort={asked["sort"] ?? ""}
      onSort={onSort}
      columns={[
        {
          key: "colour",
          title: t("tk_light"),
          width: 84,
          sortable: true,
          cell: (one) => (
            <span title={(lang === "zh" ? one.lit : one.lit_en) ?? ""}>
              <Light colour={one.colour} />
            </span>
          ),
        },
        { key: "number", title: t("tk_number"), width: 150, sortable: true, cell: (one) => one.number },
        {
          key: "name",
          title: t("task"),
          width: 280,
          sortable: true,
          cell: (one) => (
            <>
              <Link to={to(`/tasks/${encodeURIComponent(one.id)}`)}>{one.name}</Link>{" "}
              <MadeUp synthetic={one.synthetic} />
            </>
          ),
        },
        { key: "owner", title: t("lead_body"), width: 190, sortable: true, cell: (one) => one.owner },
        { key: "state", title: t("state"), width: 116, sortable: true, cell: (one) => t(`state_${one.state}` as Word) },
        { key: "due", title: t("due_day"), width: 140, sortable: true, cell: (one) => <Day text={one.due} /> },
        {
          key: "days",
          title: t("days"),
          width: 120,
          sortable: true,
          align: "right",
          cell: (one) => <Left one={one} />,
        },
        {
          key: "progress",
          title: t("progress"),
          width: 110,
          sortable: true,
          align: "right",
          cell: (one) => <Progress one={one} />,
        },
        { key: "next_step", title: t("tk_next"), width: 140, cell: (one) => <Day text={one.next_step} /> },
        { key: "problem", title: t("problem"), width: 240, cell: (one) => one.problem },
      ]}
    />
  );
}

/** Days left or past, for tasks that are not closed. */
export function Left({ one }: { one: Pick<Task, "days" | "state" | "late"> }) {
  const { t } = useWords();
  if (one.state === "done") return <>{one.late ? t("tk_done_late") : t("tk_done")}</>;
  if (one.days === null || one.state === "dropped") return <span className="quiet">—</span>;
  return (
    <span className="number">{one.days > 0 ? t("days_over", { n: one.days }) : t("days_left", { n: -one.days })}</span>
  );
}

export function Progress({ one }: { one: Pick<Task, "progress" | "expected"> }) {
  if (one.progress === null) return <span className="quiet">—</span>;
  return (
    <span className="number">
      {number(one.progress)} % {one.expected !== null && <span className="quiet">/ {number(one.expected, 0)}</span>}
    </span>
  );
}
