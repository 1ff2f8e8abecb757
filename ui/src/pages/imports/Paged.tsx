// A table whose texts may be long: it wraps, and comes page by page.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Pagination, Skeleton } from "antd";
import { useState, type ReactNode } from "react";
import { FaultNote } from "../../parts/FaultNote";
import { Scrolling } from "../../parts/Scrolling";

const SIZE = 50;

export interface Column<Row> {
  title: ReactNode;
  key: string;
  /** Cell of a row; the first one names it. */
  cell: (row: Row) => ReactNode;
  right?: boolean;
  width?: string;
}

interface Props<Row> {
  question: readonly unknown[];
  load: (offset: number, limit: number) => Promise<{ rows: Row[]; total: number }>;
  columns: Column<Row>[];
  label: string;
  empty: ReactNode;
  wide?: boolean;
}

export function Paged<Row>({ question, load, columns, label, empty, wide = true }: Props<Row>) {
  const asked = JSON.stringify(question);
  const [at, turn] = useState({ page: 1, asked });
  const page = at.asked === asked ? at.page : 1;
  const { data, error } = useQuery({
    queryKey: ["paged", ...question, page],
    queryFn: () => load((page - 1) * SIZE, SIZE),
    placeholderData: keepPreviousData,
  });
  if (error) return <FaultNote fault={error} />;
  if (!data) return <Skeleton active />;
  if (!data.total) return <p className="quiet">{empty}</p>;
  return (
    <div>
      <Scrolling label={label}>
        <PlainTable rows={data.rows} columns={columns} wide={wide} />
      </Scrolling>
      {data.total > SIZE && (
        <div className="office-pages no-print">
          <Pagination
            current={page}
            pageSize={SIZE}
            total={data.total}
            showSizeChanger={false}
            onChange={(next) => turn({ page: next, asked })}
            size="small"
          />
        </div>
      )}
    </div>
  );
}

interface PlainProps<Row> {
  rows: Row[];
  columns: Column<Row>[];
  wide?: boolean;
}

/** Rows as they are, with wrapping cells. */
export function PlainTable<Row>({ rows, columns, wide = true }: PlainProps<Row>) {
  return (
    <table className={wide ? "office-table wide" : "office-table"}>
      <thead>
        <tr>
          {columns.map(({ key, title, right, width }) => (
            <th key={key} scope="col" className={right ? "right" : ""} style={width ? { width } : {}}>
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, n) => (
          <tr key={n}>
            {columns.map(({ key, title, cell, right }) => (
              <td key={key} className={right ? "right" : ""} data-title={typeof title === "string" ? title : ""}>
                <div>{cell(row)}</div>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
