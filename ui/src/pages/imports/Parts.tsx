// Parts of a page, one shown at a time; on a narrow screen the row of names scrolls.
import { useId, type KeyboardEvent, type ReactNode } from "react";

export interface Part {
  key: string;
  label: string;
  /** Drawn only when chosen. */
  show: () => ReactNode;
}

interface Props {
  parts: Part[];
  chosen: string;
  onChoose: (key: string) => void;
  label: string;
}

const STEPS: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1 };

export function Parts({ parts, chosen, onChoose, label }: Props) {
  const id = useId();
  const at = Math.max(
    0,
    parts.findIndex(({ key }) => key === chosen),
  );
  const shown = parts[at];
  const move = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    const next = step && parts[(at + step + parts.length) % parts.length];
    if (!next) return;
    event.preventDefault();
    onChoose(next.key);
    document.getElementById(`${id}-${next.key}`)?.focus();
  };
  return (
    <div className="office-parts">
      <div role="tablist" aria-label={label} onKeyDown={move} className="no-print">
        {parts.map(({ key, label: word }, n) => (
          <button
            key={key}
            id={`${id}-${key}`}
            type="button"
            role="tab"
            aria-selected={n === at}
            aria-controls={`${id}-shown`}
            tabIndex={n === at ? 0 : -1}
            onClick={() => onChoose(key)}
          >
            {word}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-shown`} aria-labelledby={`${id}-${shown?.key ?? ""}`} tabIndex={-1}>
        {shown?.show()}
      </div>
    </div>
  );
}
