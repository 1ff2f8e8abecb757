// The source with its marks: text only, drawn in blocks, so that a book stays fluid. One tab stop: the mark that is chosen.
import { memo, useEffect, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent } from "react";
import { flushSync } from "react-dom";
import { useWords } from "../../app/words";
import { cut, sheets, type Block, type Mark, type Piece, type Sheet } from "./cut";

interface Props {
  text: string;
  marks: Mark[];
  noise: { at: number[] }[];
  picked: string;
  onPick: (id: string) => void;
}

interface PieceProps {
  piece: Piece;
  picked: string;
  stop: boolean;
}

function Drawn({ piece, picked, stop }: PieceProps) {
  const { t, code } = useWords();
  if (!piece.ids.length) return piece.noise ? <span className="noise">{piece.text}</span> : piece.text;
  const chosen = piece.ids.includes(picked);
  const look = { className: chosen ? "span picked" : "span", "data-kind": piece.kind, "data-state": piece.state };
  const ids = { "data-ids": piece.ids.join(" "), "data-start": piece.start };
  if (!piece.begins) return <mark {...look} {...ids}>{piece.text}</mark>; // prettier-ignore
  const kind = code("proposal_kinds", piece.kind);
  const more = piece.ids.length > 1 ? ` · ${t("reading_others", { n: piece.ids.length - 1 })}` : "";
  const said = t("reading_span_of", { kind, state: code("proposal_states", piece.state) }) + more;
  return (
    <mark
      {...look}
      {...ids}
      role="button"
      tabIndex={stop ? 0 : -1}
      aria-pressed={chosen}
      aria-description={said}
      title={said}
    >
      {piece.text}
    </mark>
  );
}

/** A block is drawn anew only when a mark in it changes, or is chosen. */
const Paragraph = memo(
  function Paragraph({ block, picked, stop }: { block: Block; picked: string; stop: number }) {
    return (
      <p className="block">
        {block.pieces.map((piece) => (
          <Drawn key={piece.start} piece={piece} picked={picked} stop={piece.start === stop} />
        ))}
      </p>
    );
  },
  (before, now) =>
    before.block.key === now.block.key &&
    before.block.start === now.block.start &&
    before.block.pieces.length === now.block.pieces.length &&
    before.stop === now.stop &&
    before.picked === now.picked,
);

const holds = (block: Block, id: string) => id !== "" && block.pieces.some(({ ids }) => ids.includes(id));

/** The place that takes the tab key: where the chosen proposal begins, else the first mark of the text. */
function stopOf(blocks: Block[], marks: Mark[], picked: string): number {
  const chosen = marks.find(({ id }) => id === picked);
  if (chosen) return chosen.at[0];
  const first = blocks.find(({ pieces }) => pieces.some(({ begins }) => begins));
  return first?.pieces.find(({ begins }) => begins)?.start ?? -1;
}

const LINE = 34; // pixels of a line and its gap, about; a sheet that was drawn once knows its height
const WIDE = 44; // characters of a line, about
const AHEAD = "1200px"; // drawn before it comes into view

interface SheetProps {
  sheet: Sheet;
  picked: string;
  stop: number;
  /** Drawn wherever it is. */
  always: boolean;
}

/** Some blocks; an empty box of their height while they are far off the screen. */
const Leaf = memo(function Leaf({ sheet, picked, stop, always }: SheetProps) {
  const box = useRef<HTMLDivElement>(null);
  const [near, come] = useState(false);
  const [height, measure] = useState(() =>
    sheet.blocks.reduce((sum, { pieces }) => sum + LINE * Math.max(0.7, Math.ceil(lengthOf(pieces) / WIDE)), 0),
  );
  useEffect(() => {
    const here = box.current;
    if (!here || always) return;
    const watch = new IntersectionObserver(
      ([entry]) => {
        if (!entry) return;
        if (!entry.isIntersecting && here.childElementCount) measure(here.offsetHeight);
        come(entry.isIntersecting);
      },
      { root: here.closest(".source"), rootMargin: `${AHEAD} 0px` },
    );
    watch.observe(here);
    return () => watch.disconnect();
  }, [always]);
  const drawn = near || always || sheet.ids.has(picked);
  return (
    <div ref={box} style={drawn ? undefined : { height }}>
      {drawn &&
        sheet.blocks.map((block) => {
          const here = block.pieces.some(({ start, begins }) => begins && start === stop);
          return (
            <Paragraph
              key={block.start}
              block={block}
              picked={holds(block, picked) ? picked : ""}
              stop={here ? stop : -1}
            />
          );
        })}
    </div>
  );
});

const lengthOf = (pieces: Piece[]) => pieces.reduce((sum, { text }) => sum + text.length, 0);
const FEW = 4; // sheets that are always drawn whole

/** On paper everything is drawn. */
function usePrinting(): boolean {
  const [printing, print] = useState(false);
  useEffect(() => {
    const before = () => flushSync(() => print(true));
    const after = () => print(false);
    addEventListener("beforeprint", before);
    addEventListener("afterprint", after);
    return () => {
      removeEventListener("beforeprint", before);
      removeEventListener("afterprint", after);
    };
  }, []);
  return printing;
}

export function Source({ text, marks, noise, picked, onPick }: Props) {
  const { t } = useWords();
  const box = useRef<HTMLDivElement>(null);
  const grey = useMemo(() => noise.map(({ at }) => ({ at: [at[0] ?? 0, at[1] ?? 0] as [number, number] })), [noise]);
  const blocks = useMemo(() => cut(text, marks, grey), [text, marks, grey]);
  const leaves = useMemo(() => sheets(blocks, text.length + 1), [blocks, text]);
  const stop = stopOf(blocks, marks, picked);
  const printing = usePrinting();
  useEffect(() => {
    const home = box.current;
    const place = home?.querySelector<HTMLElement>(`[data-start="${stop}"]`);
    if (!home || !place || !picked) return;
    const inside = home.contains(document.activeElement);
    place.scrollIntoView({ block: "center", behavior: "instant" });
    if (inside) place.focus({ preventScroll: true });
  }, [picked, stop]);
  const pick = (target: EventTarget) => {
    const ids = (target as HTMLElement).closest<HTMLElement>("[data-ids]")?.dataset["ids"]?.split(" ") ?? [];
    const next = ids[(ids.indexOf(picked) + 1) % Math.max(1, ids.length)]; // again: the next one at this place
    if (next) onPick(next);
  };
  const press = (event: KeyboardEvent) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    pick(event.target);
  };
  const click = (event: MouseEvent) => pick(event.target);
  return (
    <section className="source" aria-label={t("reading_source")} ref={box} onClick={click} onKeyDown={press} lang="zh">
      {leaves.map((sheet) => {
        const own = (sheet.start <= stop && stop < sheet.end) || sheet.blocks.some((block) => holds(block, picked));
        return (
          <Leaf
            key={sheet.start}
            sheet={sheet}
            picked={own ? picked : ""}
            stop={own ? stop : -1}
            always={printing || leaves.length <= FEW}
          />
        );
      })}
    </section>
  );
}
