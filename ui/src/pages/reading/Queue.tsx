// The proposals of the document in the order of its text: a short line each, the chosen one always in view.
import { memo, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useWords } from "../../app/words";
import type { Proposal } from "./shapes";

interface LineProps {
  proposal: Proposal;
  picked: boolean;
  onPick: (id: string) => void;
}

const Line = memo(function Line({ proposal, picked, onPick }: LineProps) {
  const { code } = useWords();
  const me = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const button = me.current;
    if (!picked || !button) return;
    if (button.closest("ol")?.contains(document.activeElement)) button.focus({ preventScroll: true });
  }, [picked]);
  return (
    <li>
      <button
        ref={me}
        type="button"
        className="line"
        aria-current={picked ? "true" : undefined}
        tabIndex={picked ? 0 : -1}
        data-id={proposal.id}
        data-state={proposal.state}
        onClick={() => onPick(proposal.id)}
      >
        <span className="proposal-kind" data-kind={proposal.kind}>
          {code("proposal_kinds", proposal.kind)}
        </span>
        <span className="said">{proposal.text}</span>
        {proposal.state !== "open" && <span className="quiet">{code("proposal_states", proposal.state)}</span>}
      </button>
    </li>
  );
});

interface Props {
  proposals: Proposal[];
  picked: string;
  onPick: (id: string) => void;
}

const HEIGHT = 36; // pixels of a line
const MORE = 12; // lines drawn above and below the window

/** Only the lines near the window are drawn; the box keeps the height of all of them. */
function useWindow(count: number, at: number) {
  const box = useRef<HTMLOListElement>(null);
  const [range, see] = useState({ first: 0, last: 60 });
  const look = () => {
    const { scrollTop = 0, clientHeight = 0 } = box.current ?? {};
    const first = Math.max(0, Math.floor(scrollTop / HEIGHT) - MORE);
    const last = Math.ceil((scrollTop + clientHeight) / HEIGHT) + MORE;
    see((known) => (known.first === first && known.last === last ? known : { first, last }));
  };
  useLayoutEffect(() => {
    const here = box.current;
    if (!here || at < 0) return look();
    const [top, bottom] = [at * HEIGHT, (at + 1) * HEIGHT];
    if (top < here.scrollTop) here.scrollTop = top;
    if (bottom > here.scrollTop + here.clientHeight) here.scrollTop = bottom - here.clientHeight;
    look();
  }, [at, count]);
  return { box, look, ...range };
}

export function Queue({ proposals, picked, onPick }: Props) {
  const { t } = useWords();
  const at = proposals.findIndex(({ id }) => id === picked);
  const { box, look, first, last } = useWindow(proposals.length, at);
  return (
    <ol className="queue" ref={box} onScroll={look} aria-label={t("reading_proposals_of")}>
      <li aria-hidden style={{ height: first * HEIGHT }} />
      {proposals.slice(first, last).map((one) => (
        <Line key={one.id} proposal={one} picked={one.id === picked} onPick={onPick} />
      ))}
      <li aria-hidden style={{ height: Math.max(0, proposals.length - last) * HEIGHT }} />
    </ol>
  );
}
