// The map's style, made anew from what the reader chose: same choice, same picture. Colours come from the page's tokens
// and from the legends of the server.
import type { ExpressionSpecification, FilterSpecification, LayerSpecification, StyleSpecification } from "maplibre-gl";
import { token } from "../../app/theme";
import type { Layer, Legend, Step } from "./answers";
import { polygon, type Corner } from "./code";
import type { Picked } from "./view";

export const FONT = "Noto Sans SC Variable";
export const FONTS = `'${FONT}','Noto Sans CJK SC',sans-serif`;
const PLACES = ["cities", "counties", "towns"]; // each is drawn over the one before
const LIGHTS_FIRST = 2.2; // pixels of a dot at the region's extent

export interface Plan {
  layers: Layer[];
  /** The layer a measure colours; empty for none. */
  measured: string;
  /** Address of a layer's tiles. */
  tiles: (layer: string) => string;
  by: "stage" | "light";
  legend: Legend[];
  only: string;
  classes: Step[] | null;
  picked: Picked | null;
  area: Corner[] | null;
  line: Corner[] | null;
  english: boolean;
  dark: boolean;
}

type Expression = ExpressionSpecification;
const shade = (plan: Plan, one: { colour: string; dark: string }) => (plan.dark ? one.dark : one.colour);

function text(plan: Plan): Expression {
  const name: Expression = ["to-string", ["get", "name"]];
  return plan.english ? ["coalesce", ["get", "name_en"], name] : name;
}

function byClass(plan: Plan): Expression | string {
  if (!plan.classes?.length) return token("no-data"); // not there yet, or nothing to show
  const steps = plan.classes.flatMap((one) => [one.klass, shade(plan, one)]);
  return ["match", ["get", "klass"], ...steps, token("no-data")] as unknown as Expression;
}

function byLegend(plan: Plan): Expression {
  const known = plan.legend.filter(({ code }) => code).flatMap((one) => [one.code, shade(plan, one)]);
  const none = plan.legend.find(({ code }) => !code);
  const value: Expression = ["coalesce", ["get", plan.by], ""];
  return ["match", value, ...known, none ? shade(plan, none) : token("paper")] as unknown as Expression;
}

function only(plan: Plan): FilterSpecification {
  const code = plan.only === "none" ? "" : plan.only;
  return plan.only ? ["==", ["coalesce", ["get", plan.by], ""], code] : true;
}

const kind = (name: string): FilterSpecification => ["==", ["geometry-type"], name];
const inSource = (id: string, layer = id) => ({ source: id, "source-layer": layer });

function fill(plan: Plan, { id }: Layer): LayerSpecification[] {
  const ground = { counties: token("raised"), lakes: token("water"), cities: token("raised"), towns: token("raised") };
  const colour = id === plan.measured ? byClass(plan) : (ground[id as keyof typeof ground] ?? token("accent-soft"));
  const hidden = id !== plan.measured && PLACES.indexOf(id) > PLACES.indexOf(plan.measured) && plan.measured !== "";
  const opacity = hidden ? 0 : id === "collections" || id === "zones" ? 0.35 : id in ground ? 1 : 0.6;
  return [
    {
      id: `${id}-fill`, type: "fill", ...inSource(id), filter: kind("Polygon"),
      paint: { "fill-color": colour, "fill-opacity": opacity },
    },
  ]; // prettier-ignore
}

function edge(plan: Plan, { id }: Layer): LayerSpecification[] {
  const looks: Record<string, [string, number]> = {
    counties: [plan.measured === "counties" ? token("map-line") : token("line"), 0.8],
    cities: [token("quiet"), 1.4],
    collections: [token("accent"), 1.6],
    zones: [token("accent"), 1.4],
    lakes: [token("water"), 0.5],
  };
  const [colour, width] = looks[id] ?? [token("quiet"), 0.6];
  return [
    {
      id: `${id}-edge`, type: "line", ...inSource(id), filter: kind("Polygon"),
      paint: { "line-color": colour, "line-width": width, ...(id === "collections" && { "line-dasharray": [3, 2] }) },
    },
  ]; // prettier-ignore
}

