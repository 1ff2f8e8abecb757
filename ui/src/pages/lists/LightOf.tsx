// Why one object is lit: the clause, the rows its value is made of, the whole ladder, the lights it had.
import { Skeleton } from "antd";
import { $api } from "../../api/client";
import { useWords } from "../../app/words";
import type { components } from "../../made/schema";
import { FaultNote } from "../../parts/FaultNote";
import { Proof } from "../../parts/Proof";
import { Light, MadeUp, day, number } from "../../parts/values";
import { half } from "./cells";
import { RuleLine, unit } from "./parts";

type One = components["schemas"]["LightShape"];
type Clause = components["schemas"]["LadderClause"];

export function LightOf({ object }: { object: string }) {
  const { t, lang, code } = useWords();
  const { data, error } = $api.useQuery("get", "/api/lights/{object}", { params: { path: { object } } });
  if (error) return <FaultNote fault={error as Error} />;
  if (!data) return <Skeleton active />;
  const about = data.about as { name: string; synthetic?: boolean };
  return (
    <div className="light-of">
      <h2>
        {about.name} <MadeUp synthetic={about.synthetic} />
      </h2>
      <RuleLine rule={data.rule as components["schemas"]["ListRule"]} />
      {data.lights.map((one) => (
        <Metric key={one.metric.id} one={one} />
      ))}
      {data.history.length > 0 && (
        <section>
          <h3>{t("history")}</h3>
          <ul className="lines">
            {data.history.map((past, n) => (
              <li key={n}>
                <span>
                  {day(past.day, lang)}{" "}
                  {past.edition ? t("lists_edition_of", { edition: past.edition }) : t("lights_kept")}
                </span>
                <span>
                  <Light colour={past.colour} label={code("colours", past.colour)} />{" "}
                  <span className="quiet">{past.clause}</span>
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function Metric({ one }: { one: One }) {
  const { t, lang } = useWords();
  return (
    <section className="metric">
      <h3>
        <Light colour={one.colour} /> {one.metric[lang]}
      </h3>
      <p>
        {lang === "en" ? one.reason_en : one.reason}{" "}
        <span className="quiet">
          {t("lights_value_of", {
            period: day(one.period, lang),
            value: number(one.value, 2),
            unit: unit(t, one.metric.unit),
          })}
        </span>
      </p>
      {one.exempt && <p className="quiet">{t("lights_exempt", { why: one.exempt })}</p>}
      <table className="plain ladder">
        <caption>{t("lights_ladder")}</caption>
        <tbody>
          {one.ladder.map((clause) => (
            <Step key={clause.clause} clause={clause} />
          ))}
        </tbody>
      </table>
      {one.inputs.length > 0 && (
        <>
          <h4>{t("lights_inputs")}</h4>
          <ul className="lines">
            {one.inputs.map((row) => (
              <li key={`${row.table}/${row.id}`}>
                <span>
                  {row.cells
                    .map((cell) => `${lang === "en" ? cell.field_en : cell.field_zh} ${cell[lang]}`)
                    .join(" · ")}
                </span>
                <Proof table={row.table} id={row.id} />
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Step({ clause }: { clause: Clause }) {
  const { t, lang } = useWords();
  const basis = half(clause.basis ?? "", lang);
  return (
    <tr aria-current={clause.lit || undefined}>
      <th scope="row">
        <Light colour={clause.colour} />
      </th>
      <td className="number">
        {span(clause)} {unit(t, clause.unit)}
      </td>
      <td>
        <strong>{clause.clause}</strong> <span className="quiet">{basis}</span>
        {clause.lit && clause.escalation && (
          <div className="quiet">
            {clause.escalation
              .split(" → ")
              .map((step) => half(step, lang))
              .join(" → ")}
          </div>
        )}
      </td>
    </tr>
  );
}

/** The interval of a clause, as mathematicians write it but with words at its open ends. */
function span({ lo, lo_in, hi, hi_in }: Clause): string {
  if (lo === null) return `${hi_in ? "≤" : "<"} ${number(hi, 2)}`;
  if (hi === null) return `${lo_in ? "≥" : ">"} ${number(lo, 2)}`;
  return `${lo_in ? "≥" : ">"} ${number(lo, 2)}, ${hi_in ? "≤" : "<"} ${number(hi, 2)}`;
}
