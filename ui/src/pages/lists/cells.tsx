// How the values of a list's own columns are written.
import { Link } from "react-router";
import { useTo } from "../../app/view";
import { useWords, type Words, type Word } from "../../app/words";
import type { components } from "../../made/schema";
import { Day, Light, MadeUp, Money, number } from "../../parts/values";

export type Row = components["schemas"]["ListRow"] & Record<string, unknown>;
export type Column = components["schemas"]["ColumnShape"];
const FEN = 1_000_000; // 分 in one 万元

/** The half of a text of both languages, `中文 / English`, that is asked for. */
export const half = (text: string, lang: "zh" | "en") => {
  const [zh = "", ...en] = text.split(" / ");
  return lang === "en" && en.length ? en.join(" / ") : zh;
};

/** A body nobody named is kept as `local`. */
export const ownerName = (owner: string | null | undefined, t: Words["t"]) =>
  !owner || owner === "local" ? t("owner_local") : owner;

export function Name({ row }: { row: Row }) {
  const { lang } = useWords();
  const to = useTo();
  const name = (lang === "en" && (row["name_en"] as string | undefined)) || row.name || row.id;
  const path =
    row.page === "project" ? `/projects/${encodeURIComponent(row.about?.id ?? row.id)}`
    : row.page === "task" ? `/tasks/${encodeURIComponent(row.about?.id ?? row.id)}`
    : row.about ? `/row/${row.about.table}/${encodeURIComponent(row.about.id)}` : ""; // prettier-ignore
  return (
    <span title={name} className="name">
      {path ? (
        <Link to={to(path)} onClick={(event) => event.stopPropagation()}>
          {name}
        </Link>
      ) : (
        <span>{name}</span>
      )}
      <MadeUp synthetic={row.synthetic} />
    </span>
  );
}

export function Reason({ row }: { row: Row }) {
  const { lang } = useWords();
  const text = (lang === "en" && row.reason_en) || row.reason || "";
  return <span title={text}>{text}</span>;
}

/** One value as its column means it. */
export function Value({ column, row }: { column: Column; row: Row }) {
  const { t, lang, code } = useWords();
  const value = (lang === "en" && row[`${column.name}_en`]) || row[column.name];
  if (value === null || value === undefined || value === "") return <span className="quiet">—</span>;
  if (column.kind === "money") return <Money fen={Math.round((value as { value: number }).value * FEN)} />;
  if (column.kind === "number" || column.kind === "metric_value")
    return <span className="number">{number(value as number, 2)}</span>;
  if (column.kind === "code")
    return column.target === "colours" ? (
      <Light colour={value as string} />
    ) : (
      <>{code(column.target, value as string)}</>
    );
  if (column.kind === "flag") return <>{t(value ? "yes" : "no")}</>;
  if (column.kind === "owner") return <>{ownerName(value as string, t)}</>;
  if (column.kind === "words") return <>{inWords(String(value), column.target, t, lang)}</>;
  if (column.kind === "why") return <>{half(String(value), lang)}</>;
  if (/^\d{4}(-\d\d){0,2}$/.test(String(value))) return <Day text={String(value)} />;
  return <span title={String(value)}>{typeof value === "object" ? JSON.stringify(value) : String(value)}</span>;
}

function inWords(text: string, target: string, t: Words["t"], lang: "zh" | "en"): string {
  const said = text.split(/,\s*/).map((one) => t(`${target}${one}` as Word) ?? one);
  return said.join(lang === "zh" ? "、" : ", ");
}
