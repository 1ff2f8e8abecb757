// The table: blocks of rows as one scrolls; lights and lists come in when the server has worked them out.
import { useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { api } from "../../api/client";
import { useWords } from "../../app/words";
import type { Choosing, Query, Standing } from "./choice";
import { columnsOf, SHOWN, type Named } from "./columns";
import { Rows } from "../../parts/Rows";

const PATIENCE = 400; // ms after which rows are shown without lights and lists
const BLOCK = 100;

interface Answer {
  rows: Standing[];
  total: number;
  marked: boolean;
}

async function ask(query: Query, offset: number, limit: number, marks: boolean): Promise<Answer> {
  const { data } = await api.GET("/api/projects", { params: { query: { ...query, offset, limit, marks } } });
  return { rows: data?.rows ?? [], total: data?.total ?? 0, marked: data?.marked ?? true };
}

const wait = (ms: number) => new Promise<null>((done) => setTimeout(() => done(null), ms));

export function ProjectTable({ choosing, named }: { choosing: Choosing; named: Named }) {
  const words = useWords();
  const queries = useQueryClient();
  const { view, set, query } = choosing;
  const question = ["projects", query];
  const load = async (offset: number, limit: number): Promise<Answer> => {
    const whole = ask(query, offset, limit, true);
    const first = await Promise.race([whole, wait(PATIENCE)]);
    if (first) return first;
    const quick = await Promise.race([whole, ask(query, offset, limit, false)]);
    if (!quick.marked) void whole.then((answer) => queries.setQueryData(["rows", ...question, offset / BLOCK], answer));
    return quick;
  };
  const names = (view.columns.length ? view.columns : SHOWN).join();
  const columns = useMemo(() => columnsOf(names.split(","), words, named), [names, words, named]);
  return (
    <Rows<Standing>
      label={words.t("projects")}
      question={question}
      load={load}
      columns={columns}
      rowKey={(row) => row.id}
      sort={view.sort}
      onSort={(sort) => void set({ sort })}
    />
  );
}
