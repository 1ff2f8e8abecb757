// Flows between places as arcs over the map, by deck.gl; loaded only when the reader asks for flows.
import type { Map } from "maplibre-gl";
import { token } from "../../app/theme";
import type { Flow } from "./answers";

type Colour = [number, number, number, number];

function colour(name: string, alpha: number): Colour {
  const hex = token(name).replace("#", "");
  return [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16)).concat(alpha) as Colour;
}

interface Overlay {
  show: (rows: Flow[]) => void;
  remove: () => void;
}

/** `hover` gets the flow under the pointer and where, or nothing. */
export async function arcs(map: Map, hover: (flow: Flow | undefined, at: [number, number]) => void): Promise<Overlay> {
  const [{ MapLibreOverlay }, { ArcLayer }] = await Promise.all([
    import("@deck.gl/maplibre"),
    import("@deck.gl/layers"),
  ]);
  const overlay = new MapLibreOverlay({ interleaved: false, layers: [] });
  map.addControl(overlay);
  const show = (rows: Flow[]) => {
    const most = Math.max(1, ...rows.map(({ volume }) => volume));
    const layer = new ArcLayer<Flow>({
      id: "flows",
      data: rows,
      getSourcePosition: (flow) => [flow.origin_lon, flow.origin_lat],
      getTargetPosition: (flow) => [flow.dest_lon, flow.dest_lat],
      getSourceColor: colour("accent", 200),
      getTargetColor: colour("rail", 200),
      getWidth: ({ volume }) => 1 + (7 * volume) / most,
      getHeight: 0.4,
      getTilt: 25, // seen from above an arc is a straight line; aside, both directions are seen apart
      pickable: true,
      onHover: ({ object, x, y }) => hover(object ?? undefined, [x, y]),
    });
    overlay.setProps({ layers: [layer] });
  };
  return { show, remove: () => void map.removeControl(overlay) };
}
