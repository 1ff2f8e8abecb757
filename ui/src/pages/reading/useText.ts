// The source of a document, fetched slice by slice until it is whole.
import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { api } from "../../api/client";
import type { Slice } from "./shapes";

async function slice(id: string, offset: number): Promise<Slice> {
  const { data } = await api.GET("/api/documents/{id}/text", { params: { path: { id }, query: { offset } } });
  return data as Slice;
}

/** What has arrived of a text, and whether more is on its way. */
export function useText(id: string) {
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ["source", id],
    queryFn: ({ pageParam }) => slice(id, pageParam),
    initialPageParam: 0,
    getNextPageParam: (last: Slice) => last.next,
    staleTime: Infinity,
  });
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const text = useMemo(() => data?.pages.map((page) => page.text).join(""), [data]);
  return { text, error, more: hasNextPage };
}