function line({ id }: Layer): LayerSpecification[] {
  const colour = id === "rivers" || id === "coastline" ? token("water") : token("rail");
  return [
    {
      id: `${id}-line`, type: "line", ...inSource(id), filter: kind("LineString"),
      paint: { "line-color": ["coalesce", ["get", "colour"], colour], "line-width": ["interpolate", ["linear"], ["zoom"], 6, 1, 12, 2.2] },
    },
  ]; // prettier-ignore
}

function point(plan: Plan, { id }: Layer): LayerSpecification[] {
  const colour = id === "towns" ? token("quiet") : token("rail");
  const measured = id === plan.measured;
  return [
    {
      id: `${id}-point`, type: "circle", ...inSource(id), filter: kind("Point"),
      paint: {
        "circle-radius": measured ? 4 : id === "towns" ? 2 : 3.2, "circle-color": measured ? byClass(plan) : token("paper"),
        "circle-stroke-color": colour, "circle-stroke-width": id === "towns" ? 1 : 1.6,
      },
    },
  ]; // prettier-ignore
}

function dots(plan: Plan): LayerSpecification[] {
  const radius: Expression = ["interpolate", ["linear"], ["zoom"], 6, LIGHTS_FIRST, 9, 3, 13, 5];
  const chosen = plan.picked?.layer === "projects" ? plan.picked.id : "";
  return [
    {
      id: "projects-point", type: "circle", ...inSource("projects"), filter: only(plan),
      paint: {
        "circle-radius": radius, "circle-color": byLegend(plan),
        "circle-stroke-color": plan.dark ? "#0c1112" : "#3c4a4d", "circle-stroke-width": 0.5,
      },
    },
    {
      id: "projects-picked", type: "circle", ...inSource("projects"), filter: ["==", ["get", "id"], chosen],
      paint: {
        "circle-radius": 8, "circle-color": "rgba(0,0,0,0)",
        "circle-stroke-color": token("ink"), "circle-stroke-width": 2.5,
      },
    },
  ]; // prettier-ignore
}

function chosen(plan: Plan): LayerSpecification[] {
  const { picked } = plan;
  const there = picked && picked.layer !== "projects" && plan.layers.some(({ id }) => id === picked.layer);
  if (!there) return [];
  const filter: FilterSpecification = ["==", ["get", "id"], picked.id];
  const looks = { "line-color": token("ink"), "line-width": 3 };
  return [
    { id: "picked-edge", type: "line", ...inSource(picked.layer), filter, paint: looks },
    {
      id: "picked-point", type: "circle", ...inSource(picked.layer), filter: ["all", filter, kind("Point")] as FilterSpecification,
      paint: { "circle-radius": 8, "circle-color": "rgba(0,0,0,0)", "circle-stroke-color": token("ink"), "circle-stroke-width": 2.5 },
    },
  ]; // prettier-ignore
}

const SIZES: Record<string, [number, number, number]> = {
  cities: [14, 0, 9.5],
  counties: [11.5, 7.4, 22],
  towns: [11, 9.5, 22],
};

function names(plan: Plan, layer: Layer): LayerSpecification[] {
  const areas = layer.geometry === "area";
  const [size, minzoom, maxzoom] = SIZES[layer.id] ?? [11, areas ? 7 : 8.5, 22];
  const look = {
    layout: {
      "text-field": text(plan), "text-font": [FONT], "text-size": size, "text-padding": 3,
      ...(!areas && { "text-anchor": "top" as const, "text-offset": [0, 0.45] as [number, number] }),
    },
    paint: { "text-color": token(layer.id === "cities" ? "ink" : "quiet"), "text-halo-color": token("paper"), "text-halo-width": 1.4 },
  }; // prettier-ignore
  const points: LayerSpecification = {
    id: `${layer.id}-names`, type: "symbol", ...inSource(layer.id), filter: kind("Point"), minzoom, maxzoom, ...look,
  }; // prettier-ignore
  const middles: LayerSpecification = { id: `${layer.id}-names-area`, type: "symbol", ...inSource(layer.id, `${layer.id}-names`), minzoom, maxzoom, ...look }; // prettier-ignore
  return areas ? [middles, ...(layer.id === "towns" ? [points] : [])] : [points];
}

