// Dates and money against a baseline.
import { Select } from "antd";
import { useWords } from "../../app/words";
import { Day, Money, number } from "../../parts/values";
import type { Marks } from "./parts";

export function Moved({ marks, onBaseline }: { marks: Marks; onBaseline: (name: string) => void }) {
  const { t, code } = useWords();
  if (!marks.baselines.length) return <p className="quiet">{t("projects_no_baseline")}</p>;
  const { schedule } = marks;
  const sums = schedule.money;
  const lines = [
    { name: t("projects_invest_total"), then: sums.total_then, now: sums.total_now, apart: sums.total_difference },
    { name: t("projects_plan"), then: sums.plan_then, now: sums.plan_now, apart: sums.plan_difference },
  ];
  return (
    <>
      <Select className="no-print" aria-label={t("projects_compare")} value={marks.baseline} onChange={onBaseline} popupMatchSelectWidth={false}
        options={marks.baselines.map(({ name, day }) => ({ value: name, label: `${name} (${day})` }))} />
      <table className="moved">
        <thead>
          <tr><th /><th>{t("projects_then")}</th><th>{t("projects_now")}</th><th>{t("projects_apart")}</th></tr>
        </thead>
        <tbody>
          {schedule.stages.map((step) => (
            <tr key={step.stage}>
              <th scope="row">{code("stages", step.stage)}</th>
              <td><Day text={step.planned} /></td>
              <td><Day text={step.actual ?? step.expected} /> {!step.actual && step.expected && <span className="quiet">{t("projects_estimated")}</span>}</td>
              <td className="number">{step.days === null ? "—" : t("projects_days", { n: step.days > 0 ? `+${number(step.days)}` : number(step.days) })}</td>
            </tr>
          ))}
          {lines.map(({ name, then, now, apart }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td><Money fen={then} /></td>
              <td><Money fen={now} /></td>
              <td>{apart !== null && apart > 0 && "+"}<Money fen={apart} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  ); // prettier-ignore
}
