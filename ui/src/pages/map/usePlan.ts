// From the address and the server's catalogue to the style of the map.
import { useMemo } from "react";
import { useTheme } from "../../app/theme";
import { useWords } from "../../app/words";
import type { Catalogue, MapMeasure } from "./answers";
import { useHere, type Here } from "./ask";
import { fromCode } from "./code";
import { styleOf, type Plan } from "./style";
import { options, picked, type MapView } from "./view";

/** Address of tiles: the view, what places carry, and the revision, so that a write is seen at once. */
function tiles(known: Catalogue, view: MapView, measured: string, here: Here): (layer: string) => string {
  const after = known.revision.split(":").at(-1) ?? "";
  return (layer) => {
    const measure = layer === measured ? { measure: view.measure, ...options(view.options) } : {};
    const query = new URLSearchParams({ ...here, after, ...measure });
    return `${location.origin}/api/tiles/${encodeURIComponent(layer)}/{z}/{x}/{y}.mvt?${query.toString()}`;
  };
}

export function useStyle(known: Catalogue, view: MapView, measure: MapMeasure | undefined) {
  const { lang } = useWords();
  const { mode } = useTheme();
  const here = useHere();
  const shown = view.layers.join(",");
  return useMemo(() => {
    const measured = (view.measure && measure?.layer) || "";
    const plan: Plan = {
      layers: known.layers.filter(({ id, rows }) => rows > 0 && (view.layers.includes(id) || id === measured)),
      measured,
      tiles: tiles(known, view, measured, here),
      by: view.by,
      legend: known.legends[view.by] ?? [],
      only: view.only,
      classes: view.measure ? (measure?.classes ?? []) : null,
      picked: picked(view.pick),
      area: view.area ? fromCode(view.area) : null,
      line: view.line ? fromCode(view.line, 2) : null,
      english: lang === "en",
      dark: mode === "dark",
    };
    return styleOf(plan);
  }, [
    known,
    shown,
    view.by,
    view.only,
    view.measure,
    view.options,
    view.pick,
    view.area,
    view.line,
    measure,
    lang,
    mode,
    here.on,
    here.branch,
  ]); // eslint-disable-line react-hooks/exhaustive-deps
}
