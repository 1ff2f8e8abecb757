// The map's style: colours come from the page's own tokens, so light, dark and print follow one sheet.
import type { StyleSpecification, ExpressionSpecification, FilterSpecification } from "maplibre-gl";

export const CLASSES = 5;
export const FONT = "sans-serif";
export const SELECTED = "selected";
export const COUNTIES = "counties-fill";

export interface Addresses {
  counties: string;
  lakes?: string;
  railways?: string;
  stations?: string;
}

function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

function byClass(): ExpressionSpecification {
  const steps = Array.from({ length: CLASSES }, (_, n) => [n, token(`ramp-${n + 1}`)]).flat();
  return ["match", ["get", "class"], ...steps, token("no-data")] as unknown as ExpressionSpecification;
}

export function isPlace(id: string): FilterSpecification {
  return ["==", ["get", "id"], id];
}

function sources(at: Addresses): StyleSpecification["sources"] {
  const empty = { type: "FeatureCollection" as const, features: [] };
  const source = (data: string | undefined) => ({ type: "geojson" as const, data: data ?? empty });
  return {
    counties: source(at.counties),
    labels: source(undefined),
    lakes: source(at.lakes),
    railways: source(at.railways),
    stations: source(at.stations),
  };
}

function areas(selected: string): StyleSpecification["layers"] {
  return [
    { id: "ground", type: "background", paint: { "background-color": token("map-ground") } },
    { id: COUNTIES, type: "fill", source: "counties", paint: { "fill-color": byClass() } },
    { id: "lakes", type: "fill", source: "lakes", paint: { "fill-color": token("water") } },
    { id: "borders", type: "line", source: "counties", paint: { "line-color": token("map-line"), "line-width": 0.8 } },
    { id: "railways", type: "line", source: "railways", paint: { "line-color": token("rail"), "line-width": 1.2 } },
    {
      id: SELECTED,
      type: "line",
      source: "counties",
      filter: isPlace(selected),
      paint: { "line-color": token("ink"), "line-width": 3 },
    },
  ];
}

function points(): StyleSpecification["layers"] {
  const halo = { "text-color": token("ink"), "text-halo-color": token("paper"), "text-halo-width": 1.4 };
  return [
    {
      id: "stations",
      type: "circle",
      source: "stations",
      paint: {
        "circle-radius": 3,
        "circle-color": token("paper"),
        "circle-stroke-color": token("rail"),
        "circle-stroke-width": 1.5,
      },
    },
    {
      id: "names",
      type: "symbol",
      source: "labels",
      layout: { "text-field": ["get", "name"], "text-font": [FONT], "text-size": 12, "text-padding": 4 },
      paint: halo,
    },
    {
      id: "station-names",
      type: "symbol",
      source: "stations",
      minzoom: 9,
      layout: {
        "text-field": ["get", "name"],
        "text-font": [FONT],
        "text-size": 11,
        "text-anchor": "top",
        "text-offset": [0, 0.5],
        "text-optional": true,
      },
      paint: halo,
    },
  ];
}

export function style(at: Addresses, selected: string): StyleSpecification {
  return { version: 8, sources: sources(at), layers: [...areas(selected), ...points()] };
}
