// Drawing an area or a line with the mouse or a finger: polygon, rectangle or freehand; the parts for it are loaded when needed.
import type { Map } from "maplibre-gl";
import { token } from "../../app/theme";
import type { Corner } from "./code";

export const WAYS = ["polygon", "rectangle", "freehand"] as const;
export type Way = (typeof WAYS)[number] | "line";
export const OWN = "td"; // how layers and sources of the drawing begin

const MOST = 2000; // corners of an area, as the server allows
export const STOPS = 60; // of a line

/** Draws until the outline is closed, or the last stop of a line is clicked again; returns how to stop. */
export async function draw(map: Map, way: Way, done: (corners: Corner[]) => void): Promise<() => void> {
  const [terra, { TerraDrawMapLibreGLAdapter }] = await Promise.all([
    import("terra-draw"),
    import("terra-draw-maplibre-gl-adapter"),
  ]);
  const colour = token("accent") as `#${string}`;
  const styles = { fillColor: colour, fillOpacity: 0.12, outlineColor: colour, outlineWidth: 2 };
  const modes = {
    polygon: () => new terra.TerraDrawPolygonMode({ styles }),
    rectangle: () => new terra.TerraDrawRectangleMode({ styles }),
    freehand: () => new terra.TerraDrawFreehandMode({ styles }),
    line: () => new terra.TerraDrawLineStringMode({ styles: { lineStringColor: colour, lineStringWidth: 3 } }),
  };
  const adapter = new TerraDrawMapLibreGLAdapter({ map, prefixId: OWN });
  const drawing = new terra.TerraDraw({ adapter, modes: [modes[way]()] });
  let open = true;
  const stop = () => {
    if (!open) return;
    open = false;
    drawing.stop();
    map.doubleClickZoom.enable();
  };
  drawing.start();
  drawing.setMode(way === "line" ? "linestring" : way);
  map.doubleClickZoom.disable();
  drawing.on("finish", (id) => {
    const shape = drawing.getSnapshotFeature(id)?.geometry;
    if (shape?.type !== "Polygon" && shape?.type !== "LineString") return;
    const line = shape.type === "LineString";
    const ring = (line ? shape.coordinates : (shape.coordinates[0] ?? []).slice(0, -1)) as Corner[];
    const every = Math.ceil(ring.length / (line ? STOPS : MOST));
    setTimeout(() => {
      stop();
      done(ring.filter((_, n) => n % every === 0));
    });
  });
  return stop;
}
