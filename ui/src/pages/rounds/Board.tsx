// The board: a column a state, a tile a body.
import type { CSSProperties } from "react";
import { useWords, type Word } from "../../app/words";
import type { components } from "../../made/schema";

type Whole = components["schemas"]["RoundBoard"];
type Tile = components["schemas"]["RoundTile"];

export function Board({ round, onOpen }: { round: Whole; onOpen: (body: string) => void }) {
  const { t } = useWords();
  return (
    <div className="round-board">
      {round.columns.map((column) => {
        const bodies = round.bodies.filter((one) => one.column === column);
        return (
          <section
            key={column}
            style={{ "--many": Math.min(4, bodies.length) || 1 } as CSSProperties}
            className={bodies.length ? "round-column" : "round-column empty"}
            data-column={column}
          >
            <h2>
              <span>{t(`rd_col_${column}` as Word)}</span>
              <span className="number quiet">{bodies.length || t("rd_col_none")}</span>
            </h2>
            {bodies.map((one) => (
              <BodyTile key={one.body} one={one} onOpen={onOpen} />
            ))}
          </section>
        );
      })}
    </div>
  );
}

function BodyTile({ one, onOpen }: { one: Tile; onOpen: (body: string) => void }) {
  const { t } = useWords();
  const marks = [
    one.late > 0 && t("rd_late_days", { n: one.late }),
    one.faults > 0 && t("rd_faults_n", { n: one.faults }),
    one.conflicts > 0 && t("rd_conflicts_n", { n: one.conflicts }),
    one.questions > 0 && t("rd_asks_n", { n: one.questions }),
    one.added > 0 && t("rd_added_n", { n: one.added }),
    one.letters > 0 && t("rd_letters_n", { n: one.letters }),
  ].filter(Boolean);
  return (
    <button type="button" className="round-tile" onClick={() => onOpen(one.body)}>
      <strong>{one.name ?? one.body}</strong>
      <small>{t("rd_answered", { n: one.answered, of: one.asked })}</small>
      {marks.length > 0 && <small>{marks.join(" · ")}</small>}
      {one.returned && (
        <small>
          {t("round_returned")} {one.returned}
        </small>
      )}
    </button>
  );
}
