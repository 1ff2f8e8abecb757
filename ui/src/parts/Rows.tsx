// A long table: only the rows on the screen are asked for and drawn, so that 60,000 rows cost what 40 cost.
// While a new question is under way the old rows stay where they are.
import { useQueries } from "@tanstack/react-query";
import { memo, useEffect, useRef, useState, type KeyboardEvent, type ReactNode, type RefObject } from "react";
import { useWords } from "../app/words";
import { FaultNote } from "./FaultNote";
import { number } from "./values";

const BLOCK = 100; // rows of one question
const HEIGHT = 40; // pixels of a row
const AROUND = 8; // rows drawn above and below the window
const BELOW = 72; // pixels left under the table for the stamp

export interface RowsColumn<Row> {
  key: string;
  title: string;
  /** Pixels. */
  width: number;
  align?: "left" | "right";
  sortable?: boolean;
  /** Stays in sight at the end of the line, however wide the table is. */
  stays?: boolean;
  cell: (row: Row) => ReactNode;
}

interface Props<Row> {
  /** Names the question: another question, other rows. */
  question: readonly unknown[];
  load: (offset: number, limit: number) => Promise<{ rows: Row[]; total: number }>;
  columns: RowsColumn<Row>[];
  rowKey: (row: Row) => string;
  /** `-key` for falling order. */
  sort?: string;
  onSort?: (sort: string) => void;
  selected?: string | undefined;
  onPick?: (row: Row) => void;
  /** Largest height in pixels; what is left of the window when absent. */
  height?: number;
  empty?: ReactNode;
  label: string;
  onTotal?: (total: number) => void;
}

/** Which rows are in sight, and how high the table may be. */
function useWindow(given: number | undefined) {
  const box = useRef<HTMLDivElement>(null);
  const [sight, see] = useState({ first: 0, rows: 20 });
  const [height, fit] = useState(given ?? 480);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const look = () => {
      const next = { first: Math.floor(element.scrollTop / HEIGHT), rows: Math.ceil(element.clientHeight / HEIGHT) };
      const far = (old: typeof next) => Math.abs(old.first - next.first) > AROUND / 2 || old.rows !== next.rows;
      see((old) => (far(old) || next.first === 0 ? next : old));
    };
    const measure = () => fit(given ?? Math.max(240, innerHeight - element.getBoundingClientRect().top - BELOW));
    const resize = new ResizeObserver(look);
    resize.observe(element);
    element.addEventListener("scroll", look, { passive: true });
    addEventListener("resize", measure);
    measure();
    return () => {
      resize.disconnect();
      element.removeEventListener("scroll", look);
      removeEventListener("resize", measure);
    };
  }, [given]);
  return { box, sight, height };
}

interface Known<Row> {
  total: number;
  rows: Map<number, Row>;
}

function useBlocks<Row>({ question, load }: Pick<Props<Row>, "question" | "load">, from: number, to: number) {
  const wanted: number[] = [];
  for (let block = Math.floor(from / BLOCK); block <= Math.floor(to / BLOCK); block += 1) wanted.push(block);
  const found = useQueries({
    queries: wanted.map((block) => ({
      queryKey: ["rows", ...question, block],
      queryFn: () => load(block * BLOCK, BLOCK),
    })),
  });
  const fault = found.find(({ error }) => error)?.error;
  const total = found.find(({ data }) => data)?.data?.total;
  const rows = new Map<number, Row>();
  found.forEach(({ data }, n) => data?.rows.forEach((row, at) => rows.set((wanted[n] ?? 0) * BLOCK + at, row)));
  const kept = useRef<Known<Row> | null>(null);
  if (total !== undefined) kept.current = { total, rows };
  return { shown: kept.current, fault, total };
}

const classOf = <Row,>({ align, stays }: RowsColumn<Row>) => [align, stays && "stays"].filter(Boolean).join(" ");

