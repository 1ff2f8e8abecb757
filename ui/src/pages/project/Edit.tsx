// Change one field here: it is sent with the version the reader saw, so that nobody writes over a colleague unseen.
import { EditOutlined } from "@ant-design/icons";
import { Button, Input, Popover, Select } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { Fault } from "../../api/client";
import { useSend } from "../../api/send";
import { useTo } from "../../app/view";
import { CODES, TABLES, useWords } from "../../app/words";
import { WhyForm } from "../../parts/Why";
import type { One } from "./parts";

const WAN = 1_000_000;
const PLAIN = ["text", "date", "int", "number", "money"];

/** What is typed as the server takes it: money in whole 分, figures as figures, nothing as null. */
export function parsed(type: string, text: string): unknown {
  const said = text.trim();
  if (!said) return null;
  if (type === "money") return Math.round(Number(said.replace(/,/g, "")) * WAN);
  if (type === "int" || type === "number") return Number(said.replace(/,/g, ""));
  return said;
}

const written = (type: string, value: unknown) =>
  type === "money" && value !== null ? String(Number(value) / WAN) : String(value ?? "");

function Inside({ one, field, type, onDone }: { one: One; field: string; type: string; onDone: () => void }) {
  const words = useWords();
  const to = useTo();
  const send = useSend();
  const [text, write] = useState(written(type, one.row[field]));
  const [stale, mark] = useState(false);
  const id = String(one.row["id"]);
  const path = `/api/tables/projects/${encodeURIComponent(id)}`;
  const save = async ({ by, why }: { by: string; why: string }) => {
    const value = parsed(type, text);
    if (typeof value === "number" && !Number.isFinite(value))
      throw new Fault(0, "input", "请填写数字", "Write a number");
    await send
      .mutateAsync({
        path,
        method: "PATCH",
        body: { by, why, fields: { [field]: value } },
        ifMatch: Number(one.row["revision"]),
      })
      .catch((fault: unknown) => {
        mark(fault instanceof Fault && fault.status === 409);
        throw fault;
      });
  };
  const codes = type.startsWith("code:") ? CODES[type.slice(5)] : undefined;
  const label = words.field("projects", field);
  return (
    <div className="field-edit">
      {codes ? (
        <Select
          aria-label={label}
          value={text}
          onChange={write}
          options={Object.entries(codes).map(([value, said]) => ({ value, label: words.pick(said) }))}
        />
      ) : (
        <Input
          aria-label={label}
          value={text}
          maxLength={1000}
          onChange={(event) => write(event.target.value)}
          suffix={type === "money" ? "万元" : undefined}
        />
      )}
      <WhyForm onSay={save} onDone={onDone} />
      {stale && <Link to={to(`/row/projects/${encodeURIComponent(id)}`)}>{words.t("projects_see_conflict")}</Link>}
    </div>
  );
}

export function Edit({ one, field }: { one: One; field: string }) {
  const { t, field: title } = useWords();
  const [open, show] = useState(false);
  const type = TABLES["projects"]?.fields[field]?.type ?? "";
  if (!PLAIN.includes(type) && !type.startsWith("code:")) return null;
  return (
    <Popover
      trigger="click"
      open={open}
      onOpenChange={show}
      title={title("projects", field)}
      destroyOnHidden
      content={<Inside one={one} field={field} type={type} onDone={() => show(false)} />}
    >
      <Button
        type="text"
        size="small"
        icon={<EditOutlined />}
        aria-label={`${t("projects_edit")}: ${title("projects", field)}`}
      />
    </Popover>
  );
}
