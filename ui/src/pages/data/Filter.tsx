// Filters of a table: words to search, a condition made of field, relation and value, and CQL2 for everything else.
import { PlusOutlined, QuestionCircleOutlined } from "@ant-design/icons";
import { Button, Form, Input, Popover, Select } from "antd";
import { useState } from "react";
import { CODES, useWords, type Word } from "../../app/words";
import { isNumber, kindOf, ownFields, targetOf, titleOf, typeOf } from "./cells";

const HOW = ["is", "is_not", "contains", "at_least", "at_most", "empty", "not_empty"] as const;
type How = (typeof HOW)[number];
interface Condition {
  field: string;
  how: How;
  value?: string;
}

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** A value as CQL2 writes it: money as it is read, in 万元. */
function literal(value: string, type: string): string {
  const kind = kindOf(type);
  if (kind === "money") return `wan(${Number(value)})`;
  if (isNumber(type)) return String(Number(value));
  if (kind === "bool") return value === "true" ? "TRUE" : "FALSE";
  return quoted(value);
}

export function written({ field, how, value = "" }: Condition, type: string): string {
  if (how === "empty") return `${field} IS NULL`;
  if (how === "not_empty") return `${field} IS NOT NULL`;
  if (how === "contains") return `${field} LIKE ${quoted(`%${value.replaceAll(/[\\%_]/g, "\\$&")}%`)}`;
  const sign = { is: "=", is_not: "<>", at_least: ">=", at_most: "<=" }[how];
  return `${field} ${sign} ${literal(value, type)}`;
}

function relations(type: string): How[] {
  const kind = kindOf(type);
  if (kind === "bool") return ["is"];
  if (kind === "code") return ["is", "is_not", "empty", "not_empty"];
  if (isNumber(type) || kind === "date") return ["is", "is_not", "at_least", "at_most", "empty", "not_empty"];
  return ["contains", "is", "is_not", "empty", "not_empty"];
}

function ValueInput({
  type,
  ...rest
}: {
  type: string;
  value?: string;
  onChange?: (value: string) => void;
  id?: string;
}) {
  const { t, pick } = useWords();
  const kind = kindOf(type);
  if (kind === "code" || kind === "bool") {
    const known = Object.entries(CODES[targetOf(type)] ?? {}).map(([value, name]) => ({ value, label: pick(name) }));
    const yesNo = ["true", "false"].map((value) => ({ value, label: t(value === "true" ? "yes" : "no") }));
    return <Select {...rest} options={kind === "bool" ? yesNo : known} aria-label={t("tables_value")} showSearch={{ optionFilterProp: "label" }} />; // prettier-ignore
  }
  const { onChange, ...others } = rest;
  return (
    <Input {...others} maxLength={200} suffix={kind === "money" ? <span className="unit">万元</span> : null}
      onChange={(event) => onChange?.(event.target.value)} />
  ); // prettier-ignore
}

function Maker({ table, onMade }: { table: string; onMade: (text: string) => void }) {
  const words = useWords();
  const { t } = words;
  const [form] = Form.useForm<Condition>();
  const field = Form.useWatch("field", form) ?? "";
  const how = Form.useWatch("how", form);
  const type = typeOf(table, field);
  const fields = ownFields(table).map(([value]) => ({ value, label: titleOf(table, value, words) }));
  const number = isNumber(type) ? [{ pattern: /^-?\d+(\.\d+)?$/, message: t("needed") }] : [];
  const made = (condition: Condition) => {
    onMade(written(condition, typeOf(table, condition.field)));
    form.resetFields();
  };
  return (
    <Form form={form} layout="vertical" className="tables-maker" onFinish={made}>
      <Form.Item name="field" label={t("tables_field")} rules={[{ required: true, message: t("needed") }]}>
        <Select showSearch={{ optionFilterProp: "label" }} options={fields}
          onChange={(name: string) => form.setFieldsValue({ how: relations(typeOf(table, name))[0]!, value: "" })} />
      </Form.Item>
      <Form.Item name="how" label={t("tables_how")} rules={[{ required: true, message: t("needed") }]}>
        <Select options={relations(type).map((value) => ({ value, label: t(`tables_${value}` as Word) }))} />
      </Form.Item>
      {!how?.includes("empty") && (
        <Form.Item name="value" label={t("tables_value")} rules={[{ required: true, message: t("needed") }, ...number]}>
          <ValueInput type={type} />
        </Form.Item>
      )}
      <Button type="primary" htmlType="submit">
        {t("tables_add")}
      </Button>
    </Form>
  ); // prettier-ignore
}

function Help() {
  const { t } = useWords();
  const lines: Word[] = ["tables_filter_hint", "tables_help_names", "tables_help_money", "tables_help_dates", "tables_help_space"]; // prettier-ignore
  const inside = (
    <ul className="tables-help">
      {lines.map((word) => (
        <li key={word}>{t(word)}</li>
      ))}
    </ul>
  );
  return (
    <Popover trigger="click" title={t("tables_help")} content={inside}>
      <Button type="text" icon={<QuestionCircleOutlined />} aria-label={t("tables_help")} />
    </Popover>
  );
}

interface Props {
  table: string;
  q: string;
  filter: string;
  onChange: (next: { q?: string; filter?: string }) => void;
}

export function Filter({ table, q, filter, onChange }: Props) {
  const { t } = useWords();
  const [words, setWords] = useState(q);
  const [text, setText] = useState(filter);
  const [kept, keep] = useState({ q, filter });
  if (kept.q !== q || kept.filter !== filter) {
    keep({ q, filter });
    setWords(q);
    setText(filter);
  }
  const add = (made: string) => onChange({ filter: filter ? `(${filter}) AND ${made}` : made });
  return (
    <div className="tables-bar">
      <Input.Search className="tables-search" aria-label={t("tables_search")} placeholder={t("tables_search")}
        value={words} maxLength={200} onChange={(event) => setWords(event.target.value)} onSearch={(said) => onChange({ q: said })} />
      <Popover trigger="click" placement="bottomLeft" content={<Maker table={table} onMade={add} />} destroyOnHidden>
        <Button icon={<PlusOutlined />}>{t("tables_add_condition")}</Button>
      </Popover>
      <form
        className="tables-cql"
        onSubmit={(event) => {
          event.preventDefault();
          onChange({ filter: text.trim() });
        }}
      >
        <Input aria-label={t("tables_filter")} placeholder={t("tables_filter_hint")} value={text} maxLength={8000}
          spellCheck={false} onChange={(event) => setText(event.target.value)} />
        <Button htmlType="submit" disabled={text.trim() === filter}>
          {t("tables_apply")}
        </Button>
        {filter && (
          <Button type="text" onClick={() => onChange({ filter: "" })}>
            {t("tables_clear")}
          </Button>
        )}
        <Help />
      </form>
    </div>
  ); // prettier-ignore
}
