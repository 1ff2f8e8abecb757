// The picture of the bulletin, 1080 pixels wide, drawn on a canvas with the fonts of the page: nothing is asked of anybody.
import type { components } from "../../made/schema";
import type { Lang } from "../../app/boot";

type Texts = components["schemas"]["PictureShape"];
export const WIDTH = 1080;
const EDGE = 64;
const INNER = WIDTH - 2 * EDGE;
const FAMILY = '"Noto Sans SC Variable", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif';
const INK = "#1b2527";
const QUIET = "#56646a";
const ACCENT = "#0b6360";
const LINE = "#dde2e0";
const SOFT = "#f1f4f2";

interface Style {
  size: number;
  weight?: number;
  colour?: string;
  /** Height of a line in sizes. */
  leading?: number;
}

/** What is to be drawn at a height; says how high it is. */
type Piece = (pen: CanvasRenderingContext2D, top: number) => number;

const font = ({ size, weight = 400 }: Style) => `${weight} ${size}px ${FAMILY}`;

/** Breaks a text into lines: Chinese anywhere, other words at spaces. */
export function lines(pen: CanvasRenderingContext2D, text: string, width: number): string[] {
  const found: string[] = [];
  let line = "";
  for (const part of text.match(/[\u2e80-\uffef]|[^\s\u2e80-\uffef]+\s*|\s+/g) ?? []) {
    if (line && pen.measureText(line + part.trimEnd()).width > width && !/^[，。；：、）)」”]/.test(part)) {
      found.push(line.trimEnd());
      line = "";
    }
    line += part;
  }
  return line.trim() ? [...found, line.trimEnd()] : found;
}

function text(said: string, style: Style, left = EDGE, width = INNER): Piece {
  return (pen, top) => {
    pen.font = font(style);
    pen.fillStyle = style.colour ?? INK;
    pen.textAlign = "left";
    const height = style.size * (style.leading ?? 1.45);
    const found = lines(pen, said, width);
    found.forEach((line, n) => pen.fillText(line, left, top + n * height + style.size));
    return found.length * height;
  };
}

const gap =
  (height: number): Piece =>
  () =>
    height;

const rule: Piece = (pen, top) => {
  pen.fillStyle = LINE;
  pen.fillRect(EDGE, top, INNER, 2);
  return 2;
};

/** Two columns side by side, as high as the higher one. */
function pair(left: Piece[], right: Piece[]): Piece {
  return (pen, top) => Math.max(stack(pen, left, top), stack(pen, right, top)) - top;
}

function stack(pen: CanvasRenderingContext2D, pieces: Piece[], top: number): number {
  return pieces.reduce((at, piece) => at + piece(pen, at), top);
}

function head(texts: Texts): Piece {
  return (pen, top) => {
    const pieces = [
      gap(56),
      text(texts.office, { size: 32, colour: "#cfe5e2" }),
      text(texts.title, { size: 58, weight: 700, colour: "#ffffff", leading: 1.35 }),
      text(texts.period, { size: 44, weight: 600, colour: "#ffffff" }),
      gap(40),
    ];
    const height = stack(measuring(), pieces, 0);
    pen.fillStyle = ACCENT;
    pen.fillRect(0, top, WIDTH, height);
    stack(pen, pieces, top);
    return height;
  };
}

function figures(texts: Texts): Piece[] {
  const half = INNER / 2 - 20;
  const one = (at: number, left: number): Piece[] => {
    const figure = texts.figures[at];
    if (!figure) return [];
    return [
      text(figure.label, { size: 30, colour: QUIET }, left, half),
      text(figure.value, { size: 52, weight: 700, colour: ACCENT, leading: 1.3 }, left, half),
      text(figure.note, { size: 28, colour: INK }, left, half),
      gap(28),
    ];
  };
  const right = EDGE + INNER / 2 + 20;
  return [pair(one(0, EDGE), one(1, right)), pair(one(2, EDGE), one(3, right))];
}

/** A line with a figure at its right end. */
function line(left: string, right: string, note: string): Piece {
  return (pen, top) => {
    pen.font = font({ size: 44, weight: 700 });
    const room = pen.measureText(right).width;
    pen.fillStyle = INK;
    pen.textAlign = "right";
    pen.fillText(right, WIDTH - EDGE, top + 46);
    const width = INNER - room - 40;
    const end = stack(
      pen,
      [text(left, { size: 34, weight: 600 }, EDGE, width), text(note, { size: 27, colour: QUIET }, EDGE, width)],
      top + 6,
    );
    return Math.max(end - top, 60) + 18;
  };
}

function laggard(one: Texts["laggards"][number]): Piece {
  return (pen, top) => {
    const end = stack(
      pen,
      [
        text(one.name, { size: 31 }, EDGE, INNER - 330),
        text(one.owner, { size: 26, colour: QUIET }, EDGE, INNER - 330),
      ],
      top,
    );
    pen.font = font({ size: 29, weight: 600 });
    pen.fillStyle = INK;
    pen.textAlign = "right";
    pen.fillText(one.value, WIDTH - EDGE, top + 32);
    return end - top + 14;
  };
}

const titled = (said: string): Piece[] => [gap(18), text(said, { size: 36, weight: 700, colour: ACCENT }), gap(12)];

function foot(texts: Texts): Piece {
  return (pen, top) => {
    const small = { size: 26, colour: QUIET };
    const pieces = [
      gap(32),
      ...(texts.synthetic ? [text(texts.synthetic, { size: 30, weight: 700, colour: "#9c2f1f" }), gap(10)] : []),
      text(texts.stamp.join(" · "), { ...small, weight: 600, colour: INK }),
      text(texts.source, small),
      gap(36),
    ];
    const height = stack(measuring(), pieces, 0);
    pen.fillStyle = SOFT;
    pen.fillRect(0, top, WIDTH, height);
    stack(pen, pieces, top);
    return height;
  };
}

const pieces = (texts: Texts): Piece[] => [
  head(texts),
  gap(44),
  ...figures(texts),
  ...(texts.returned ? [text(texts.returned, { size: 31 }), gap(24)] : []),
  rule,
  ...titled(texts.lists_title),
  ...texts.lists.map((one) => line(one.name, one.count, [one.note, one.rule].filter(Boolean).join(" · "))),
  ...(texts.laggards.length ? [rule, ...titled(texts.laggards_title), ...texts.laggards.map(laggard)] : []),
  gap(24),
  foot(texts),
];

function measuring(): CanvasRenderingContext2D {
  const pen = document.createElement("canvas").getContext("2d");
  if (!pen) throw new Error("no canvas");
  return pen;
}

const everyText = (value: unknown): string =>
  typeof value === "string"
    ? value
    : value && typeof value === "object"
      ? Object.values(value).map(everyText).join("")
      : "";

/** Draws the picture; the height follows the text. */
export async function draw(texts: Texts, lang: Lang): Promise<Blob> {
  const said = everyText(texts);
  await Promise.all(
    [400, 600, 700].map((weight) => document.fonts.load(`${weight} 32px "Noto Sans SC Variable"`, said)),
  );
  const canvas = document.createElement("canvas");
  canvas.lang = lang;
  canvas.width = WIDTH;
  canvas.height = Math.ceil(stack(measuring(), pieces(texts), 0));
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("no canvas");
  pen.fillStyle = "#ffffff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  stack(pen, pieces(texts), 0);
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/png"));
  if (!blob) throw new Error("no picture");
  return blob;
}
