// A long table: only what is on the screen is asked for and drawn, in blocks of rows.
import { useQueries } from "@tanstack/react-query";
import { Table, type TableColumnType } from "antd";
import { useEffect, useMemo, useRef, useState, type UIEvent } from "react";
import { useWords } from "../app/words";
import { FaultNote } from "./FaultNote";

const BLOCK = 100;
const HEIGHT = 41; // pixels of a row

export interface Block<Row> {
  rows: Row[];
  total: number;
}

export interface RowsColumn<Row> extends Omit<TableColumnType<Shown<Row>>, "render" | "dataIndex"> {
  /** Draws the cell of a row that has arrived. */
  cell: (row: Row, index: number) => React.ReactNode;
  sortable?: boolean;
  key: string;
}

interface Shown<Row> {
  n: number;
  row?: Row;
}

interface Props<Row> {
  /** Names the question: another question, another table. */
  question: readonly unknown[];
  load: (offset: number, limit: number) => Promise<Block<Row>>;
  columns: RowsColumn<Row>[];
  rowKey: (row: Row) => string;
  /** `-field` for falling order. */
  sort?: string;
  onSort?: (sort: string) => void;
  selected?: string | undefined;
  onPick?: (row: Row) => void;
  /** Height of the table in pixels; the rest of the window when absent. */
  height?: number;
  empty?: React.ReactNode;
  label: string;
  onTotal?: (total: number) => void;
}

/** Height left below an element until the bottom of the window. */
function useLeft(given: number | undefined) {
  const box = useRef<HTMLDivElement>(null);
  const [height, set] = useState(given ?? 480);
  useEffect(() => {
    if (given) return set(given);
    const fit = () => set(Math.max(240, innerHeight - (box.current?.getBoundingClientRect().top ?? 200) - 96));
    fit();
    addEventListener("resize", fit);
    return () => removeEventListener("resize", fit);
  }, [given]);
  return { box, height };
}

/** Blocks around what is on the screen, and all rows in their places. */
function useBlocks<Row>({ question, load }: Pick<Props<Row>, "question" | "load">, first: number, last: number) {
  const wanted: number[] = [];
  for (let block = Math.floor(first / BLOCK); block <= Math.floor(last / BLOCK); block += 1) wanted.push(block);
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
  return { rows, total, fault };
}

export function Rows<Row>(props: Props<Row>) {
  const { columns, rowKey, sort = "", onSort, selected, onPick, label, empty, onTotal } = props;
  const { t } = useWords();
  const { box, height } = useLeft(props.height);
  const [first, scroll] = useState(0);
  const asked = JSON.stringify(props.question);
  const [before, remember] = useState(asked);
  if (before !== asked) {
    remember(asked);
    scroll(0);
  }
  const { rows, total, fault } = useBlocks(props, Math.max(0, first - 20), first + Math.ceil(height / HEIGHT) + 20);
  const [known, know] = useState(0); // while a new question is under way the table keeps its length
  useEffect(() => {
    if (total === undefined) return;
    know(total);
    onTotal?.(total);
  }, [total, onTotal]);
  const shown = useMemo(() => Array.from({ length: total ?? known }, (_, n): Shown<Row> => ({ n })), [total, known]);
  const falling = sort.startsWith("-");
  const made = columns.map(({ cell, sortable, ...column }): TableColumnType<Shown<Row>> => ({
    ellipsis: true,
    ...column,
    ...(sortable && {
      sorter: true,
      sortOrder: sort.replace("-", "") === column.key ? (falling ? "descend" : "ascend") : null,
    }),
    render: (_, { n }) => {
      const row = rows.get(n);
      return row === undefined ? <span className="waiting" /> : cell(row, n);
    },
  }));
  const width = made.reduce((sum, { width }) => sum + Number(width ?? 160), 0);
  const move = (event: UIEvent<HTMLDivElement>) => {
    const at = Math.floor(event.currentTarget.scrollTop / HEIGHT);
    if (Math.abs(at - first) > 8) scroll(at);
  };
  return (
    <div ref={box} className="rows" role="region" aria-label={label}>
      <FaultNote fault={fault} />
      <Table<Shown<Row>>
        virtual
        size="small"
        pagination={false}
        columns={made}
        dataSource={shown}
        rowKey="n"
        scroll={{ x: width, y: height }}
        onScroll={move}
        locale={{ emptyText: total === undefined ? t("opening") : (empty ?? t("nothing_found")) }}
        rowClassName={({ n }) => {
          const row = rows.get(n);
          return row !== undefined && rowKey(row) === selected ? "picked" : "";
        }}
        onRow={({ n }) => ({
          onClick: () => {
            const row = rows.get(n);
            if (row !== undefined) onPick?.(row);
          },
        })}
        onChange={(_pages, _filters, sorter) => {
          const one = Array.isArray(sorter) ? sorter[0] : sorter;
          onSort?.(one?.order ? `${one.order === "descend" ? "-" : ""}${String(one.columnKey)}` : "");
        }}
      />
    </div>
  );
}
