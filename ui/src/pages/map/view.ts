// What of the map lives in the address: layers, colours, measure, list, selection, extent, drawn area and line.
import { parseAsArrayOf, parseAsInteger, parseAsString, parseAsStringLiteral } from "nuqs";
import { useView } from "../../app/view";

export const FIRST = ["cities", "counties", "lakes", "railways", "projects"];

const parsers = {
  layers: parseAsArrayOf(parseAsString).withDefault(FIRST),
  by: parseAsStringLiteral(["stage", "light"] as const).withDefault("stage"),
  only: parseAsString.withDefault(""), // one class of the legend: a code, or `none`
  measure: parseAsString.withDefault(""),
  options: parseAsString.withDefault(""), // of the measure: `limit=60&change=10`
  flows: parseAsString.withDefault(""),
  period: parseAsString.withDefault(""), // of the flows; the last one where empty
  list: parseAsString.withDefault("projects"),
  q: parseAsString.withDefault(""),
  page: parseAsInteger.withDefault(1),
  pick: parseAsString.withDefault(""), // layer:id
  at: parseAsString.withDefault(""), // zoom/lat/lon
  area: parseAsString.withDefault(""),
  line: parseAsString.withDefault(""), // stops in the short form of code.ts
  run: parseAsString.withDefault(""), // figures of the line: `kmh=160&headway=15`
};

export function useMapView() {
  return useView(parsers);
}

export type MapView = ReturnType<typeof useMapView>[0];
export type SetView = (part: Partial<MapView>) => void;

export interface Camera {
  zoom: number;
  center: [number, number];
}

/** `8.25/31.5/120.3` as a camera; null for anything else. */
export function camera(text: string): Camera | null {
  const [zoom = NaN, lat = NaN, lon = NaN] = text ? text.split("/").map(Number) : [];
  const right = zoom >= 0 && zoom <= 22 && Math.abs(lat) <= 85 && Math.abs(lon) <= 180;
  return right ? { zoom, center: [lon, lat] } : null;
}

export function said({ zoom, center: [lon, lat] }: Camera): string {
  return `${zoom.toFixed(4)}/${lat.toFixed(6)}/${lon.toFixed(6)}`; // fine enough for the same picture, pixel by pixel
}

export interface Picked {
  layer: string;
  id: string;
}

export function picked(text: string): Picked | null {
  const cut = text.indexOf(":");
  return cut > 0 ? { layer: text.slice(0, cut), id: text.slice(cut + 1) } : null;
}

export function options(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}
