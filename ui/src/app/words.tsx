// The words of the interface in the reader's language; keys come from the CSV files of terms/words.
import { createContext, useContext, useMemo, type ReactNode } from "react";
import { codes, tables } from "../made/terms";
import { words } from "../made/words";
import type { Lang } from "./boot";

export type Word = keyof (typeof words)["zh"];
export type Values = Record<string, string | number>;
type Said = { zh: string; en: string };

const Language = createContext<Lang>("zh");

export function Speaking({ lang, children }: { lang: Lang; children: ReactNode }) {
  return <Language value={lang}>{children}</Language>;
}

function filled(text: string, values?: Values): string {
  return values ? text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole)) : text;
}

export interface Words {
  lang: Lang;
  /** A word of the interface. */
  t: (key: Word, values?: Values) => string;
  /** Title of a table. */
  table: (name: string) => string;
  /** Title of a column with its unit. */
  field: (table: string, name: string) => string;
  /** Word for a code; an unknown code stays as it is. */
  code: (list: string, value: string | null | undefined) => string;
  /** One of two texts that stand side by side. */
  pick: (said: Said) => string;
}

export const COMMON: Record<string, Said> = {
  id: { zh: "编号", en: "Id" },
  owner: { zh: "责任单位", en: "Owner" },
  scope: { zh: "范围路径", en: "Scope" },
  level: { zh: "密级", en: "Clearance" },
  source: { zh: "出处", en: "Source" },
  valid_from: { zh: "生效", en: "In force from" },
  valid_to: { zh: "失效", en: "In force to" },
  revision: { zh: "版本", en: "Revision" },
  synthetic: { zh: "虚构示例", en: "Made up" },
};

export interface FieldSpec extends Said {
  type: string;
  unit: string;
  unit_zh: string;
  required: boolean;
}

export interface TableSpec extends Said {
  title: string;
  fields: Record<string, FieldSpec>;
}

export const TABLES = tables as unknown as Record<string, TableSpec>;
export const CODES = codes as unknown as Record<string, Record<string, Said>>;

function speaker(lang: Lang): Words {
  const pick = (said: Said) => said[lang];
  return {
    lang,
    pick,
    t: (key, values) => filled(words[lang][key], values),
    table: (name) => (TABLES[name] ? pick(TABLES[name]) : name),
    field: (table, name) => {
      const known = TABLES[table]?.fields[name];
      if (!known) return COMMON[name] ? pick(COMMON[name]) : name;
      const unit = lang === "zh" ? known.unit_zh : known.unit;
      return unit && known.unit !== "year" ? `${pick(known)} (${unit})` : pick(known);
    },
    code: (list, value) => {
      const known = value ? CODES[list]?.[value] : undefined;
      return known ? pick(known) : (value ?? "—");
    },
  };
}

export function useWords(): Words {
  const lang = useContext(Language);
  return useMemo(() => speaker(lang), [lang]);
}
