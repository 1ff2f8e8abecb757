// The map 一张图: layers, measures, projects, flows, days, the numbers of a drawn area, what a drawn line would do, and a list that says it in words.
import { Alert, Button, Skeleton } from "antd";
import type { Map } from "maplibre-gl";
import { useCallback, useEffect, useMemo, useState } from "react";
import { useWords } from "../../app/words";
import { FaultNote } from "../../parts/FaultNote";
import { Page } from "../../parts/Page";
import { money, number } from "../../parts/values";
import type { Catalogue, MapDays, MapMeasure, MapRow } from "./answers";
import { Area } from "./Area";
import { useAsk } from "./ask";
import { Canvas, padding } from "./Canvas";
import { Card } from "./Card";
import { fromCode, toCode, type Corner } from "./code";
import { Credits } from "./Credits";
import { Days } from "./Days";
import { Draw } from "./Draw";
import type { Way } from "./draw";
import { Flows } from "./Flows";
import { Layers } from "./Layers";
import { Legend } from "./Legend";
import { Line } from "./Line";
import { List } from "./List";
import { useFlows } from "./useFlows";
import { useFonts } from "./useFonts";
import { useStyle } from "./usePlan";
import { options, picked, useMapView, type MapView, type SetView } from "./view";
import "./map.css";

const CLOSE = 11; // zoom to go to for a point

function extentOf(map: Map): string {
  const box = map.getBounds();
  return [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()].map((edge) => edge.toFixed(4)).join(",");
}

function useMeasure(view: MapView): { measure: MapMeasure | undefined; error: Error | null } {
  const query = { measure: view.measure, ...options(view.options) };
  const { data, error } = useAsk<MapMeasure>("/api/map/measure", query, { enabled: view.measure !== "" });
  const last = useLast(data);
  return { measure: view.measure ? last : undefined, error };
}

/** What hangs over the map says about the thing under the pointer. */
function useTell(known: Catalogue, measure: MapMeasure | undefined) {
  const { t, lang, pick, code } = useWords();
  return useCallback(
    (layer: string, properties: Record<string, unknown>) => {
      const text = (name: string) => (properties[name] === undefined ? "" : String(properties[name]));
      const title = (lang === "en" && text("name_en")) || text("name") || text("id");
      if (layer === "projects") {
        const n = Number(properties["n"] ?? 1);
        const plan =
          properties["plan"] === undefined ? "" : `${t("map_plan")} ${money(Number(properties["plan"]), lang)}`;
        const state = [code("stages", text("stage")), text("light") && code("colours", text("light"))]
          .filter(Boolean)
          .join(" · ");
        return { title, lines: [state, plan, n > 1 ? t("map_here", { n }) : ""] };
      }
      const found = known.layers.find(({ id }) => id === layer);
      const value = measure && layer === measure.layer ? measure.rows.find(({ id }) => id === text("id")) : undefined;
      const said = value && measure && `${pick(measure.measure)} ${number(value.value)} ${pick(measure.measure.unit)}`;
      return {
        title,
        lines: [found ? pick(found) : "", said ?? "", (value?.value === null && value.why_missing) || ""],
      };
    },
    [known, measure, t, lang, pick, code],
  );
}

/** The last answer there was: while another day is on its way the map stays as it is. */
function useLast<Answer>(answer: Answer | undefined): Answer | undefined {
  const [last, keep] = useState(answer);
  if (answer !== undefined && answer !== last) keep(answer);
  return answer ?? last;
}

interface Shown {
  known: Catalogue;
  view: MapView;
  set: SetView;
  measure: MapMeasure | undefined;
  map: Map | null;
  onMap: (map: Map | null) => void;
  way: Way | null;
  /** This browser cannot draw. */
  failed: boolean;
  onFail: () => void;
}

