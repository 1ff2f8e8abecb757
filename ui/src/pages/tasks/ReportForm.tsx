// A report: period, progress, note, problem, evidence; who and why.
import { Form, Input, InputNumber } from "antd";
import { useState } from "react";
import { useSend } from "../../api/send";
import { boot } from "../../app/boot";
import { useWords } from "../../app/words";
import { WhyForm, type Said } from "../../parts/Why";

interface Report {
  period: string;
  progress: number | null;
  note: string;
  problem: string;
  evidence: string;
}

interface Props {
  id: string;
  period: string | null;
  onDone: () => void;
}

const EMPTY: Omit<Report, "period"> = { progress: null, note: "", problem: "", evidence: "" };

export function ReportForm({ id, onDone }: Props) {
  const { t } = useWords();
  const send = useSend();
  const [report, tell] = useState<Report>({ ...EMPTY, period: boot.day.slice(0, 7) });
  const write = (said: Said) =>
    send.mutateAsync({ path: `/api/tasks/${encodeURIComponent(id)}/reports`, body: { ...report, ...said } });
  const area = (name: "note" | "problem", label: string) => (
    <Form.Item label={label} htmlFor={`report-${name}`}>
      <Input.TextArea
        id={`report-${name}`}
        autoSize={{ minRows: 2 }}
        maxLength={2000}
        value={report[name]}
        onChange={({ target }) => tell({ ...report, [name]: target.value })}
      />
    </Form.Item>
  );
  return (
    <>
      <Form layout="vertical" component="div">
        <Form.Item label={t("tk_report_period")} htmlFor="report-period">
          <Input
            id="report-period"
            value={report.period}
            maxLength={10}
            onChange={({ target }) => tell({ ...report, period: target.value })}
          />
        </Form.Item>
        <Form.Item label={`${t("progress")} (%)`} htmlFor="report-progress">
          <InputNumber
            id="report-progress"
            min={0}
            max={100}
            value={report.progress}
            onChange={(progress) => tell({ ...report, progress })}
          />
        </Form.Item>
        {area("note", t("tk_note"))}
        {area("problem", t("problem"))}
        <Form.Item label={t("tk_evidence")} htmlFor="report-evidence">
          <Input
            id="report-evidence"
            value={report.evidence}
            maxLength={80}
            onChange={({ target }) => tell({ ...report, evidence: target.value })}
          />
        </Form.Item>
      </Form>
      <WhyForm onSay={write} onDone={onDone} confirm={t("write_it")} />
    </>
  );
}
