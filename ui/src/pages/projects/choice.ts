// What is chosen of the projects, as it stands in the address: face, filters, words, order, columns, page.
import { parseAsArrayOf, parseAsInteger, parseAsString, parseAsStringLiteral } from "nuqs";
import { useMemo } from "react";
import { useView } from "../../app/view";
import type { components, operations } from "../../made/schema";

export type Standing = components["schemas"]["Standing"];
export type Facet = components["schemas"]["Facet"];
export type Query = NonNullable<operations["facets_api_projects_facets_get"]["parameters"]["query"]>;

export const FACES = ["table", "board", "gantt"] as const;
export const FILTERS = ["city", "stage", "light", "list", "owner", "theme", "kind", "year", "evidence"] as const;
export type Filter = (typeof FILTERS)[number];
export const SCALES = ["month", "quarter", "year"] as const;

const words = parseAsString.withDefault("");
const several = parseAsArrayOf(parseAsString).withDefault([]);
const parsers = {
  face: parseAsStringLiteral(FACES).withDefault("table"),
  q: words,
  sort: parseAsString.withDefault("-invest_total"),
  columns: several,
  baseline: words,
  scale: parseAsStringLiteral(SCALES).withDefault("quarter"),
  page: parseAsInteger.withDefault(1),
  city: several,
  stage: several,
  light: several,
  list: several,
  owner: several,
  theme: several,
  kind: several,
  year: several,
  evidence: several,
};

export type ChoiceState = { [Key in Filter]: string[] } & { q: string; sort: string };

/** The parts of a choice the server is asked for; nothing stands for what is not chosen. */
export function queryOf(choice: ChoiceState): Query {
  const query: Record<string, string | string[]> = {};
  for (const name of FILTERS) if (choice[name].length) query[name] = choice[name];
  if (choice.q.trim()) query["q"] = choice.q.trim();
  if (choice.sort) query["sort"] = choice.sort;
  return query as Query;
}

export function useChoice() {
  const [view, set] = useView(parsers);
  const key = JSON.stringify(queryOf(view));
  const query = useMemo(() => JSON.parse(key) as Query, [key]);
  return { view, set, query };
}

export type Choosing = ReturnType<typeof useChoice>;

/** The same selection as an address of a file. */
export function fileQuery(query: Query, columns: string[]): URLSearchParams {
  const said = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one) said.append(name, String(one));
  }
  if (columns.length) said.set("columns", columns.join(","));
  return said;
}
