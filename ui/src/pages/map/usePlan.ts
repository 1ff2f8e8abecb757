// From the address and the server's catalogue to the style of the map.
import { useMemo } from "react";
import { asked, useEverywhere } from "../../app/view";
import { useTheme } from "../../app/theme";
import { useWords } from "../../app/words";
import type { Catalogue, MapMeasure } from "./answers";
import { fromCode } from "./code";
import { styleOf, type Plan } from "./style";
import { options, picked, type MapView } from "./view";

/** Address of tiles: the view, what counties carry, and the revision, so that a write is seen at once. */
function tiles(known: Catalogue, view: MapView): (layer: string) => string {
  const here = { ...asked(location.search), after: known.revision.split(":").at(-1) ?? "" };
  return (layer) => {
    const measure = layer === "counties" && view.measure ? { measure: view.measure, ...options(view.options) } : {};
    const { lang: _lang, ...rest } = here;
    const query = new URLSearchParams({ ...rest, ...measure });
    return `${location.origin}/api/tiles/${encodeURIComponent(layer)}/{z}/{x}/{y}.mvt?${query.toString()}`;
  };
}

export function useStyle(known: Catalogue, view: MapView, measure: MapMeasure | undefined) {
  const { lang } = useWords();
  const { mode } = useTheme();
  const [{ on, branch }] = useEverywhere();
  const shown = view.layers.join(",");
  return useMemo(() => {
    const plan: Plan = {
      layers: known.layers.filter(({ id, rows }) => rows > 0 && view.layers.includes(id)),
      tiles: tiles(known, view),
      by: view.by,
      legend: known.legends[view.by] ?? [],
      only: view.only,
      classes: view.measure ? (measure?.classes ?? []) : null,
      picked: picked(view.pick),
      area: view.area ? fromCode(view.area) : null,
      english: lang === "en",
      dark: mode === "dark",
    };
    return styleOf(plan);
  }, [known, shown, view.by, view.only, view.measure, view.options, view.pick, view.area, measure, lang, mode, on, branch]); // eslint-disable-line react-hooks/exhaustive-deps
}
