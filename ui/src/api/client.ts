// Asking the server: typed by the OpenAPI document, one error shape, the view on every address.
import { QueryClient } from "@tanstack/react-query";
import createClient, { type Middleware } from "openapi-fetch";
import createHooks from "openapi-react-query";
import { boot } from "../app/boot";
import { asked } from "../app/view";
import { older } from "./older";
import type { paths } from "../made/schema";

export interface Finding {
  zh?: string;
  en?: string;
  [part: string]: unknown;
}

/** What the server refused, in both languages; `body` holds everything it said, e.g. the three sides of a conflict. */
export class Fault extends Error {
  constructor(
    readonly status: number,
    readonly kind: string,
    readonly zh: string,
    readonly en: string,
    readonly findings: Finding[] = [],
    readonly body: Record<string, unknown> = {},
    readonly retryAfter?: number,
  ) {
    super(en);
  }
}

async function fault(response: Response): Promise<Fault> {
  const text = await response.text();
  const retry = Number(response.headers.get("retry-after")) || undefined;
  try {
    const body = JSON.parse(text) as { error: { kind: string; zh: string; en: string; findings?: Finding[] } };
    const { kind, zh, en, findings } = body.error;
    return new Fault(response.status, kind, zh, en, findings ?? [], body.error, retry);
  } catch {
    return new Fault(response.status, "unread", "服务器的回答无法读取", "The server's answer cannot be read");
  }
}

// Newest revision this browser wrote: its readers must see it, after the page is loaded again as well.
const WROTE = `hechang.wrote.${boot.revision.split(":")[0]}`;
const seen = { revision: Number(sessionStorage.getItem(WROTE)) || 0 };

const view: Middleware = {
  async onRequest({ request }) {
    const url = new URL(request.url);
    for (const [name, value] of Object.entries(asked())) {
      if (!url.searchParams.has(name)) url.searchParams.set(name, value);
    }
    const { method, headers, signal } = request;
    // the body as a whole: copied from the request it would be a stream, which HTTP/1.1 does not send
    const sent = request.body ? { method, headers, signal, body: await request.blob() } : request;
    const made = new Request(url, sent);
    if (method !== "GET" && boot.csrf) made.headers.set("X-CSRF-Token", boot.csrf);
    if (seen.revision) made.headers.set("X-After-Revision", String(seen.revision));
    return made;
  },
  async onResponse({ request, response }) {
    older.note(new URL(request.url), response.headers.get("x-newer-revision"));
    if (!response.ok) throw await fault(response);
  },
  onError({ error }) {
    if (error instanceof Fault) return error;
    return new Fault(
      0,
      "unreachable",
      "服务器没有回应，请检查它是否在运行",
      "The server does not answer. Is it running?",
    );
  },
};

export const api = createClient<paths>({ baseUrl: location.origin });
api.use(view);
export const $api = createHooks(api);

/** Takes note of the revision a write answered with. */
export function wrote(revision: unknown): void {
  if (typeof revision !== "number" || revision <= seen.revision) return;
  seen.revision = revision;
  sessionStorage.setItem(WROTE, String(revision));
}

/** An address under /api with the view on it, for downloads. */
export function address(path: string, query: Record<string, string | number | undefined> = {}): string {
  const url = new URL(path, location.origin);
  for (const [name, value] of Object.entries({ ...query, ...asked() })) {
    if (value !== undefined && value !== "") url.searchParams.set(name, String(value));
  }
  return url.pathname + url.search;
}

export function newClient(): QueryClient {
  const again = (count: number, error: Error) =>
    error instanceof Fault && [429, 503].includes(error.status) && count < 3;
  return new QueryClient({
    defaultOptions: {
      queries: { staleTime: 30_000, retry: again, retryDelay: (n, e) => ((e as Fault).retryAfter ?? 2 ** n) * 1000 },
      mutations: { retry: again },
    },
  });
}
