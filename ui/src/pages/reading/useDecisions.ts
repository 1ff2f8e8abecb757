// Deciding: sends what a person decided, keeps what came back in view, and takes it back.
import { useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { useRef, useState } from "react";
import { Fault, api } from "../../api/client";
import { useSend } from "../../api/send";
import { useWords, type Word } from "../../app/words";
import type { Said } from "../../parts/Why";
import type { Done, Made, Proposal, Verdict } from "./shapes";

export interface Notice {
  text: string;
  made: Made[];
}

const SAID: Record<Verdict, Word> = {
  accept: "reading_done_accept",
  mend: "reading_done_mend",
  reject: "reading_done_reject",
  join: "reading_done_join",
  apart: "reading_done_apart",
};
const SHORT = 24;
const short = (text: string) => (text.length > SHORT ? `${[...text].slice(0, SHORT).join("")}…` : text);

/** Whether all proposals that were decided together may be taken back. */
function useWhole() {
  const { modal } = App.useApp();
  const { t } = useWords();
  return async (id: string): Promise<boolean | null> => {
    const { data } = await api.GET("/api/proposals/{id}", { params: { path: { id } } });
    const together = data?.decision?.together ?? 1;
    if (together < 2) return false;
    const sure = await modal.confirm({
      title: t("reading_undo_many", { n: together }),
      okText: t("reading_undo_all"),
      cancelText: t("reading_cancel"),
    });
    return sure ? true : null;
  };
}

/** Changed fields of a mended proposal, or the task a demand is joined to. */
export interface Given {
  fields?: Record<string, unknown>;
  task?: string;
}

interface Moves {
  /** A decision is on its way: time to look at the next one. */
  onSent: (id: string) => void;
  /** It was refused: back to it. */
  onRefused: (id: string) => void;
}

/** One thing after the other, in the order of the keys. */
function useTurns() {
  const turn = useRef<Promise<void>>(Promise.resolve());
  return (work: () => Promise<void>) => (turn.current = turn.current.then(work));
}

export function useDecisions({ onSent, onRefused }: Moves) {
  const { t } = useWords();
  const queries = useQueryClient();
  const send = useSend<Done>();
  const whole = useWhole();
  const inTurn = useTurns();
  const [fresh, keep] = useState<ReadonlyMap<string, Proposal>>(new Map());
  const [pending, wait] = useState<ReadonlySet<string>>(new Set());
  const [notice, tell] = useState<Notice | null>(null);
  const [fault, blame] = useState<Error | null>(null);
  const stack = useRef<string[]>([]);
  const waiting = useRef(new Set<string>());

  /** Sends in turn; a key that is held down decides once. */
  const run = (id: string, work: () => Promise<void>) => {
    if (waiting.current.has(id)) return;
    waiting.current.add(id);
    wait(new Set(waiting.current));
    blame(null);
    void inTurn(async () => {
      try {
        await work();
      } catch (error) {
        blame(error as Error);
        onRefused(id);
        if (error instanceof Fault && error.status === 409) await queries.invalidateQueries();
      } finally {
        waiting.current.delete(id);
        wait(new Set(waiting.current));
      }
    });
  };
  const take = (done: Done) => {
    keep((held) => new Map([...held, ...done.proposals.map((one): [string, Proposal] => [one.id, one])]));
  };
  const decide = (proposal: Proposal, verdict: Verdict, said: Said, more?: Given) => {
    const body = { ...said, ...more };
    const path = `/api/proposals/${encodeURIComponent(proposal.id)}/${verdict}`;
    run(proposal.id, async () => {
      const done = await send.mutateAsync({ path, body, ifMatch: proposal.revision });
      take(done);
      stack.current.push(proposal.id);
      tell({ text: t(SAID[verdict], { text: short(proposal.text) }), made: done.made });
      if (verdict === "mend") onSent(proposal.id);
    });
    if (verdict !== "mend") onSent(proposal.id); // a form stays until its fields are accepted
  };
  const undo = (id: string, said: Said) =>
    run(id, async () => {
      const all = await whole(id);
      if (all === null) return;
      const path = `/api/proposals/${encodeURIComponent(id)}/undo`;
      const done = await send.mutateAsync({ path, body: { ...said, whole: all } });
      stack.current = stack.current.filter((one) => one !== id);
      take(done);
      tell({ text: t("reading_done_undo", { n: done.number }), made: [] });
    });
  const last = () => [...stack.current, ...waiting.current].at(-1);
  return { decide, undo, last, fresh, pending, notice, tell, fault, blame };
}
