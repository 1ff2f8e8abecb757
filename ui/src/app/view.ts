// The address holds the whole view. Day, branch and language are on every page; each page adds its own parts.
import { parseAsString, parseAsStringLiteral, useQueryStates, type UseQueryStatesKeysMap } from "nuqs";
import { useMemo } from "react";
import { useLocation } from "react-router";
import { boot, type Lang } from "./boot";

export const SHARED = ["on", "branch", "lang"] as const;

const everywhere = {
  on: parseAsString.withDefault(""),
  branch: parseAsString.withDefault(""),
  lang: parseAsStringLiteral(["zh", "en"] as const).withDefault(boot.lang),
};

/** Day, branch and language looked at; empty means the newest day, the main branch. */
export function useEverywhere() {
  return useQueryStates(everywhere, { history: "push" });
}

/** The parts of the address that belong to one page, typed by its parsers; a change replaces the address. */
export function useView<Parsers extends UseQueryStatesKeysMap>(parsers: Parsers) {
  return useQueryStates(parsers, { history: "replace", shallow: true });
}

/** What goes on to every address: day, branch, language, where the reader chose one. */
export function kept(search: string): URLSearchParams {
  const here = new URLSearchParams(search);
  const found = new URLSearchParams();
  for (const name of SHARED) {
    const value = here.get(name);
    if (value) found.set(name, value);
  }
  return found;
}

/** Writes addresses of workbench pages that keep the view. */
export function useTo(): (path: string, query?: Record<string, string | undefined>) => string {
  const { search } = useLocation();
  return useMemo(
    () =>
      (path, query = {}) => {
        const said = kept(search);
        for (const [name, value] of Object.entries(query)) if (value) said.set(name, value);
        const text = said.toString();
        return text ? `${path}?${text}` : path;
      },
    [search],
  );
}

export interface View {
  on: string;
  branch: string;
  lang: Lang;
}

// The view of the pages that are drawn now: the address follows a moment later, and requests must not ask for the old day.
const drawn: { view: View } = { view: { on: "", branch: "", lang: boot.lang } };

export function look(view: View): void {
  drawn.view = view;
}

/** Parameters every request carries. */
export function asked(): { on?: string; branch?: string; lang: Lang } {
  const { on, branch, lang } = drawn.view;
  return { ...(on && { on }), ...(branch && { branch }), lang };
}
