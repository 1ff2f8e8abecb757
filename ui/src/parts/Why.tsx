// Nothing is written without who and why: a small form in front of every write. The name is remembered, the reason is not.
import { Button, Form, Input, Popover, type ButtonProps } from "antd";
import { useState, type ReactNode } from "react";
import { Fault } from "../api/client";
import { boot } from "../app/boot";
import { useWords } from "../app/words";
import { FaultNote } from "./FaultNote";

const NAME = "hechang.by";
export const rememberedName = () => boot.user || (localStorage.getItem(NAME) ?? "");
export const rememberName = (by: string) => localStorage.setItem(NAME, by);

export interface Said {
  by: string;
  why: string;
}

interface FormProps {
  /** Resolves when written; rejects with a Fault, which is shown here. */
  onSay: (said: Said) => Promise<unknown>;
  confirm?: string;
  reason?: string;
  /** What else the write would do, said before it is written. */
  lead?: ReactNode;
  /** Nothing can be written yet. */
  disabled?: boolean;
  onDone?: () => void;
}

export function WhyForm({ onSay, confirm, reason = "", lead, disabled = false, onDone }: FormProps) {
  const { t } = useWords();
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Error | null>(null);
  const say = async (said: Said) => {
    rememberName(said.by);
    setBusy(true);
    setFault(null);
    try {
      await onSay(said);
      onDone?.();
    } catch (error) {
      setFault(error instanceof Fault ? error : new Fault(0, "page", t("page_fault"), t("page_fault")));
    } finally {
      setBusy(false);
    }
  };
  const rules = [{ required: true, whitespace: true, message: t("needed") }];
  return (
    <Form<Said> layout="vertical" className="why" initialValues={{ by: rememberedName(), why: reason }} onFinish={say}>
      {lead}
      <Form.Item name="by" label={t("who")} rules={rules}>
        <Input maxLength={80} autoComplete="name" autoFocus={!rememberedName()} readOnly={Boolean(boot.user)} />
      </Form.Item>
      <Form.Item name="why" label={t("why")} rules={rules}>
        <Input.TextArea maxLength={400} autoSize={{ minRows: 2 }} autoFocus={Boolean(rememberedName())} />
      </Form.Item>
      <FaultNote fault={fault} />
      <Button type="primary" htmlType="submit" loading={busy} disabled={disabled}>
        {confirm ?? t("write_it")}
      </Button>
    </Form>
  );
}

/** A button that asks who and why before it writes. */
export function Why({
  children,
  onSay,
  confirm,
  reason,
  lead,
  ...button
}: ButtonProps & FormProps & { children: ReactNode }) {
  const [open, show] = useState(false);
  const form = (
    <WhyForm
      onSay={onSay}
      onDone={() => show(false)}
      lead={lead}
      {...(confirm && { confirm })}
      {...(reason && { reason })}
    />
  );
  return (
    <Popover open={open} onOpenChange={show} trigger="click" content={form} destroyOnHidden>
      <Button {...button}>{children}</Button>
    </Popover>
  );
}
