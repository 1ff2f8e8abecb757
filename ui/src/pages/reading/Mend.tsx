// Mending a proposal: its fields as a form made from their types; only what was changed is sent.
import { Button, Form, Input, InputNumber, Select } from "antd";
import { useEffect } from "react";
import { CODES, useWords } from "../../app/words";
import type { Field, Proposal } from "./shapes";

type Values = Record<string, unknown>;

interface Props {
  proposal: Proposal;
  fields: Field[];
  busy: boolean;
  onSave: (fields: Values) => void;
  onCancel: () => void;
}

const listOf = (type: string) => (type.startsWith("code:") ? type.slice(5) : "");

function Control({ field, ...rest }: { field: Field }) {
  const { t, code } = useWords();
  const codes = listOf(field.type);
  if (codes) {
    const options = Object.keys(CODES[codes] ?? {}).map((value) => ({ value, label: code(codes, value) }));
    return <Select {...rest} options={options} allowClear={!field.required} />;
  }
  if (field.type === "list") return <Select {...rest} mode="tags" maxCount={30} placeholder={t("reading_list_hint")} />;
  if (field.type === "number") return <InputNumber {...rest} className="wide" />;
  return <Input {...rest} maxLength={400} {...(field.type === "date" && { placeholder: t("reading_date_hint") })} />;
}

const same = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
const plain = (value: unknown) => (value === "" || value === undefined ? null : value);

export function Mend({ proposal, fields, busy, onSave, onCancel }: Props) {
  const { t, pick } = useWords();
  const [form] = Form.useForm<Values>();
  const first = fields[0]?.name ?? "";
  useEffect(() => {
    (form.getFieldInstance(first) as { focus?: () => void } | undefined)?.focus?.();
  }, [form, first]);
  const save = (values: Values) => {
    const changed = Object.entries(values).filter(([name, value]) => !same(plain(value), proposal.fields[name]));
    onSave(Object.fromEntries(changed.map(([name, value]) => [name, plain(value)])));
  };
  const rules = [{ required: true, message: t("needed") }];
  return (
    <Form<Values>
      form={form}
      className="mend"
      layout="horizontal"
      labelCol={{ flex: "6.5rem" }}
      labelAlign="left"
      colon={false}
      initialValues={proposal.fields}
      onFinish={save}
      onKeyDown={(event) => {
        if (event.key === "Escape" && !event.defaultPrevented) onCancel();
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.submit();
      }}
    >
      {fields.map((field) => (
        <Form.Item key={field.name} name={field.name} label={pick(field)} {...(field.required && { rules })}>
          <Control field={field} />
        </Form.Item>
      ))}
      <div className="actions">
        <Button type="primary" htmlType="submit" loading={busy}>
          {t("reading_save_mended")}
        </Button>
        <Button onClick={onCancel}>
          {t("reading_cancel")} <kbd>Esc</kbd>
        </Button>
      </div>
    </Form>
  );
}
