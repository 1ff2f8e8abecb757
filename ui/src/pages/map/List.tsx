// The list beside the map: rows of one layer in the extent; it says in words what the canvas says in colours.
import { Button, Input, Select, Skeleton } from "antd";
import { keepPreviousData } from "@tanstack/react-query";
import { useWords } from "../../app/words";
import { FaultNote } from "../../parts/FaultNote";
import { Light, Money, Stage, number } from "../../parts/values";
import type { Catalogue, MapMeasure, MapRow, MapRows } from "./answers";
import { useAsk } from "./ask";
import { picked, type MapView, type SetView } from "./view";

const SIZE = 50;
const ALL = 500;
const PLACES = ["cities", "counties"];

interface Props {
  known: Catalogue;
  view: MapView;
  set: SetView;
  /** west,south,east,north; empty for everything, null while the map is not there yet. */
  extent: string | null;
  measure: MapMeasure | undefined;
  onPick: (row: MapRow) => void;
}

function More({ row, layer, measure }: { row: MapRow; layer: string; measure: MapMeasure | undefined }) {
  const { t, code, pick } = useWords();
  if (layer === "projects") {
    return (
      <span className="more">
        <Stage stage={row.stage} /> {row.light && <Light colour={row.light} />} <Money fen={row.plan} />
      </span>
    );
  }
  const found = layer === measure?.layer ? measure.rows.find(({ id }) => id === row.id) : undefined;
  if (found && measure) {
    return (
      <span className="more">
        <span className="number">{number(found.value)}</span> <span className="unit">{pick(measure.measure.unit)}</span>
      </span>
    );
  }
  const said =
    row.people !== null
      ? t("map_people", { n: number(row.people) })
      : code(row.members === null ? "place_kinds" : "collection_kinds", row.kind);
  return <span className="more quiet">{row.kind || row.people !== null ? said : ""}</span>;
}

function Line({
  row,
  layer,
  chosen,
  measure,
  onPick,
}: {
  row: MapRow;
  layer: string;
  chosen: boolean;
  measure: MapMeasure | undefined;
  onPick: (row: MapRow) => void;
}) {
  const { pick } = useWords();
  const name = pick({ zh: row.name ?? row.id, en: row.name_en ?? row.name ?? row.id });
  const place = row.place_name ? pick({ zh: row.place_name, en: row.place_name_en ?? row.place_name }) : "";
  return (
    <li>
      <button
        type="button"
        className={layer === "projects" ? "map-row" : "map-row plain"}
        aria-pressed={chosen}
        onClick={() => onPick(row)}
      >
        <span className="name">{name}</span>
        <small className="quiet">{place}</small>
        <More row={row} layer={layer} measure={measure} />
      </button>
    </li>
  );
}

function Pager({ total, page, go }: { total: number; page: number; go: (page: number) => void }) {
  const { t } = useWords();
  const pages = Math.max(1, Math.ceil(total / SIZE));
  if (pages < 2) return null;
  return (
    <div className="map-pager">
      <Button size="small" disabled={page <= 1} onClick={() => go(page - 1)}>
        {t("map_previous")}
      </Button>
      <span className="number quiet">
        {page} / {pages}
      </span>
      <Button size="small" disabled={page >= pages} onClick={() => go(page + 1)}>
        {t("map_next")}
      </Button>
    </div>
  );
}

/** What the list asks for; classes of the legend hold for projects only. */
function query({ view, extent }: Pick<Props, "view" | "extent">) {
  const only = view.list === "projects" && view.only ? { [view.by]: view.only } : {};
  const limit = PLACES.includes(view.list) ? ALL : SIZE; // so that they can be put in the order of their values
  return { bbox: extent ?? "", q: view.q, ...only, limit, offset: (Math.max(1, view.page) - 1) * limit };
}

/** Counties with the highest value first, those without one last; everything else as it came. */
function ordered(rows: MapRow[], measure: MapMeasure | undefined): MapRow[] {
  if (!measure) return rows;
  const value = new Map(measure.rows.map(({ id, value }) => [id, value ?? -Infinity]));
  const of = ({ id }: MapRow) => value.get(id) ?? -Infinity;
  return [...rows].sort((one, other) => (of(other) === of(one) ? 0 : of(other) - of(one)));
}

export function List(props: Props) {
  const { known, view, set, extent, measure, onPick } = props;
  const { t, pick } = useWords();
  const more = { enabled: extent !== null, placeholderData: keepPreviousData };
  const { data, error, isPlaceholderData } = useAsk<MapRows>(
    `/api/map/rows/${encodeURIComponent(view.list)}`,
    query(props),
    more,
  );
  const chosen = picked(view.pick);
  const layers = known.layers.filter(({ rows }) => rows > 0).map((layer) => ({ value: layer.id, label: pick(layer) }));
  const rows = ordered(data?.layer === view.list ? data.rows : [], view.list === measure?.layer ? measure : undefined);
  return (
    <section className="map-list" aria-label={t("map_list_beside")} aria-busy={isPlaceholderData}>
      <div className="map-list-head">
        <Select
          aria-label={t("map_list_of")}
          value={view.list}
          options={layers}
          onChange={(list) => set({ list, page: 1 })}
          popupMatchSelectWidth={false}
        />
        <Input.Search
          aria-label={t("map_find")}
          placeholder={t("map_find")}
          defaultValue={view.q}
          allowClear
          maxLength={100}
          onSearch={(q) => set({ q: q.trim(), page: 1 })}
        />
      </div>
      <FaultNote fault={error as Error | null} />
      {data && <p className="quiet number">{t("map_in_extent", { n: number(data.total) })}</p>}
      {!data && !error && <Skeleton active />}
      {data?.total === 0 && <p className="no-data">{t("map_nothing_here")}</p>}
      <ol>
        {rows.map((row) => (
          <Line
            key={row.id}
            row={row}
            layer={view.list}
            chosen={chosen?.layer === view.list && chosen.id === row.id}
            measure={measure}
            onPick={onPick}
          />
        ))}
      </ol>
      <Pager total={data?.total ?? 0} page={view.page} go={(page) => set({ page })} />
    </section>
  );
}
