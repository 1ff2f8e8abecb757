// Answers that are older than the register: the server gives the last one while it works out a new one, and says so.
// They are asked for again, and only they, until none is left.
import type { Query, QueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";

const EVERY = 3000; // milliseconds between two questions

interface Old {
  /** Page that shows the answer. */
  page: string;
  /** Newest revision, which the answer does not hold yet. */
  revision: number;
  /** Turn of asking again in which it was last seen. */
  turn: number;
}

const known = new Map<string, Old>(); // by address
const watching = new Set<() => void>();
const asking = { turn: 0, busy: false };

function subscribe(changed: () => void): () => void {
  watching.add(changed);
  return () => watching.delete(changed);
}

const tell = () => watching.forEach((changed) => changed());
const here = () => [...known].filter(([, { page }]) => page === location.pathname);
const newest = () => Math.max(0, ...here().map(([, { revision }]) => revision));

export const older = {
  /** Takes note of what one answer said: a newer revision, or none. */
  note(url: URL, said: string | null): void {
    const revision = Number(said);
    if (revision) known.set(url.href, { page: location.pathname, revision, turn: asking.turn });
    else if (!known.delete(url.href)) return;
    tell();
  },
};

/** The path of a question put by `$api`; null for a table that asks for its rows block by block. */
function pathOf({ queryKey: [method, path, init] }: Query): string | null {
  if (method !== "get") return null;
  const given = (init as { params?: { path?: Record<string, string | number> } } | undefined)?.params?.path ?? {};
  return String(path).replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(given[name] ?? "")));
}

/** Asks for what is old on this page again; what nobody shows any more is forgotten. */
async function askAgain(client: QueryClient): Promise<void> {
  if (asking.busy || document.hidden) return;
  const turn = (asking.turn += 1);
  const old = here().map(([address]) => new URL(address));
  const paths = new Set(old.map(({ pathname }) => pathname));
  const blocks = old.some(({ searchParams }) => searchParams.has("offset"));
  asking.busy = true;
  const predicate = (query: Query) => {
    const path = pathOf(query);
    return path === null ? blocks : paths.has(path);
  };
  await client.invalidateQueries({ predicate }).finally(() => (asking.busy = false));
  for (const { href } of old) if ((known.get(href)?.turn ?? turn) < turn) known.delete(href);
  tell();
}

/** The newest revision an answer of this page does not hold yet, 0 when all do; meanwhile these are asked for again. */
export function useNewer(client: QueryClient): number {
  const revision = useSyncExternalStore(subscribe, newest);
  const some = revision > 0;
  useEffect(() => {
    if (!some) return;
    const timer = setInterval(() => void askAgain(client), EVERY);
    return () => clearInterval(timer);
  }, [some, client]);
  return revision;
}
