// Projects: one selection, three faces of it: a table, a board by stage, a Gantt chart.
import { DownloadOutlined, SettingOutlined } from "@ant-design/icons";
import { Button, Checkbox, Dropdown, Popover, Segmented } from "antd";
import { lazy, Suspense, useCallback } from "react";
import { $api, address } from "../../api/client";
import { Opening } from "../../app/nowhere";
import { useWords, type Word } from "../../app/words";
import { Page } from "../../parts/Page";
import { Money, number } from "../../parts/values";
import { Board } from "./Board";
import { FACES, fileQuery, useChoice, type Choosing, type Filter } from "./choice";
import { COLUMNS, SHOWN, titleOf, type Named } from "./columns";
import { Filters, useFacets, useValueName } from "./Filters";
import { SavedViews } from "./SavedViews";
import { ProjectTable } from "./Table";
import "./projects.css";

const EVERY = {};
const Gantt = lazy(() => import("./Gantt").then(({ Gantt: face }) => ({ default: face })));

function Columns({ choosing }: { choosing: Choosing }) {
  const words = useWords();
  const { view, set } = choosing;
  const chosen = view.columns.length ? view.columns : SHOWN;
  const pick = (names: string[]) => {
    const ordered = COLUMNS.filter((name) => name === "name" || names.includes(name));
    void set({ columns: ordered.join() === SHOWN.join() ? null : ordered });
  };
  const options = COLUMNS.map((name) => ({ value: name, label: titleOf(name, words), disabled: name === "name" }));
  const inside = <Checkbox.Group className="column-choice" value={chosen} options={options} onChange={pick} />;
  return (
    <Popover trigger="click" placement="bottomRight" content={inside}>
      <Button icon={<SettingOutlined />}>{words.t("projects_columns")}</Button>
    </Popover>
  );
}

function Files({ choosing }: { choosing: Choosing }) {
  const { t } = useWords();
  const { view, query } = choosing;
  const said = fileQuery(query, view.columns.length ? view.columns : SHOWN);
  const items = ["xlsx", "csv", "json", "parquet"].map((form) => {
    const path = address(`/api/projects.${form}`);
    const href = `${path}${path.includes("?") ? "&" : "?"}${said.toString()}`;
    return { key: form, label: <a href={href} download>.{form}</a> }; // prettier-ignore
  });
  return (
    <Dropdown menu={{ items }} trigger={["click"]}>
      <Button icon={<DownloadOutlined />}>{t("download")}</Button>
    </Dropdown>
  );
}

function Sums({ choosing }: { choosing: Choosing }) {
  const { t } = useWords();
  const { query } = choosing;
  const { data } = $api.useQuery("get", "/api/projects", { params: { query: { ...query, limit: 1, marks: false } } });
  if (!data) return <span className="quiet">…</span>;
  const { invest_total: total, plan, done } = data.sums;
  return (
    <span className="projects-sums">
      <strong className="number">{number(data.total)}</strong> {t("unit_projects")}
      <span className="quiet"> · {t("projects_invest_total")} </span>
      <Money fen={total} />
      <span className="quiet"> · {t("projects_year_plan", { year: data.year })} </span>
      <Money fen={plan} />
      <span className="quiet"> · {t("projects_year_done", { year: data.year })} </span>
      <Money fen={done} />
    </span>
  );
}

/** Names by id, from the facets of all projects: they stay while filters change. */
function useNamed(): Named {
  const { lang, t } = useWords();
  const facets = useFacets(EVERY)?.facets;
  return useCallback(
    (facet, id) => {
      if (!id) return "—";
      if (facet === "owner" && id === "local") return t("owner_local");
      const known = facets?.find(({ name }) => name === facet)?.values.find(({ value }) => value === id);
      return known ? known[lang] : id;
    },
    [facets, lang, t],
  );
}

export default function ProjectsPage() {
  const { t } = useWords();
  const choosing = useChoice();
  const { view, set, query } = choosing;
  const named = useNamed();
  const facets = useFacets(query)?.facets ?? [];
  const nameOf = useValueName();
  const said = facets.flatMap(({ name, chosen, values }) =>
    values.filter(({ value }) => chosen.includes(value)).map((one) => nameOf(name as Filter, one)),
  );
  const filters = [...said, view.q].filter(Boolean).join(" · ");
  return (
    <Page
      title={t("projects")}
      lead={<Sums choosing={choosing} />}
      filters={filters}
      full
      actions={
        <>
          <Segmented
            aria-label={t("projects_face")}
            value={view.face}
            onChange={(face) => void set({ face, page: null })}
            options={FACES.map((value) => ({ value, label: t(`projects_${value}` as Word) }))}
          />
          <SavedViews />
          {view.face === "table" && <Columns choosing={choosing} />}
          <Files choosing={choosing} />
        </>
      }
    >
      <Filters choosing={choosing} />
      {view.face === "table" && <ProjectTable choosing={choosing} named={named} />}
      {view.face === "board" && <Board choosing={choosing} named={named} />}
      {view.face === "gantt" && (
        <Suspense fallback={<Opening />}>
          <Gantt choosing={choosing} />
        </Suspense>
      )}
    </Page>
  );
}
