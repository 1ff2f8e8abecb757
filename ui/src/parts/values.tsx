// How single values are written: money, days, lights, stages, made-up rows, nothing.
import { Tag, Tooltip } from "antd";
import type { Lang } from "../app/boot";
import { useWords } from "../app/words";

const plain = (value: number, places: number) =>
  value.toLocaleString("en-US", { maximumFractionDigits: places, minimumFractionDigits: 0 });

/** A figure with thousands marks; nothing is a dash. */
export function number(value: number | null | undefined, places = 1): string {
  return value === null || value === undefined ? "—" : plain(value, places);
}

/** Yuan, to the cent. */
export function exactMoney(fen: number, lang: Lang): string {
  return `${plain(fen / 100, 2)} ${lang === "zh" ? "元" : "CNY"}`;
}

/** 亿元 with two decimals or whole 万元; in English millions. As publish/showing.py writes it. */
export function money(fen: number | null | undefined, lang: Lang): string {
  if (fen === null || fen === undefined) return "—";
  const size = Math.abs(fen);
  if (size < 1_000_000) return exactMoney(fen, lang);
  if (lang === "en") return `${plain(fen / 100_000_000, size < 10_000_000_000 ? 2 : 0)} million CNY`;
  return size >= 10_000_000_000 ? `${plain(fen / 10_000_000_000, 2)} 亿元` : `${plain(fen / 1_000_000, 0)} 万元`;
}

export function Money({ fen }: { fen: number | null | undefined }) {
  const { lang } = useWords();
  if (fen === null || fen === undefined) return <span className="quiet">—</span>;
  return (
    <Tooltip title={exactMoney(fen, lang)}>
      <span className="number">{money(fen, lang)}</span>
    </Tooltip>
  );
}

/** A date as an office writes it: 2026年3月; a partial date stays partial. */
export function day(text: string | null | undefined, lang: Lang): string {
  if (!text) return "—";
  if (lang === "en") return text;
  const [year, month, date] = text.slice(0, 10).split("-");
  return `${year}年${month ? `${Number(month)}月` : ""}${date ? `${Number(date)}日` : ""}`;
}

export function Day({ text }: { text: string | null | undefined }) {
  const { lang } = useWords();
  return text ? <time dateTime={text}>{day(text, lang)}</time> : <span className="quiet">—</span>;
}

/** A UTC moment in Shanghai time, to the minute. */
export function moment(at: string | null | undefined): string {
  if (!at) return "—";
  return new Date(at).toLocaleString("sv-SE", { timeZone: "Asia/Shanghai" }).slice(0, 16);
}

export function MadeUp({ synthetic }: { synthetic: boolean | null | undefined }) {
  const { t } = useWords();
  return synthetic ? <Tag className="made-up">{t("synthetic")}</Tag> : null;
}

/** A light: colour, word and shape, so that it reads without colour. */
export function Light({ colour, label }: { colour: string | null | undefined; label?: string }) {
  const { code } = useWords();
  if (!colour) return <span className="quiet">—</span>;
  return (
    <span className="light" data-colour={colour}>
      {label ?? code("colours", colour)}
    </span>
  );
}

export function Stage({ stage }: { stage: string | null | undefined }) {
  const { code } = useWords();
  return <span className="stage">{code("stages", stage)}</span>;
}

/** No data: says so, and which template fills it. */
export function NoData({ table, children }: { table?: string; children?: React.ReactNode }) {
  const { t, table: title } = useWords();
  return (
    <p className="no-data">
      {children ?? t("no_data")}
      {table && (
        <>
          {" "}
          <a href={`/api/templates/${table}.xlsx`}>{t("template_of", { table: title(table) })}</a>
        </>
      )}
    </p>
  );
}
