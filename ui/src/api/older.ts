// Answers that are older than the register: the server gives the last one while it works out a new one, and says so.
import { useSyncExternalStore } from "react";

const known = new Map<string, { page: string; revision: number }>();
const watching = new Set<() => void>();

function subscribe(changed: () => void): () => void {
  watching.add(changed);
  return () => watching.delete(changed);
}

const newest = () =>
  Math.max(0, ...[...known.values()].filter(({ page }) => page === location.pathname).map(({ revision }) => revision));

export const older = {
  /** Takes note of what one answer said: a newer revision, or none. */
  note(path: string, said: string | null): void {
    const revision = Number(said);
    if (revision) known.set(path, { page: location.pathname, revision });
    else if (!known.delete(path)) return;
    watching.forEach((changed) => changed());
  },
};

/** The newest revision an answer of this page does not hold yet; 0 when all do. */
export const useNewer = (): number => useSyncExternalStore(subscribe, newest);
