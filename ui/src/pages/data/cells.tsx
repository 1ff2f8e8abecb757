// One value of any table, written as its field means it.
import { useWords, TABLES, type FieldSpec, type Words } from "../../app/words";
import { Day, Money, number } from "../../parts/values";

export type Names = Record<string, Record<string, { zh: string; en: string }>>;
export type Cells = Record<string, unknown>;

export const COMMON_TYPES: Record<string, string> = {
  level: "int", valid_from: "date", valid_to: "date", synthetic: "bool", revision: "int",
}; // prettier-ignore

export function typeOf(table: string, name: string): string {
  return TABLES[table]?.fields[name]?.type ?? COMMON_TYPES[name] ?? "text";
}

export const kindOf = (type: string) => type.split(":")[0] ?? "text";
export const targetOf = (type: string) => (type === "place" ? "places" : (type.split(":")[1] ?? ""));
export const isNumber = (type: string) => ["int", "number", "money"].includes(kindOf(type));
export const SINCE_EVER = "0001";

/** Fields of a table that stand in a page, in their order. */
export function ownFields(table: string): [string, FieldSpec][] {
  return Object.entries(TABLES[table]?.fields ?? {}).filter(([, field]) => field.type !== "geometry");
}

/** Title of a column; the money of a page is written with its own unit. */
export function titleOf(table: string, name: string, words: Words): string {
  const known = TABLES[table]?.fields[name];
  if (name === "owner" && !known) return words.t("tables_owner"); // 责任单位 is also a field of projects
  return known?.type === "money" ? words.pick(known) : words.field(table, name);
}

/** A value as plain text, for tooltips, choices and histories. */
export function said(value: unknown, type: string, words: Words, names?: Record<string, { zh: string; en: string }>) {
  if (value === null || value === undefined || value === "") return "—";
  const kind = kindOf(type);
  if (kind === "code") return words.code(targetOf(type), String(value));
  if (kind === "bool") return words.t(value ? "yes" : "no");
  if (kind === "place" || kind === "ref") return names?.[String(value)]?.[words.lang] ?? String(value);
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

interface Props {
  table: string;
  name: string;
  value: unknown;
  names?: Names | undefined;
}

export function Cell({ table, name, value, names }: Props) {
  const words = useWords();
  const type = typeOf(table, name);
  const kind = kindOf(type);
  if (value === null || value === undefined || value === "") return <span className="quiet">—</span>;
  if (name === "level") return <>{words.t(`tables_level_${value as 0 | 1 | 2}`)}</>;
  if (name === "valid_from" && value === SINCE_EVER)
    return <span className="quiet">{words.t("tables_since_ever")}</span>;
  if (name === "source") return <bdi>{String(value).split("#")[1] ?? String(value)}</bdi>;
  if (kind === "money" && typeof value === "number") return <Money fen={value} />;
  if (isNumber(type) && typeof value === "number") return <Figure kind={kind} value={value} name={name} />;
  if (kind === "date" && typeof value === "string") return <Day text={value} />;
  return <bdi>{said(value, type, words, names?.[name])}</bdi>;
}

/** Years and other plain whole numbers carry no thousands mark. */
function Figure({ kind, value, name }: { kind: string; value: number; name: string }) {
  const plain = kind === "int" && (name.includes("year") || name === "revision");
  return <span className="number">{plain ? String(value) : number(value, 4)}</span>;
}