function Head<Row>({ columns, sort = "", onSort }: Pick<Props<Row>, "columns" | "sort" | "onSort">) {
  const by = sort.replace("-", "");
  const falling = sort.startsWith("-");
  return (
    <thead>
      <tr>
        {columns.map((column) => {
          const { key, title, sortable } = column;
          const here = key === by;
          if (!sortable || !onSort) {
            return (
              <th key={key} scope="col" className={classOf(column)}>
                <span>{title}</span>
              </th>
            );
          }
          return (
            <th
              key={key}
              scope="col"
              className={classOf(column)}
              aria-sort={here ? (falling ? "descending" : "ascending") : "none"}
            >
              <button type="button" onClick={() => onSort(here && !falling ? `-${key}` : key)}>
                {title}
                <span aria-hidden>{here ? (falling ? " ↓" : " ↑") : ""}</span>
              </button>
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

interface LineProps<Row> {
  row: Row | undefined;
  columns: RowsColumn<Row>[];
  n: number;
  picked: boolean;
  onPick: ((row: Row) => void) | undefined;
}

function Line<Row>({ row, columns, n, picked, onPick }: LineProps<Row>) {
  const pick = row !== undefined && onPick ? () => onPick(row) : undefined;
  return (
    <tr aria-rowindex={n + 2} className={picked ? "picked" : undefined} onClick={pick}>
      {columns.map((column) => (
        <td key={column.key} className={classOf(column)}>
          {row === undefined ? <span className="waiting" /> : column.cell(row)}
        </td>
      ))}
    </tr>
  );
}
const same = <Row,>(old: LineProps<Row>, now: LineProps<Row>) =>
  old.row === now.row && old.columns === now.columns && old.n === now.n && old.picked === now.picked;
const Kept = memo(Line, same) as typeof Line;

function byKeys(event: KeyboardEvent, box: RefObject<HTMLDivElement | null>, rows: number): void {
  const by = { PageDown: rows, PageUp: -rows, ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by && event.target === box.current) box.current?.scrollBy({ top: by * HEIGHT });
}

export function Rows<Row>(props: Props<Row>) {
  const { columns, rowKey, sort = "", onSort, selected, onPick, label, empty, onTotal } = props;
  const { t } = useWords();
  const { box, sight, height } = useWindow(props.height);
  const asked = JSON.stringify(props.question);
  useEffect(() => {
    box.current?.scrollTo({ top: 0 });
  }, [asked, box]);
  const from = Math.max(0, sight.first - AROUND);
  const { shown, fault, total } = useBlocks(props, from, sight.first + sight.rows + AROUND);
  useEffect(() => {
    if (total !== undefined) onTotal?.(total);
  }, [total, onTotal]);
  const known = shown?.total ?? 0;
  const first = Math.min(from, Math.max(0, known - 1));
  const last = Math.min(known, sight.first + sight.rows + AROUND);
  const lines = Array.from({ length: Math.max(0, last - first) }, (_, at) => first + at);
  const width = columns.reduce((sum, column) => sum + column.width, 0);
  return (
    <>
      <FaultNote fault={fault} />
      <div
        ref={box}
        className="rows"
        style={{ maxHeight: height }}
        role="region"
        aria-label={label}
        aria-busy={total === undefined}
        tabIndex={0}
        onKeyDown={(event) => byKeys(event, box, sight.rows)}
      >
        <table style={{ width }} aria-rowcount={known + 1}>
          <colgroup>
            {columns.map((column) => (
              <col key={column.key} style={{ width: column.width }} />
            ))}
          </colgroup>
          <Head columns={columns} sort={sort} {...(onSort && { onSort })} />
          <tbody>
            {first > 0 && <tr aria-hidden style={{ height: first * HEIGHT }} />}
            {lines.map((n) => {
              const row = shown?.rows.get(n);
              const key = row === undefined ? undefined : rowKey(row);
              const picked = key !== undefined && key === selected;
              return <Kept key={key ?? n} row={row} columns={columns} n={n} picked={picked} onPick={onPick} />;
            })}
            {last < known && <tr aria-hidden style={{ height: (known - last) * HEIGHT }} />}
          </tbody>
        </table>
        {lines.length < known && (
          <p className="on-paper quiet">{t("rows_on_paper", { n: number(lines.length), total: number(known) })}</p>
        )}
        {shown && known === 0 && (
          <div className="rows-empty">{empty ?? <p className="quiet">{t("nothing_found")}</p>}</div>
        )}
        {!shown && !fault && <p className="quiet rows-empty">{t("opening")}</p>}
      </div>
    </>
  );
}
