// What hangs over the map: lines of plain text, never markup.
import maplibre from "./maplibre";

export interface Note {
  title: string;
  lines: string[];
}

function element(tag: string, text: string): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}

export function note({ title, lines }: Note): HTMLElement {
  const made = document.createElement("div");
  made.className = "map-note";
  made.append(element("strong", title), ...lines.filter(Boolean).map((line) => element("span", line)));
  return made;
}

export function balloon(): maplibre.Popup {
  return new maplibre.Popup({
    closeButton: false,
    closeOnClick: false,
    maxWidth: "280px",
    offset: 10,
    className: "map-balloon",
  });
}
