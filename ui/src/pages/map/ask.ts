// Asking for one view of the region: day and branch are part of the question and of its address, so that an answer for
// one day is never shown under another, however fast the reader moves.
import { useQuery } from "@tanstack/react-query";
import { api } from "../../api/client";
import { boot } from "../../app/boot";
import { useEverywhere } from "../../app/view";

export interface Here {
  on: string;
  branch: string;
}

type Query = Record<string, string | number>;

export function useHere(): Here {
  const [{ on, branch }] = useEverywhere();
  return { on: on || boot.day, branch: branch || "main" };
}

interface More<Answer> {
  enabled?: boolean;
  placeholderData?: (before: Answer | undefined) => Answer | undefined;
}

/** An answer to a GET under /api/map; empty parts of the question are left out. */
export function useAsk<Answer>(path: string, query: Query = {}, more: More<Answer> = {}) {
  const said = Object.fromEntries(Object.entries({ ...query, ...useHere() }).filter(([, value]) => value !== ""));
  return useQuery<Answer>({
    queryKey: ["map", path, said],
    queryFn: async () => {
      const { data } = await api.GET(path as "/api/map/layers", { params: { query: said } as never });
      return data as unknown as Answer;
    },
    ...(more as object),
  });
}
