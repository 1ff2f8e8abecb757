// dhtmlx-gantt set up for reading: two bars and the stages of a project inside one task, since its baselines are not
// in the free edition and `addTaskLayer` neither. Everything drawn is made of numbers and of escaped text.
import { gantt } from "dhtmlx-gantt";
import sheet from "dhtmlx-gantt/codebase/dhtmlxgantt.css?inline";
import { actualOf, extent, marksOf, plannedOf, type Mark, type Row, type Stretch } from "./drawing";

export interface Said {
  lang: "zh" | "en";
  today: string;
  /** Words of the columns: name, late, money. */
  columns: { name: string; stage: string; late: string; money: string };
  stage: (row: Row) => string;
  late: (row: Row) => string;
  money: (row: Row) => string;
  mark: (mark: Mark) => string;
  project: (row: Row) => string;
  address: (row: Row) => string;
}

const HTML: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
export const escaped = (text: string) => text.replace(/[&<>"']/g, (sign) => HTML[sign] ?? "");

type Task = { row: Row; start_date: Date };
const at = (task: Task, day: Date) => gantt.posFromDate(day) - gantt.posFromDate(task.start_date);

function bar(task: Task, kind: string, part: Stretch | null): string {
  if (!part) return "";
  const left = at(task, part.from);
  return `<span class="plan-bar ${kind}" style="left:${left.toFixed(1)}px;width:${Math.max(2, at(task, part.to) - left).toFixed(1)}px"></span>`;
}

function sign(task: Task, mark: Mark, said: Said): string {
  const [first, last] = mark.span.map((day) => at(task, day)) as [number, number];
  const width = mark.partial ? Math.max(8, last - first) : 8;
  const left = mark.partial ? first : (first + last) / 2 - 4;
  const kind = `plan-mark ${mark.kind}${mark.partial ? " partial" : ""}${!mark.step.actual && (mark.step.days ?? 0) > 0 ? " late" : ""}`;
  return `<span class="${kind}" style="left:${left.toFixed(1)}px;width:${width.toFixed(1)}px" title="${escaped(said.mark(mark))}"></span>`;
}

function inside(task: Task, said: Said): string {
  const bars = bar(task, "planned", plannedOf(task.row)) + bar(task, "actual", actualOf(task.row, said.today));
  const now = at(task, new Date(`${said.today}T00:00`)).toFixed(1);
  return (
    `<span class="plan-today" style="left:${now}px"></span>` +
    bars +
    marksOf(task.row)
      .map((mark) => sign(task, mark, said))
      .join("")
  );
}

const SCALES = {
  month: [{ unit: "year", step: 1, format: "%Y" }, { unit: "month", step: 1, format: "%n" }],
  quarter: [{ unit: "year", step: 1, format: "%Y" }, { unit: "quarter", step: 1, format: quarter }],
  year: [{ unit: "year", step: 1, format: "%Y" }],
}; // prettier-ignore
export type Scale = keyof typeof SCALES;
const WIDTHS: Record<Scale, number> = { month: 34, quarter: 46, year: 90 };

function quarter(day: Date): string {
  return `Q${Math.floor(day.getMonth() / 3) + 1}`;
}

function columns(said: Said, narrow: boolean) {
  const link = (task: Task) =>
    `<a href="${escaped(said.address(task.row))}" title="${escaped(task.row.name)}">${escaped(task.row.name)}</a>`;
  const cell = (write: (row: Row) => string) => (task: Task) => escaped(write(task.row));
  const name = { name: "text", label: escaped(said.columns.name), width: narrow ? 150 : 240, template: link };
  const late = {
    name: "late",
    label: escaped(said.columns.late),
    width: narrow ? 70 : 92,
    align: "right",
    template: cell(said.late),
  };
  if (narrow) return [name, late];
  return [
    name,
    { name: "stage", label: escaped(said.columns.stage), width: 80, template: cell(said.stage) },
    late,
    { name: "money", label: escaped(said.columns.money), width: 190, align: "right", template: cell(said.money) },
  ];
}

/** Puts in the chart's sheet without its icon fonts: they stand inside the sheet, and our policy takes fonts from files. */
function dress(): void {
  if (document.getElementById("gantt-sheet")) return;
  const style = document.createElement("style");
  style.id = "gantt-sheet";
  style.textContent = sheet.replace(/@font-face\s*\{[^}]*\}/g, "");
  document.head.prepend(style); // before our own sheets, which say the last word
}

/** Draws rows into a box; returns what takes them away again. */
export function draw(box: HTMLElement, rows: Row[], said: Said, scale: Scale): () => void {
  dress();
  const narrow = box.clientWidth < 720;
  gantt.plugins({ keyboard_navigation: true, marker: false });
  gantt.i18n.setLocale(said.lang === "zh" ? "cn" : "en");
  Object.assign(gantt.config, {
    readonly: true, show_links: false, show_progress: false, keyboard_navigation: true, keyboard_navigation_cells: false,
    row_height: 36, bar_height: 26, scale_height: 44, min_column_width: WIDTHS[scale], scales: SCALES[scale],
    columns: columns(said, narrow), grid_width: narrow ? 220 : 602, smart_rendering: true, open_tree_initially: true,
    show_errors: false, drag_timeline: { useKey: false }, autosize: false, grid_elastic_columns: false, fit_tasks: true,
  }); // prettier-ignore
  Object.assign(gantt.templates, {
    task_text: (_from: Date, _to: Date, task: Task) => inside(task, said),
    task_class: () => "plan",
    tooltip_text: (_from: Date, _to: Date, task: Task) => escaped(`${task.row.name} ${said.late(task.row)}`),
    grid_folder: () => "", grid_file: () => "", grid_blank: () => "",
  }); // prettier-ignore
  gantt.init(box);
  const data = rows.flatMap((row) => {
    const reach = extent(row, said.today);
    return reach ? [{ id: row.id, text: said.project(row), start_date: reach.from, end_date: reach.to, row }] : [];
  });
  gantt.clearAll();
  gantt.parse({ data, links: [] } as never);
  return () => {
    gantt.clearAll();
    box.replaceChildren();
  };
}

/** Scrolls so that a day stands a little right of the middle: what was and what comes. */
export function show(box: HTMLElement, day: string): void {
  const width = box.clientWidth - gantt.config.grid_width;
  gantt.scrollTo(Math.max(0, gantt.posFromDate(new Date(`${day}T00:00`)) - width * 0.55), 0);
}