function Picture({ known, view, set, measure, map, onMap, way, failed, onFail }: Shown) {
  const { t } = useWords();
  const style = useStyle(known, view, measure);
  const tell = useTell(known, measure);
  const letters = known.layers
    .filter(({ id }) => view.layers.includes(id))
    .map((layer) => layer.letters)
    .join("");
  const fonts = useFonts(letters);
  useFlows(map, view.flows, view.period);
  const whole = known.bounds as [number, number, number, number];
  return (
    <div className={failed ? "map-picture failed" : "map-picture"}>
      {failed && <Alert type="warning" showIcon title={t("map_no_webgl")} />}
      {fonts && !failed && (
        <Canvas
          style={style}
          bounds={known.bounds}
          at={view.at}
          drawing={way !== null}
          onMap={onMap}
          onMove={(at) => set({ at })}
          onPick={(layer, id) => set({ pick: `${layer}:${id}`, list: layer, page: 1 })}
          tell={tell}
          onFail={onFail}
        />
      )}
      {way && (
        <p className="map-help" role="status">
          {t(`map_draw_help_${way}`)}
        </p>
      )}
      {map && (
        <Button
          className="map-whole no-print"
          size="small"
          onClick={() => map.fitBounds(whole, { padding: padding(map.getContainer()), duration: 0 })}
        >
          {t("map_whole")}
        </Button>
      )}
      <Legend classes={known.legends[view.by] ?? []} measure={measure} view={view} set={set} />
    </div>
  );
}

/** The extent shown, as the list asks for it: everything where there is no map. */
function useExtent(map: Map | null, failed: boolean): string | null {
  const [extent, put] = useState<string | null>(null);
  useEffect(() => {
    if (failed) document.documentElement.dataset["map"] = "list";
  }, [failed]);
  useEffect(() => {
    if (!map) return;
    const follow = () => put(extentOf(map));
    follow();
    map.on("moveend", follow);
    map.on("resize", follow);
    return () => {
      map.off("moveend", follow);
      map.off("resize", follow);
    };
  }, [map]);
  return failed ? "" : extent;
}

function Beside({ known, view, set, measure, map, failed }: Omit<Shown, "onMap" | "way" | "onFail">) {
  const extent = useExtent(map, failed);
  const chosen = picked(view.pick);
  const corners = useMemo(() => (view.area ? fromCode(view.area) : null), [view.area]);
  const stops = useMemo(() => (view.line ? fromCode(view.line, 2) : null), [view.line]);
  const go = (row: MapRow) => {
    const [west = 0, south = 0, east = 0, north = 0] = row.bounds ?? [];
    if (row.bounds && east > west) map?.fitBounds([west, south, east, north], { padding: 40, duration: 0 });
    else if (row.lon !== null && row.lat !== null)
      map?.jumpTo({ center: [row.lon, row.lat], zoom: Math.max(CLOSE, map.getZoom()) });
  };
  return (
    <div className="map-beside">
      {chosen && (
        <Card
          picked={chosen}
          layer={known.layers.find(({ id }) => id === chosen.layer)}
          measure={chosen.layer === measure?.layer ? measure : undefined}
          onGo={go}
          onClose={() => set({ pick: "" })}
        />
      )}
      {corners && <Area corners={corners} view={view} onClear={() => set({ area: "" })} />}
      {stops && <Line stops={stops} view={view} set={set} onClear={() => set({ line: "", run: "" })} />}
      {view.flows && <Flows view={view} set={set} />}
      <List
        known={known}
        view={view}
        set={set}
        extent={extent}
        measure={measure}
        onPick={(row) => set({ pick: `${view.list}:${row.id}` })}
      />
    </div>
  );
}

export default function MapPage() {
  const { t } = useWords();
  const [view, put] = useMapView();
  const set: SetView = (part) => void put(part);
  const { data: catalogue, error } = useAsk<Catalogue>("/api/map/layers");
  const { data: found } = useAsk<MapDays>("/api/map/days");
  const [known, days] = [useLast(catalogue), useLast(found)];
  const { measure, error: unmeasured } = useMeasure(view);
  const [map, hold] = useState<Map | null>(null);
  const [way, start] = useState<Way | null>(null);
  const [failed, fail] = useState(false);
  const shown = { view, set, measure, map, failed };
  const area = (corners: Corner[]) => set({ area: toCode(corners) });
  const line = (stops: Corner[]) => set({ line: toCode(stops) });
  const actions = known && (
    <>
      <Layers known={known} view={view} set={set} />
      <Draw map={map} way={way} onWay={start} onArea={area} onLine={line} />
    </>
  );
  return (
    <Page full title={t("one_map")} lead={t("map_page_lead")} actions={actions} revision={known?.revision}>
      <FaultNote fault={error ?? unmeasured} />
      {known ? (
        <div className="map-page">
          <Picture known={known} {...shown} onMap={hold} way={way} onFail={() => fail(true)} />
          <Beside known={known} {...shown} />
          <div className="map-under">
            {days && <Days known={days} />}
            <Credits known={known} shown={view.layers} />
          </div>
        </div>
      ) : (
        <Skeleton active />
      )}
    </Page>
  );
}
