// The short form of an area in an address, as atlas/polygon.py reads it: differences of corners, five bits a letter.
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const STEP = 1e5;

export type Corner = [number, number];

function letters(step: number): string {
  let left = step < 0 ? ~(step << 1) : step << 1;
  let made = "";
  while (left >= 32) {
    made += LETTERS[(left & 31) | 32];
    left >>>= 5;
  }
  return made + LETTERS[left];
}

/** Corners of an outline, the first not repeated at the end. */
export function toCode(corners: Corner[]): string {
  let [x, y] = [0, 0];
  return corners
    .map(([lon, lat]) => {
      const [nextX, nextY] = [Math.round(lon * STEP), Math.round(lat * STEP)];
      const step = letters(nextX - x) + letters(nextY - y);
      [x, y] = [nextX, nextY];
      return step;
    })
    .join("");
}

/** Corners in a short form, at least three of an area and two of a line; null where it is none. */
export function fromCode(code: string, least = 3): Corner[] | null {
  const steps: number[] = [];
  let [value, shift] = [0, 0];
  for (const letter of code) {
    const part = LETTERS.indexOf(letter);
    if (part < 0 || shift > 25) return null;
    value |= (part & 31) << shift;
    shift += 5;
    if (part >= 32) continue;
    steps.push(value & 1 ? ~(value >>> 1) : value >>> 1);
    [value, shift] = [0, 0];
  }
  if (shift || steps.length < 2 * least || steps.length % 2) return null;
  let [x, y] = [0, 0];
  return Array.from({ length: steps.length / 2 }, (_, n) => {
    [x, y] = [x + (steps[2 * n] ?? 0), y + (steps[2 * n + 1] ?? 0)];
    return [x / STEP, y / STEP];
  });
}

export function polygon(corners: Corner[]) {
  const first = corners[0];
  return { type: "Polygon" as const, coordinates: [first ? [...corners, first] : []] };
}
