// Letters 督办函 of a task: text, state, and the steps that may come.
import { Button, Checkbox, Form, Input, Popover } from "antd";
import { useState } from "react";
import { useSend } from "../../api/send";
import { useWords, type Word } from "../../app/words";
import type { components } from "../../made/schema";
import { day, Light } from "../../parts/values";
import { Why, WhyForm, type Said } from "../../parts/Why";

type One = components["schemas"]["OneTask"];
type Letter = components["schemas"]["SlipRow"];

export function Letters({ one }: { one: One }) {
  const { t } = useWords();
  const send = useSend();
  const open = one.letters.some(({ next }) => next.length > 0);
  return (
    <section className="office-section">
      <h2>{t("letters")}</h2>
      {!one.letters.length && <p className="quiet">{t("tk_letters_none")}</p>}
      {one.letters.map((letter) => (
        <OneLetter key={letter.id} letter={letter} />
      ))}
      {!open && one.row.colour && (
        <p className="no-print">
          <Why
            onSay={(said) =>
              send.mutateAsync({ path: "/api/slips", body: { ...said, only: [one.row.id], least: one.row.colour } })
            }
          >
            {t("tk_issue")}
          </Why>
        </p>
      )}
    </section>
  );
}

function OneLetter({ letter }: { letter: Letter }) {
  const { t, lang } = useWords();
  return (
    <article className="office-section">
      <p className="office-line">
        <strong>{letter.number}</strong>
        <Light colour={letter.colour} />
        <span>{t(`slip_${letter.state}` as Word)}</span>
        <span className="quiet">{t("tk_until", { day: day(letter.until, lang) })}</span>
      </p>
      <details>
        <summary>{t("tk_text")}</summary>
        <p className="office-letter">{lang === "zh" ? letter.text_zh : letter.text_en}</p>
      </details>
      {letter.answer && (
        <p>
          {t("tk_answer_text")}: {letter.answer}
        </p>
      )}
      <p className="office-line no-print">
        {letter.next.map((step) => (
          <Step key={step} letter={letter} step={step} />
        ))}
      </p>
    </article>
  );
}

const ASKS: Record<string, { name: string; word: Word }[]> = {
  answer: [
    { name: "text", word: "tk_answer_text" },
    { name: "evidence", word: "tk_evidence" },
  ],
  extend: [
    { name: "to", word: "tk_extend_to" },
    { name: "approver", word: "tk_approver" },
    { name: "reason", word: "tk_extend_reason" },
  ],
  recheck: [{ name: "result", word: "tk_recheck_result" }],
};

function Step({ letter, step }: { letter: Letter; step: string }) {
  const { t } = useWords();
  const send = useSend();
  const [open, show] = useState(false);
  const [given, give] = useState<Record<string, string>>({});
  const [fine, judge] = useState(true);
  const word = t(`slip_${step}` as Word);
  const path = `/api/slips/${encodeURIComponent(letter.number)}/${step}`;
  const file = (said: Said) =>
    send.mutateAsync({ path, body: { ...said, ...given, ...(step === "recheck" && { in_order: fine }) } });
  const asked = ASKS[step];
  if (!asked) return <Why onSay={file}>{word}</Why>;
  const form = (
    <div className="why">
      <Form layout="vertical" component="div">
        {asked.map(({ name, word }) => (
          <Form.Item key={name} label={t(word)} htmlFor={`${step}-${name}`}>
            <Input
              id={`${step}-${name}`}
              value={given[name] ?? ""}
              maxLength={2000}
              onChange={({ target }) => give({ ...given, [name]: target.value })}
            />
          </Form.Item>
        ))}
        {step === "recheck" && (
          <Checkbox checked={fine} onChange={({ target }) => judge(target.checked)}>
            {t("tk_in_order")}
          </Checkbox>
        )}
      </Form>
      <WhyForm onSay={file} onDone={() => show(false)} confirm={word} />
    </div>
  );
  return (
    <Popover open={open} onOpenChange={show} trigger="click" content={form} destroyOnHidden>
      <Button>{word}</Button>
    </Popover>
  );
}
