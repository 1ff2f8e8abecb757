// The canvas: one MapLibre map whose style follows the plan, whose camera follows the address, and the other way round.
import type { Map, MapGeoJSONFeature, StyleSpecification } from "maplibre-gl";
import { useEffect, useRef, useState } from "react";
import { useWords } from "../../app/words";
import maplibre from "./maplibre";
import { OWN } from "./draw";
import { balloon, note, type Note } from "./popup";
import { FONTS } from "./style";
import { camera, said } from "./view";

const HIT = 4; // pixels around the pointer

interface Props {
  style: StyleSpecification;
  bounds: number[];
  at: string;
  drawing: boolean;
  onMap: (map: Map | null) => void;
  onMove: (at: string) => void;
  onPick: (layer: string, id: string) => void;
  tell: (layer: string, properties: Record<string, unknown>) => Note;
  onFail: () => void;
}

type Box = [number, number, number, number];

/** Room for the legend on the left, where there is room. */
export function padding(box: HTMLElement) {
  return { top: 24, bottom: 24, right: 24, left: box.clientWidth > 700 ? 230 : 24 };
}

function start(box: HTMLElement, { style, bounds, at }: Props, locale: Record<string, string>): Map {
  const chosen = camera(at);
  const where = chosen ?? { bounds: bounds as Box, fitBoundsOptions: { padding: padding(box) } };
  return new maplibre.Map({
    container: box,
    style,
    ...where,
    maxZoom: 18,
    minZoom: 3,
    localIdeographFontFamily: FONTS,
    attributionControl: false, // sources stand under the map, where they can be read and printed
    dragRotate: false,
    pitchWithRotate: false,
    fadeDuration: 0, // the same address, the same picture
    canvasContextAttributes: { preserveDrawingBuffer: true }, // else a print of the page has a white map
    locale,
  });
}

const PAPER = { width: 1020, height: 540 }; // pixels of an A4 page that lies, less margins, title and sources

/** On paper the picture is the one on the screen, made smaller as a whole, so that its scale bar stays true. */
function paper({ clientWidth, clientHeight, parentElement }: HTMLElement): void {
  if (matchMedia("print").matches || !clientWidth) return;
  const scale = Math.min(PAPER.width / clientWidth, PAPER.height / clientHeight);
  const sizes = { w: `${clientWidth}px`, h: `${clientHeight}px`, scale: String(scale) };
  for (const [name, size] of Object.entries(sizes)) parentElement?.style.setProperty(`--map-${name}`, size);
}

/** The foremost thing a reader can pick under the pointer. */
function under(map: Map, x: number, y: number): MapGeoJSONFeature | undefined {
  const near: [[number, number], [number, number]] = [[x - HIT, y - HIT], [x + HIT, y + HIT]]; // prettier-ignore
  const found = map
    .queryRenderedFeatures(near)
    .filter(({ layer, properties }) => properties["id"] && layer.type !== "symbol");
  return (
    found.find(({ geometry }) => geometry.type === "Point") ??
    map.queryRenderedFeatures([x, y]).find(({ properties, layer }) => properties["id"] && layer.type !== "symbol")
  );
}

/** A new style, with what the drawing has put on the map left where it is. */
function dress(map: Map, style: StyleSpecification): void {
  map.setStyle(style, {
    diff: true,
    transformStyle: (before, next) => {
      const sources = Object.entries(before?.sources ?? {}).filter(([id]) => id.startsWith(OWN));
      const layers = (before?.layers ?? []).filter(({ id }) => id.startsWith(OWN));
      return {
        ...next,
        sources: { ...next.sources, ...Object.fromEntries(sources) },
        layers: [...next.layers, ...layers],
      };
    },
  });
}

export function Canvas(props: Props) {
  const { t } = useWords();
  const box = useRef<HTMLDivElement>(null);
  const [map, set] = useState<Map | null>(null);
  const now = useRef(props);
  now.current = props;
  useEffect(() => {
    if (!box.current) return;
    let made: Map | null = null;
    try {
      const locale = {
        "NavigationControl.ZoomIn": t("map_zoom_in"),
        "NavigationControl.ZoomOut": t("map_zoom_out"),
        "Map.Title": t("map_canvas"),
      };
      made = start(box.current, now.current, locale);
      listen(made, now);
      set(made);
      now.current.onMap(made);
    } catch (fault) {
      console.info(fault);
      now.current.onFail();
    }
    return () => {
      delete document.documentElement.dataset["map"];
      now.current.onMap(null);
      made?.remove();
    };
  }, []); // eslint-disable-line react-hooks/exhaustive-deps
  const first = useRef(props.style);
  useEffect(() => {
    if (!map || first.current === props.style) return;
    first.current = props.style;
    delete document.documentElement.dataset["map"];
    dress(map, props.style);
  }, [map, props.style]);
  useEffect(() => {
    const wanted = camera(props.at);
    if (
      !map ||
      !wanted ||
      map.isMoving() ||
      said({ zoom: map.getZoom(), center: map.getCenter().toArray() }) === props.at
    )
      return;
    map.jumpTo(wanted);
  }, [map, props.at]);
  return <div ref={box} className="map-canvas" data-drawing={props.drawing || undefined} />;
}

function listen(map: Map, now: { current: Props }): void {
  const over = balloon();
  map.addControl(new maplibre.NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new maplibre.ScaleControl({ maxWidth: 120 }), "bottom-right");
  map.touchZoomRotate.disableRotation();
  const measureUp = () => paper(map.getContainer());
  measureUp();
  map.on("resize", measureUp);
  map.on("idle", () => (document.documentElement.dataset["map"] = "ready"));
  map.on("movestart", () => delete document.documentElement.dataset["map"]);
  map.on("moveend", () => now.current.onMove(said({ zoom: map.getZoom(), center: map.getCenter().toArray() })));
  map.on("mousemove", ({ point, lngLat }) => {
    const found = now.current.drawing ? undefined : under(map, point.x, point.y);
    map.getCanvas().style.cursor = now.current.drawing ? "crosshair" : found ? "pointer" : "";
    if (!found) return void over.remove();
    over
      .setLngLat(lngLat)
      .setDOMContent(note(now.current.tell(found.source, found.properties)))
      .addTo(map);
  });
  map.on("mouseout", () => void over.remove());
  map.on("click", ({ point }) => {
    const found = now.current.drawing ? undefined : under(map, point.x, point.y);
    if (found) now.current.onPick(found.source, String(found.properties["id"]));
  });
}
