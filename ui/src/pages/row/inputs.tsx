// The control a field is edited with, made from its type: codes and references are chosen, money is written in its unit.
import { Input, InputNumber, Select } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../api/client";
import { CODES, TABLES, useWords } from "../../app/words";
import { kindOf, targetOf, typeOf, type Names } from "../data/cells";
import type { TableName } from "../data/table";

export const FEN: Record<string, number> = {
  元: 100,
  千元: 100_000,
  万元: 1_000_000,
  百万元: 100_000_000,
  亿元: 10_000_000_000,
};
export const unitOf = (table: string, name: string) => TABLES[table]?.fields[name]?.unit || "万元";

interface Props {
  table: string;
  name: string;
  names?: Names | undefined;
  id?: string;
  value?: unknown;
  onChange?: (value: unknown) => void;
}

async function seek(target: string, q: string) {
  const title = TABLES[target]?.title ?? "id";
  const { data, error } = await api.GET("/api/tables/{table}", {
    params: { path: { table: target as TableName }, query: { q, limit: 30, columns: title } },
  });
  if (!data) throw error as unknown as Error;
  return data.rows.map((row) => ({ value: String(row["id"]), label: String(row[title] ?? row["id"]) }));
}

/** A row of another table, found by its name. */
function Reference({ table, name, names, value, onChange, id }: Props) {
  const { t, lang } = useWords();
  const [q, ask] = useState("");
  const target = targetOf(typeOf(table, name));
  const found = useQuery({ queryKey: ["seek", target, q], queryFn: () => seek(target, q) });
  const known = Object.entries(names?.[name] ?? {}).map(([value, said]) => ({ value, label: said[lang] }));
  const options = [...known, ...(found.data ?? []).filter((one) => !known.some(({ value }) => value === one.value))];
  return (
    <Select
      {...(id && { id })}
      allowClear
      showSearch={{ filterOption: false, onSearch: ask }}
      placeholder={t("tables_seek")}
      loading={found.isFetching}
      options={options}
      value={(value as string | null) ?? undefined}
      onChange={(next) => onChange?.(next ?? null)}
    />
  );
}

function Amount({ table, name, value, onChange, id }: Props) {
  const unit = unitOf(table, name);
  const fen = FEN[unit] ?? 1_000_000;
  return (
    <InputNumber<number>
      {...(id && { id })}
      suffix={unit}
      value={typeof value === "number" ? value / fen : null}
      onChange={(next) => onChange?.(next === null ? null : Math.round(next * fen))}
    />
  );
}

export function FieldInput(props: Props) {
  const { table, name, value, onChange, id } = props;
  const { t, pick } = useWords();
  const type = typeOf(table, name);
  const kind = kindOf(type);
  const at = id ? { id } : {};
  const choose = (options: { value: string | number | boolean; label: string }[]) => (
    <Select {...at} allowClear options={options as { value: string; label: string }[]} value={(value as string | null) ?? undefined}
      showSearch={{ optionFilterProp: "label" }} onChange={(next) => onChange?.(next ?? null)} />
  ); // prettier-ignore
  if (name === "level") return choose(([0, 1, 2] as const).map((n) => ({ value: n, label: t(`tables_level_${n}`) })));
  if (kind === "code")
    return choose(Object.entries(CODES[targetOf(type)] ?? {}).map(([value, said]) => ({ value, label: pick(said) })));
  if (kind === "bool") return choose([{ value: true, label: t("yes") }, { value: false, label: t("no") }]); // prettier-ignore
  if (kind === "place" || kind === "ref") return <Reference {...props} />;
  if (kind === "money") return <Amount {...props} />;
  if (kind === "int" || kind === "number")
    return (
      <InputNumber<number> {...at} value={(value as number | null) ?? null} {...(kind === "int" && { precision: 0 })}
        suffix={TABLES[table]?.fields[name]?.unit} onChange={(next) => onChange?.(next)} />
    ); // prettier-ignore
  const text = (value as string | null) ?? "";
  const long = kind === "json" || text.length > 60 || ["note", "text", "problem"].includes(name);
  const write = (event: { target: { value: string } }) => onChange?.(event.target.value || null);
  return long ? (
    <Input.TextArea {...at} value={text} autoSize={{ minRows: 1, maxRows: 10 }} spellCheck={false} onChange={write} />
  ) : (
    <Input
      {...at}
      value={text}
      onChange={write}
      {...(kind === "date" && { placeholder: name === "valid_from" ? t("tables_since_ever") : "2022-09-27" })}
    />
  );
}
