// The stages of a project in a row: reached, awaited, late.
import { useWords } from "../../app/words";
import { Day, number } from "../../parts/values";
import { STAGES } from "../projects/columns";
import type { Marks, One } from "./parts";

export function Stages({ one, marks }: { one: One; marks: Marks | undefined }) {
  const { t, code } = useWords();
  const dates = one.standing?.dates ?? {};
  const steps = marks?.schedule.stages ?? [];
  const current = one.standing?.stage;
  return (
    <ol className="stages" aria-label={t("projects_stages")} tabIndex={0}>
      {STAGES.map((stage) => {
        const { actual, estimated } = dates[stage] ?? {};
        const days = steps.find((step) => step.stage === stage)?.days ?? null;
        const state = actual ? "reached" : days !== null && days > 0 ? "late" : estimated ? "awaited" : "none";
        return (
          <li key={stage} data-state={state} aria-current={stage === current ? "step" : undefined}>
            <strong>{code("stages", stage)}</strong>
            {actual ? (
              <Day text={actual} />
            ) : estimated ? (
              <span className="quiet">
                {t("projects_estimated")} <Day text={estimated} />
              </span>
            ) : (
              <span className="quiet">—</span>
            )}
            {days !== null && days !== 0 && (
              <small className={days > 0 ? "late" : "quiet"}>
                {t(days > 0 ? "projects_days_late" : "projects_days_early", { n: number(Math.abs(days)) })}
              </small>
            )}
          </li>
        );
      })}
    </ol>
  );
}
