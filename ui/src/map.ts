// The live map of one measure by county. What a reader sees as text is written by the server; here it is only placed,
// always as text content, never as markup.
import * as maplibre from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import "maplibre-gl/dist/maplibre-gl.css";
import { COUNTIES, FONT, SELECTED, isPlace, style, type Addresses } from "./style";

interface County {
  id: string;
  name: string;
  shown: string;
  parts: string;
  href: string;
  lon: number;
  lat: number;
}

interface Counties {
  type: "FeatureCollection";
  features: { properties: County }[];
}

const OPTIONAL: Record<string, string[]> = {
  lakes: ["lakes"],
  railways: ["railways"],
  stations: ["stations", "station-names"],
  names: ["names"],
};

function line(tag: string, text: string): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}

function popup(county: County, more: string): HTMLElement {
  const made = document.createElement("div");
  made.className = "popup";
  const link = document.createElement("a");
  link.href = county.href;
  link.textContent = more;
  made.append(line("strong", county.name), line("span", county.shown), line("small", county.parts), link);
  return made;
}

function labels(counties: Counties) {
  return {
    type: "FeatureCollection" as const,
    features: counties.features.map(({ properties }) => ({
      type: "Feature" as const,
      properties: { name: properties.name },
      geometry: { type: "Point" as const, coordinates: [properties.lon, properties.lat] },
    })),
  };
}

// Scrolls the list, never the page: the reader's eyes are on the map.
function bring(row: HTMLElement): void {
  const list = row.closest<HTMLElement>("[data-places]");
  if (!list) return;
  const middle = list.getBoundingClientRect().top + list.clientHeight / 2;
  list.scrollTop += row.getBoundingClientRect().top - middle;
}

function mark(id: string, scroll: boolean): void {
  for (const row of document.querySelectorAll<HTMLElement>("tr[data-place]")) {
    const chosen = row.dataset["place"] === id;
    if (chosen) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
    if (chosen && scroll) bring(row);
  }
}

class LiveMap {
  private readonly map: maplibre.Map;
  private readonly balloon = new maplibre.Popup({ closeButton: true, maxWidth: "260px" });
  private known = new Map<string, County>();
  private chosen: string;

  constructor(
    private readonly box: HTMLElement,
    private readonly at: Addresses,
  ) {
    this.chosen = box.dataset["selected"] ?? "";
    const [west = 118, south = 29, east = 123, north = 33] = (box.dataset["bounds"] ?? "").split(",").map(Number);
    const canvas = document.createElement("div");
    canvas.className = "map-canvas";
    box.append(canvas);
    this.map = new maplibre.Map({
      container: canvas,
      style: style(at, this.chosen),
      bounds: [west, south, east, north],
      fitBoundsOptions: { padding: 16 },
      localIdeographFontFamily: FONT,
      attributionControl: false,
      cooperativeGestures: matchMedia("(pointer: coarse)").matches,
      dragRotate: false,
      locale: JSON.parse(box.dataset["locale"] ?? "{}") as Record<string, string>,
    });
    this.controls();
    this.listen();
  }

  private controls(): void {
    this.map.addControl(new maplibre.NavigationControl({ showCompass: false }), "top-right");
    this.map.addControl(new maplibre.ScaleControl({ maxWidth: 120 }), "bottom-left");
  }

  private listen(): void {
    this.map.on("click", COUNTIES, (event) => {
      const id = event.features?.[0]?.properties["id"] as string | undefined;
      if (id) this.choose(id, event.lngLat, true);
    });
    this.map.on("mouseenter", COUNTIES, () => (this.map.getCanvas().style.cursor = "pointer"));
    this.map.on("mouseleave", COUNTIES, () => (this.map.getCanvas().style.cursor = ""));
    this.map.once("idle", () => this.ready());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      this.map.setStyle(style(this.at, this.chosen));
      this.map.once("idle", () => void this.name());
    });
    document.querySelector("[data-places]")?.addEventListener("click", (event) => this.fromList(event));
    for (const tick of document.querySelectorAll<HTMLInputElement>("input[data-layer]")) {
      tick.addEventListener("change", () => this.show(tick.dataset["layer"] ?? "", tick.checked));
    }
  }

  private ready(): void {
    this.box.classList.add("is-live");
    document.getElementById("map-layers")?.removeAttribute("hidden");
    void this.name().then(() => {
      this.map.once("idle", () => (document.documentElement.dataset["map"] = "ready"));
      this.map.triggerRepaint();
    });
  }

  private async name(): Promise<void> {
    const answer = await fetch(this.at.counties);
    const counties = (await answer.json()) as Counties;
    this.known = new Map(counties.features.map(({ properties }) => [properties.id, properties]));
    this.map.getSource<maplibre.GeoJSONSource>("labels")?.setData(labels(counties));
  }

  private fromList(event: Event): void {
    const target = event.target as HTMLElement;
    const id = target.closest<HTMLElement>("tr[data-place]")?.dataset["place"];
    const county = id ? this.known.get(id) : undefined;
    if (!county || target.closest("a")) return;
    this.choose(county.id, new maplibre.LngLat(county.lon, county.lat), false);
    this.map.easeTo({ center: [county.lon, county.lat], duration: 300 });
  }

  private choose(id: string, where: maplibre.LngLat, scroll: boolean): void {
    const county = this.known.get(id);
    if (!county) return;
    this.chosen = id;
    this.map.setFilter(SELECTED, isPlace(id));
    mark(id, scroll);
    this.balloon
      .setLngLat(where)
      .setDOMContent(popup(county, this.box.dataset["more"] ?? ""))
      .addTo(this.map);
  }

  private show(name: string, visible: boolean): void {
    for (const layer of OPTIONAL[name] ?? []) {
      this.map.setLayoutProperty(layer, "visibility", visible ? "visible" : "none");
    }
  }
}

export function liveMap(box: HTMLElement): void {
  maplibre.setWorkerUrl(workerUrl);
  const { counties, lakes, railways, stations } = box.dataset;
  if (!counties) return;
  try {
    new LiveMap(box, {
      counties,
      ...(lakes && { lakes }),
      ...(railways && { railways }),
      ...(stations && { stations }),
    });
  } catch (fault) {
    // No WebGL: the drawn picture below stays, and the list beside it says the same.
    document.documentElement.dataset["map"] = "picture";
    console.info(fault);
  }
}
