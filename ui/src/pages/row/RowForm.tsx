// A form made from the specification of a table; only what was changed is handed on.
import { Form, Input, type FormInstance } from "antd";
import { useEffect, useMemo } from "react";
import { useWords, TABLES } from "../../app/words";
import { WhyForm, type Said } from "../../parts/Why";
import { kindOf, SINCE_EVER, titleOf, typeOf, type Cells, type Names } from "../data/cells";
import { FieldInput } from "./inputs";

const DATE = /^\d{4}(-\d{2}(-\d{2})?)?$/;

/** A value as the form holds it: json as its text, a row in force since ever without a day. */
function held(value: unknown, type: string): unknown {
  if (value === SINCE_EVER && kindOf(type) === "date") return null;
  return kindOf(type) === "json" && value !== null && value !== undefined ? JSON.stringify(value) : (value ?? null);
}

export function changedFields(table: string, names: string[], form: Cells, before: Cells): Cells {
  const changed: Cells = {};
  for (const name of names) {
    const type = typeOf(table, name);
    const [now, then] = [form[name] ?? null, held(before[name], type)];
    if (now !== then) changed[name] = kindOf(type) === "json" && typeof now === "string" ? JSON.parse(now) : now;
  }
  return changed;
}

interface Props {
  table: string;
  names: string[];
  before: Cells;
  said?: Names | undefined;
  confirm: string;
  onSave: (fields: Cells, said: Said, source: string) => Promise<unknown>;
}

function useRules(table: string) {
  const { t } = useWords();
  return (name: string) => {
    const type = kindOf(typeOf(table, name));
    const needed = TABLES[table]?.fields[name]?.required ? [{ required: true, message: t("needed") }] : [];
    const date = type === "date" ? [{ pattern: DATE, message: t("tables_not_date") }] : [];
    const json = { validator: (_: unknown, text: unknown) => (isJson(text) ? Promise.resolve() : Promise.reject(new Error(t("tables_not_json")))) }; // prettier-ignore
    return [...needed, ...date, ...(type === "json" ? [json] : [])];
  };
}

function isJson(text: unknown): boolean {
  if (text === null || text === undefined || text === "") return true;
  try {
    JSON.parse(String(text));
    return true;
  } catch {
    return false;
  }
}

function Changed({ form, table, names, before }: Pick<Props, "table" | "names" | "before"> & { form: FormInstance }) {
  const { t } = useWords();
  const values = (Form.useWatch([], form) ?? {}) as Cells;
  const count = names.filter((name) => (values[name] ?? null) !== held(before[name], typeOf(table, name))).length;
  if (!count && Object.keys(before).length === 0) return null;
  return <p className="quiet">{count ? t("tables_changed_fields", { n: count }) : t("tables_no_change")}</p>;
}

export function RowForm({ table, names, before, said, confirm, onSave }: Props) {
  const words = useWords();
  const { t } = words;
  const [form] = Form.useForm<Cells>();
  const rules = useRules(table);
  const start = useMemo(
    () => Object.fromEntries(names.map((name) => [name, held(before[name], typeOf(table, name))])),
    [table, names, before],
  );
  useEffect(() => document.querySelector<HTMLElement>(".row-form input, .row-form textarea")?.focus(), []);
  const save = async (who: Said) => {
    const values = await form.validateFields();
    const fields = changedFields(table, names, values, before);
    await onSave(fields, who, String(values["source"] ?? ""));
  };
  return (
    <>
      <Form form={form} name="row" layout="vertical" initialValues={start} className="row-form" component="div">
        {names.map((name) => (
          <Form.Item key={name} name={name} label={titleOf(table, name, words)} rules={rules(name)}>
            <FieldInput table={table} name={name} names={said} />
          </Form.Item>
        ))}
        <Form.Item name="source" label={t("source")} extra={t("tables_source")}>
          <Input placeholder="statement:… / import:… / person:…" maxLength={400} />
        </Form.Item>
      </Form>
      <div className="row-end">
        <Changed form={form} table={table} names={names} before={before} />
        <WhyForm onSay={save} confirm={confirm} />
      </div>
    </>
  );
}
