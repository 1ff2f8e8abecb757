// Writing: each send carries a key of its own, so that a repeated press writes once; afterwards everything is asked anew.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { boot } from "../app/boot";
import { Fault, address, wrote } from "./client";

export interface Sent {
  path: string;
  method?: "POST" | "PATCH" | "PUT" | "DELETE";
  /** JSON, or a form with files. */
  body?: object | FormData;
  /** Revision the writer has seen; a newer one is answered with 409. */
  ifMatch?: string | number;
}

async function send<Answer>({ path, method = "POST", body, ifMatch }: Sent, key: string): Promise<Answer> {
  const headers: Record<string, string> = { "Idempotency-Key": key };
  if (boot.csrf) headers["X-CSRF-Token"] = boot.csrf;
  if (ifMatch !== undefined) headers["If-Match"] = `"${ifMatch}"`;
  const file = body instanceof FormData;
  if (body && !file) headers["Content-Type"] = "application/json";
  const init = { method, headers, ...(body && { body: file ? body : JSON.stringify(body) }) };
  const response = await fetch(address(path), init).catch(() => null);
  if (!response)
    throw new Fault(0, "unreachable", "服务器没有回应，修改未发送", "The server does not answer; nothing was sent");
  const text = await response.text();
  const answer = (text ? JSON.parse(text) : {}) as Answer & { error?: Fault; revision?: number };
  if (!response.ok) {
    const { kind, zh, en, findings } = answer.error ?? ({} as Fault);
    const retry = Number(response.headers.get("retry-after")) || undefined;
    throw new Fault(response.status, kind, zh, en, findings ?? [], { ...answer.error }, retry);
  }
  wrote(answer.revision);
  return answer;
}

/** `mutateAsync({path, body, …})`; throws Fault. */
export function useSend<Answer = { revision: number }>() {
  const queries = useQueryClient();
  return useMutation<Answer, Fault, Sent>({
    mutationFn: (sent) => send<Answer>(sent, crypto.randomUUID()),
    onSuccess: () => queries.invalidateQueries(),
  });
}
