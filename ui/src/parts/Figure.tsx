// A number never stands alone: pressed, it opens what it is made of.
import { Button, Popover } from "antd";
import { Link } from "react-router";
import { useTo } from "../app/view";
import { useWords } from "../app/words";
import { number } from "./values";

export interface Parts {
  numerator?: number | null;
  denominator?: number | null;
  geography?: string | null;
  day?: string | null;
  revision?: string | null;
  source?: string | null;
  missing?: { count: number; why?: string | null } | null;
  /** Where its rows are, inside the workbench. */
  rows?: string;
}

interface Props {
  value: number | string | null;
  unit?: string;
  /** What is counted, for the title of the window and for screen readers. */
  what: string;
  parts: Parts;
  places?: number;
  large?: boolean;
}

export function Figure({ value, unit = "", what, parts, places = 1, large = false }: Props) {
  const { t } = useWords();
  const to = useTo();
  const shown = typeof value === "number" ? number(value, places) : (value ?? t("no_data"));
  const lines: [string, string | null | undefined][] = [
    [t("numerator"), parts.numerator == null ? null : number(parts.numerator, 2)],
    [t("denominator"), parts.denominator == null ? null : number(parts.denominator, 2)],
    [t("geography"), parts.geography],
    [t("day"), parts.day],
    [t("revision"), parts.revision],
    [t("source"), parts.source],
    [
      t("missing"),
      parts.missing && `${number(parts.missing.count)}${parts.missing.why ? ` · ${parts.missing.why}` : ""}`,
    ],
  ];
  const inside = (
    <dl className="parts">
      {lines.map(([name, said]) => said && <Said key={name} name={name} said={said} />)}
      {parts.rows && (
        <div>
          <Link to={to(parts.rows)}>{t("rows_behind")}</Link>
        </div>
      )}
    </dl>
  );
  return (
    <Popover trigger="click" title={what} content={inside} destroyOnHidden>
      <Button type="text" className={large ? "figure large" : "figure"} aria-label={`${what}: ${shown} ${unit}`}>
        <span className="number">{shown}</span> {unit && <span className="unit">{unit}</span>}
      </Button>
    </Popover>
  );
}

function Said({ name, said }: { name: string; said: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{said}</dd>
    </div>
  );
}
