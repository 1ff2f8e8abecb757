// Cutting a source into blocks and pieces: where marks begin and end, nested and overlapping ones too.
export interface Mark {
  id: string;
  kind: string;
  state: string;
  /** Place in the text as a browser counts: [start, end). */
  at: [number, number];
}

export interface Piece {
  text: string;
  start: number;
  /** Proposals that cover the piece, the innermost first. */
  ids: string[];
  kind: string;
  state: string;
  /** A proposal begins here: the piece takes the focus for it. */
  begins: boolean;
  noise: boolean;
}

export interface Block {
  /** Changes with everything that is drawn of the block. */
  key: string;
  start: number;
  pieces: Piece[];
}

const LONG = 1200; // units from which a line is drawn in parts, so that one endless line stays fluid
const NEAR = 200;

function breakAt(line: string): number {
  const stop = line.slice(0, LONG).lastIndexOf("。");
  const at = stop > NEAR ? stop + 1 : LONG;
  const high = line.charCodeAt(at - 1);
  return high >= 0xd800 && high <= 0xdbff ? at + 1 : at; // never between the halves of one character
}

/** Lines of a text with their places; an endless line in several parts. */
export function lines(text: string): { start: number; text: string }[] {
  const found: { start: number; text: string }[] = [];
  let start = 0;
  for (const line of text.split("\n")) {
    let rest = line;
    let at = start;
    while (rest.length > LONG + NEAR) {
      const end = breakAt(rest);
      found.push({ start: at, text: rest.slice(0, end) });
      at += end;
      rest = rest.slice(end);
    }
    found.push({ start: at, text: rest });
    start += line.length + 1;
  }
  return found;
}

/** Number of the last line that starts at or before a place. */
function lineOf(found: { start: number }[], place: number): number {
  let low = 0;
  let high = found.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((found[middle]?.start ?? 0) <= place) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Puts spans into the lines they touch. */
function spread<Span extends { at: [number, number] }>(
  found: { start: number; text: string }[],
  spans: Span[],
): Span[][] {
  const made: Span[][] = found.map(() => []);
  for (const span of spans) {
    for (let n = lineOf(found, span.at[0]); n < found.length && (found[n]?.start ?? 0) < span.at[1]; n += 1) {
      made[n]?.push(span);
    }
  }
  return made;
}

function pieces(line: { start: number; text: string }, marks: Mark[], noise: { at: [number, number] }[]): Piece[] {
  const end = line.start + line.text.length;
  const edges = new Set([line.start, end]);
  for (const { at } of [...marks, ...noise])
    for (const edge of at) if (edge > line.start && edge < end) edges.add(edge);
  const cuts = [...edges].sort((a, b) => a - b);
  const inner = [...marks].sort((a, b) => a.at[1] - a.at[0] - (b.at[1] - b.at[0]));
  return cuts.slice(0, -1).map((start, n) => {
    const over = inner.filter(({ at }) => at[0] <= start && start < at[1]);
    return {
      text: line.text.slice(start - line.start, (cuts[n + 1] ?? end) - line.start),
      start,
      ids: over.map(({ id }) => id),
      kind: over[0]?.kind ?? "",
      state: over[0]?.state ?? "",
      begins: over.some(({ at }) => at[0] === start),
      noise: noise.some(({ at }) => at[0] <= start && start < at[1]),
    };
  });
}

/** The whole text as blocks of pieces. */
export function cut(text: string, marks: Mark[], noise: { at: [number, number] }[]): Block[] {
  const found = lines(text);
  const marked = spread(found, marks);
  const greyed = spread(found, noise);
  return found.map((line, n) => {
    const own = marked[n] ?? [];
    return {
      key: own.map(({ id, state }) => `${id}${state}`).join(),
      start: line.start,
      pieces: line.text ? pieces(line, own, greyed[n] ?? []) : [],
    };
  });
}

const SHEET = 40; // blocks drawn together

export interface Sheet {
  start: number;
  end: number;
  blocks: Block[];
  /** Marks that begin in it. */
  ids: Set<string>;
}

/** Blocks in sheets: what is far off the screen is not drawn. */
export function sheets(blocks: Block[], length: number): Sheet[] {
  const made: Sheet[] = [];
  for (let n = 0; n < blocks.length; n += SHEET) {
    const part = blocks.slice(n, n + SHEET);
    const begun = part.flatMap(({ pieces }) => pieces.filter(({ begins }) => begins).flatMap(({ ids }) => ids));
    made.push({
      start: part[0]?.start ?? 0,
      end: blocks[n + SHEET]?.start ?? length,
      blocks: part,
      ids: new Set(begun),
    });
  }
  return made;
}
