// When this browser was here last: the revision it saw then. A visit ends after half an hour without a page.
import { boot } from "../../app/boot";

const PAUSE = 30 * 60 * 1000;

interface Visit {
  /** Revision seen at the end of the visit before this one. */
  before: string | null;
  /** Newest revision seen in this visit. */
  seen: string;
  at: number;
}

const store = () => boot.revision.slice(0, boot.revision.lastIndexOf(":"));
const key = () => `hechang.visit.${store()}`;

function kept(): Visit | null {
  try {
    const found = JSON.parse(localStorage.getItem(key()) ?? "null") as Visit | null;
    return found?.seen ? found : null;
  } catch {
    return null;
  }
}

/** Revision of the visit before; null on the first one. Takes note that we are here now. */
export function lastVisit(revision: string, now = Date.now()): string | null {
  const known = kept();
  const before = !known ? null : now - known.at > PAUSE ? known.seen : known.before;
  localStorage.setItem(key(), JSON.stringify({ before, seen: revision, at: now } satisfies Visit));
  return before;
}
