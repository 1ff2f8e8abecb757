// Flows over the map while the reader asks for them.
import type { Map } from "maplibre-gl";
import { useEffect } from "react";
import { useTheme } from "../../app/theme";
import { useWords, type Words } from "../../app/words";
import { number } from "../../parts/values";
import type { Flow, MapFlows } from "./answers";
import { useAsk } from "./ask";
import { arcs } from "./flows";
import { balloon, note } from "./popup";

export function told(flow: Flow, { t, pick }: Words) {
  const end = (name: string | null, english: string | null, id: string) =>
    pick({ zh: name ?? id, en: english ?? name ?? id });
  const from = end(flow.origin_name, flow.origin_name_en, flow.origin);
  const to = end(flow.dest_name, flow.dest_name_en, flow.dest);
  const lines = [
    flow.minutes === null ? "" : t("map_flow_minutes", { minutes: number(flow.minutes) }),
    flow.period,
    flow.modelled ? t("map_modelled") : "",
  ];
  return { title: t("map_flow_line", { from, to, volume: number(flow.volume), unit: flow.unit }), lines };
}

export function useFlowRows(kind: string, period: string): MapFlows | undefined {
  const { data } = useAsk<MapFlows>("/api/map/flows", { kind, period }, { enabled: kind !== "" });
  return kind ? data : undefined;
}

export function useFlows(map: Map | null, kind: string, period: string): void {
  const words = useWords();
  const { mode } = useTheme();
  const rows = useFlowRows(kind, period)?.rows;
  useEffect(() => {
    if (!map || !rows) return;
    const over = balloon();
    const hover = (flow: Flow | undefined, at: [number, number]) => {
      if (!flow) return void over.remove();
      over
        .setLngLat(map.unproject(at))
        .setDOMContent(note(told(flow, words)))
        .addTo(map);
    };
    let gone = false;
    let remove: (() => void) | null = null;
    void arcs(map, hover).then((overlay) => {
      if (gone) return overlay.remove();
      overlay.show(rows);
      remove = overlay.remove;
    });
    return () => {
      gone = true;
      over.remove();
      remove?.();
    };
  }, [map, rows, mode, words]);
}