function drawn(plan: Plan): LayerSpecification[] {
  const area: LayerSpecification[] = [
    { id: "area-fill", type: "fill", source: "area", paint: { "fill-color": token("accent"), "fill-opacity": 0.12 } },
    { id: "area-edge", type: "line", source: "area", paint: { "line-color": token("accent"), "line-width": 2.5 } },
  ];
  const stop = { "circle-color": token("paper"), "circle-radius": 5, "circle-stroke-color": token("accent"), "circle-stroke-width": 2.5 }; // prettier-ignore
  const line: LayerSpecification[] = [
    { id: "line-edge", type: "line", source: "line", paint: { "line-color": token("accent"), "line-width": 4 } },
    { id: "line-stops", type: "circle", source: "line", paint: stop },
  ];
  return [...(plan.area ? area : []), ...(plan.line ? line : [])];
}

/** What was drawn, as sources of their own. */
function own(plan: Plan): StyleSpecification["sources"] {
  const source = (geometry: GeoJSON.Geometry) => ({
    type: "geojson" as const,
    data: { type: "Feature" as const, properties: {}, geometry },
  });
  return {
    ...(plan.area && { area: source(polygon(plan.area)) }),
    ...(plan.line && { line: source({ type: "LineString", coordinates: plan.line }) }),
  };
}

function sources(plan: Plan): StyleSpecification["sources"] {
  const vector = plan.layers.map(({ id, minzoom }) => [
    id,
    {
      type: "vector" as const,
      tiles: [plan.tiles(id)],
      minzoom: id === plan.measured ? 0 : minzoom,
      maxzoom: id === "projects" ? 16 : 13,
    },
  ]);
  return { ...Object.fromEntries(vector), ...own(plan) };
}

const GROUND = ["cities", "counties"];
const rank = ({ id, geometry }: Layer) =>
  id === "projects"
    ? 9
    : GROUND.includes(id)
      ? GROUND.indexOf(id)
      : geometry === "area"
        ? 3
        : geometry === "line"
          ? 4
          : 5;

export function styleOf(plan: Plan): StyleSpecification {
  const layers = [...plan.layers].sort((one, other) => rank(one) - rank(other));
  const areas = layers.filter(({ geometry }) => geometry === "area");
  const towns = layers.filter(({ id }) => id === "towns");
  const points = layers.filter(({ id, geometry }) => geometry === "point" && id !== "projects");
  const named = layers.filter(({ id, geometry }) => id !== "projects" && geometry !== "line").reverse();
  return {
    version: 8,
    sources: sources(plan),
    layers: [
      { id: "ground", type: "background", paint: { "background-color": token("map-ground") } },
      ...areas.flatMap((layer) => fill(plan, layer)),
      ...areas.filter(({ id }) => id !== "cities").flatMap((layer) => edge(plan, layer)),
      ...areas.filter(({ id }) => id === "cities").flatMap((layer) => edge(plan, layer)),
      ...layers.filter(({ geometry }) => geometry === "line").flatMap(line),
      ...[...towns, ...points]
        .filter((layer, n, all) => all.indexOf(layer) === n)
        .flatMap((layer) => point(plan, layer)),
      ...(layers.some(({ id }) => id === "projects") ? dots(plan) : []),
      ...drawn(plan),
      ...chosen(plan),
      ...named.flatMap((layer) => names(plan, layer)),
    ],
  };
}
