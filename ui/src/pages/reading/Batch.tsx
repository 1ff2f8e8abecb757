// Deciding many at once: first what it would do, in numbers; then who and why; refused when the number has changed.
import { App, Button, Modal, Skeleton } from "antd";
import { useState } from "react";
import { $api } from "../../api/client";
import { useSend } from "../../api/send";
import { useWords } from "../../app/words";
import { FaultNote } from "../../parts/FaultNote";
import { WhyForm, type Said } from "../../parts/Why";
import { KINDS, type Done } from "./shapes";

interface Picked {
  kind?: (typeof KINDS)[number][];
  sure?: number;
  q?: string;
}

interface Props {
  verdict: "accept" | "reject";
  picked: Picked;
}

function Inside({ verdict, picked, close }: Props & { close: () => void }) {
  const { t, table, code } = useWords();
  const { message } = App.useApp();
  const send = useSend<Done>();
  const { data, error } = $api.useQuery("get", "/api/proposals/preview", { params: { query: picked } });
  if (!data) return error ? <FaultNote fault={error as Error} /> : <Skeleton active />;
  const kinds = Object.entries(data.kinds).map(([kind, n]) => `${code("proposal_kinds", kind)} ${n}`);
  const rows = Object.entries(data.would_make).map(([name, n]) => `${table(name)} ${n}`);
  const say = async (said: Said) => {
    const body = { ...said, ...picked, verdict, expect: data.number };
    const done = await send.mutateAsync({ path: "/api/proposals/decide", body });
    void message.success(t("reading_batch_done", { n: done.number }));
  };
  return (
    <>
      <dl className="parts batch">
        <div>
          <dt>{t("reading_batch_kinds")}</dt>
          <dd>{kinds.join(" · ")}</dd>
        </div>
        {verdict === "accept" && (
          <div>
            <dt>{t("reading_batch_rows")}</dt>
            <dd>{rows.join(" · ") || t("reading_batch_nothing")}</dd>
          </div>
        )}
      </dl>
      <WhyForm
        onSay={say}
        onDone={close}
        reason={t("reading_reason_batch")}
        confirm={t(`reading_batch_title_${verdict}`, { n: data.number })}
      />
    </>
  );
}

export function Batch({ verdict, picked }: Props) {
  const { t } = useWords();
  const [open, show] = useState(false);
  const title = t(`reading_all_${verdict}`);
  return (
    <>
      <Button onClick={() => show(true)}>{title}</Button>
      <Modal open={open} onCancel={() => show(false)} footer={null} title={title} destroyOnHidden width={440}>
        <Inside verdict={verdict} picked={picked} close={() => show(false)} />
      </Modal>
    </>
  );
}
