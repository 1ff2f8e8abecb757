// The filters with how many projects each value would leave; on a narrow screen they stand in a drawer.
import { FilterOutlined } from "@ant-design/icons";
import { keepPreviousData } from "@tanstack/react-query";
import { Badge, Button, Drawer, Grid, Input, Select } from "antd";
import { memo, useDeferredValue, useState } from "react";
import { $api } from "../../api/client";
import { useWords, type Word } from "../../app/words";
import { number } from "../../parts/values";
import { FILTERS, type Choosing, type Facet, type Filter } from "./choice";

const NONE = "none";

export function useFacets(query: Choosing["query"]) {
  const { data } = $api.useQuery(
    "get",
    "/api/projects/facets",
    { params: { query } },
    { placeholderData: keepPreviousData },
  );
  return data;
}

export function useValueName() {
  const { t, lang } = useWords();
  return (facet: Filter, one: Facet["values"][number]) => {
    if (one.value === NONE) return t("projects_none");
    if (facet === "evidence") return t(one.value === "yes" ? "projects_with_evidence" : "projects_without_evidence");
    return facet === "owner" && one.value === "local" ? t("owner_local") : one[lang];
  };
}

function OneFilter({ facet, chosen, set }: { facet: Facet; chosen: string[]; set: Choosing["set"] }) {
  const { t, lang } = useWords();
  const nameOf = useValueName();
  const name = facet.name as Filter;
  const options = facet.values
    .filter(({ count, value }) => count > 0 || chosen.includes(value))
    .map((one) => ({ value: one.value, label: nameOf(name, one), count: one.count }));
  if (options.length < 2 && chosen.length === 0) return null;
  return (
    <Select
      mode="multiple"
      className="facet"
      aria-label={t(`projects_${name}` as Word)}
      placeholder={t(`projects_${name}` as Word)}
      value={chosen}
      options={options}
      allowClear
      maxTagCount={0}
      maxTagPlaceholder={(hidden) => hidden.map(({ label }) => String(label)).join(lang === "zh" ? "、" : ", ")}
      showSearch={{ optionFilterProp: "label" }}
      popupMatchSelectWidth={false}
      onChange={(values: string[]) => void set({ [name]: values.length ? values : null, page: null })}
      optionRender={({ data }) => (
        <span className="facet-option">
          <span>{data.label}</span>
          <span className="number quiet">{number(data.count)}</span>
        </span>
      )}
    />
  );
}

const One = memo(OneFilter);

function All({ facets, choosing }: { facets: Facet[]; choosing: Choosing }) {
  return facets.map((facet) => (
    <One key={facet.name} facet={facet} chosen={choosing.view[facet.name as Filter]} set={choosing.set} />
  ));
}

export function Filters({ choosing }: { choosing: Choosing }) {
  const { t } = useWords();
  const wide = Grid.useBreakpoint().lg ?? innerWidth >= 992;
  const [open, show] = useState(false);
  const facets = useDeferredValue(useFacets(choosing.query)?.facets) ?? []; // rows come first
  const { view, set } = choosing;
  const count = FILTERS.filter((name) => view[name].length).length;
  const clear = () => void set({ ...Object.fromEntries(FILTERS.map((name) => [name, null])), q: null, page: null });
  return (
    <div className="filters projects-filters no-print" role="search">
      <Input
        className="search"
        aria-label={t("projects_search")}
        placeholder={t("projects_search")}
        value={view.q}
        maxLength={200}
        allowClear
        onChange={(event) => void set({ q: event.target.value || null, page: null })}
      />
      {wide ? (
        <All facets={facets} choosing={choosing} />
      ) : (
        <Badge count={count} size="small">
          <Button icon={<FilterOutlined />} onClick={() => show(true)}>
            {t("projects_filters")}
          </Button>
        </Badge>
      )}
      {(count > 0 || view.q) && (
        <Button type="link" onClick={clear}>
          {t("projects_clear")}
        </Button>
      )}
      {!wide && (
        <Drawer open={open} onClose={() => show(false)} title={t("projects_filters")} size={Math.min(360, innerWidth)}>
          <div className="projects-drawer">
            <All facets={facets} choosing={choosing} />
          </div>
        </Drawer>
      )}
    </div>
  );
}
