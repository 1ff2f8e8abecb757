// Pieces several pages about lists show: the count with its denominator, what moved, the rule, lights that turned.
import { Tag } from "antd";
import { Link } from "react-router";
import { useTo } from "../../app/view";
import { useWords, type Word } from "../../app/words";
import type { components } from "../../made/schema";
import { Figure } from "../../parts/Figure";
import { Light, number } from "../../parts/values";
import "./lists.css";

export type Short = components["schemas"]["InShort"];
export type Rule = components["schemas"]["ListRule"];
interface View {
  on: string;
  revision: string;
}

export function ListFigure({ list, view, large = false }: { list: Short; view: View; large?: boolean }) {
  const { t, lang } = useWords();
  const among = list.examined[lang];
  return (
    <>
      <Figure
        value={list.count}
        unit=""
        large={large}
        what={list[lang]}
        parts={{
          numerator: list.count,
          denominator: list.examined.count,
          geography: t("today_geography", { places: list.geography.places, cities: list.geography.cities }),
          day: view.on,
          revision: view.revision,
          source: list.source,
          missing: list.missing ? { count: list.missing, why: t("lists_not_judged") } : null,
          rows: `/lists/${list.id}`,
        }}
      />
      {large && (
        <span className="quiet">
          / <span className="number">{number(list.examined.count)}</span> {among}
        </span>
      )}
    </>
  );
}

/** What is new and left since the edition before. */
export function Moved({ list, short = false }: { list: Short; short?: boolean }) {
  const { t } = useWords();
  if (list.new === null || !list.previous)
    return short ? null : <span className="quiet moved">{t("lists_first_edition")}</span>;
  if (short && !list.new && !list.left) return <span className="quiet">—</span>;
  return (
    <span className="moved" title={t("lists_since_edition", { edition: list.previous })}>
      <span className={list.new ? "up number" : "quiet number"}>
        +{number(list.new)} {!short && t("lists_new")}
      </span>{" "}
      <span className="quiet number">
        −{number(list.left)} {!short && t("lists_left")}
      </span>
      {!short && <span className="quiet"> {t("lists_since_edition", { edition: list.previous })}</span>}
    </span>
  );
}

export function unit(t: (key: Word) => string, name: string): string {
  const key = `unit_${name.replace(/ /g, "_")}` as Word;
  return name ? (t(key) ?? name) : "";
}

export function RuleLine({ rule }: { rule: Rule }) {
  const { t, lang } = useWords();
  const said = lang === "zh" ? rule.zh : rule.en;
  if (!said) return null;
  const worded = typeof rule.value === "string" ? (t(`rule_${rule.value}` as Word) ?? rule.value) : String(rule.value);
  const value = rule.value === null || rule.value === undefined ? "" : `: ${worded} ${unit(t, rule.unit ?? "")}`;
  return (
    <p className="rule-line quiet">
      {said}
      {value} {rule.assumption && <Tag className="made-up">{t("assumption")}</Tag>}
    </p>
  );
}

export function Turned({ turned }: { turned: components["schemas"]["Turned"] }) {
  const { t, code } = useWords();
  const to = useTo();
  if (!turned.previous) return null;
  return (
    <>
      <p className="quiet">
        {t("lights_turned", { edition: turned.previous, worse: turned.worse, better: turned.better })}
      </p>
      <ul className="turned">
        {turned.rows.map((row) => (
          <li key={row.id}>
            <Link to={to("/lights", { pick: row.id })}>{row.name ?? row.id}</Link>
            <span className="turn">
              {row.was ? <Light colour={row.was} /> : <span className="quiet">{t("lights_unlit")}</span>} →{" "}
              {row.now ? (
                <Light colour={row.now} label={code("colours", row.now)} />
              ) : (
                <span className="quiet">{t("lights_unlit")}</span>
              )}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
