// How one project is drawn against time: dates as spans of days, since a month is not a day.
import type { components } from "../../made/schema";

export type Row = components["schemas"]["GanttRow"];
type Step = Row["stages"][number];

/** First and one past the last day a partial date can mean. */
export function span(text: string): [Date, Date] {
  const [year = 0, month, day] = text.split("-").map(Number);
  if (!month) return [new Date(year, 0, 1), new Date(year + 1, 0, 1)];
  if (!day) return [new Date(year, month - 1, 1), new Date(year, month, 1)];
  return [new Date(year, month - 1, day), new Date(year, month - 1, day + 1)];
}

export interface Stretch {
  from: Date;
  to: Date;
}

function stretch(dates: (string | null)[]): Stretch | null {
  const spans = dates.filter((text): text is string => Boolean(text)).map(span);
  if (!spans.length) return null;
  const from = Math.min(...spans.map(([first]) => first.getTime()));
  const to = Math.max(...spans.map(([, last]) => last.getTime()));
  return { from: new Date(from), to: new Date(to) };
}

export const plannedOf = (row: Row) => stretch(row.stages.map((step) => step.planned));

/** From the first date that came to the last one; to today while the project is under way. */
export function actualOf(row: Row, today: string): Stretch | null {
  const come = stretch(row.stages.map((step) => step.actual));
  if (!come) return null;
  const ended = row.stage === "completed" || row.stage === "producing";
  const now = span(today)[1];
  return ended || now < come.to ? come : { from: come.from, to: now };
}

export function extent(row: Row, today: string): Stretch | null {
  const parts = [plannedOf(row), actualOf(row, today), stretch(row.stages.map((step) => step.expected))].filter(
    (one) => one !== null,
  );
  if (!parts.length) return null;
  return {
    from: new Date(Math.min(...parts.map(({ from }) => from.getTime()))),
    to: new Date(Math.max(...parts.map(({ to }) => to.getTime()))),
  };
}

export interface Mark {
  kind: "planned" | "actual" | "expected";
  step: Step;
  span: [Date, Date];
  partial: boolean;
}

/** The dates of all stages; what is expected now is drawn where a baseline says another day. */
export function marksOf(row: Row): Mark[] {
  return row.stages.flatMap((step) => {
    const said: [Mark["kind"], string | null][] = [
      ["planned", step.planned],
      ["actual", step.actual],
      ["expected", step.actual || step.expected === step.planned ? null : step.expected],
    ];
    return said.flatMap(([kind, text]) => (text ? [{ kind, step, span: span(text), partial: text.length < 10 }] : []));
  });
}
