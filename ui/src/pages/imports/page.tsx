// Imports: drop a workbook; what waits for a decision; empty templates.
import { DeleteOutlined, DownloadOutlined } from "@ant-design/icons";
import { Button, Popconfirm, Select, Skeleton } from "antd";
import { parseAsString } from "nuqs";
import { Link, useNavigate } from "react-router";
import { $api, address } from "../../api/client";
import { useSend } from "../../api/send";
import { useTo, useView } from "../../app/view";
import { TABLES, useWords, type Word } from "../../app/words";
import { FaultNote } from "../../parts/FaultNote";
import { Page } from "../../parts/Page";
import { Scrolling } from "../../parts/Scrolling";
import { moment } from "../../parts/values";
import { Drop } from "./Drop";
import "./office.css";
import { PlainTable } from "./Paged";
import type { Upload } from "./shapes";
import { useDropped } from "./useDropped";

const KB = 1024;

export function size(bytes: number): string {
  return bytes < KB * KB ? `${Math.max(1, Math.round(bytes / KB))} KB` : `${(bytes / KB / KB).toFixed(1)} MB`;
}

export function useTables() {
  const { table } = useWords();
  return Object.keys(TABLES)
    .map((name) => ({ value: name, label: table(name) }))
    .sort((one, other) => one.label.localeCompare(other.label, "zh"));
}

/** What became of an upload, in words. */
export function useOutcome() {
  const { t } = useWords();
  return (one: Upload) => t(`im_outcome_${one.outcome || "waiting"}` as Word, { n: one.written ?? "" });
}

export default function ImportsPage() {
  const { t, pick } = useWords();
  const to = useTo();
  const go = useNavigate();
  const tables = useTables();
  const [{ table, datum }, look] = useView({
    table: parseAsString.withDefault(""),
    datum: parseAsString.withDefault(""),
  });
  const { data, error } = $api.useQuery("get", "/api/imports");
  const { drop, reading, dropped } = useDropped("/api/imports", data?.largest);
  const begin = async (files: File[]) => {
    const [one] = await drop(files.slice(0, 1), { table, datum });
    if (one?.done) await go(to(`/imports/${one.done.upload.id}`));
  };
  const mb = Math.round((data?.largest ?? 0) / KB / KB) || 64;
  return (
    <Page title={t("imports")} lead={t("im_lead")}>
      <section className="office-section" aria-label={t("imports")}>
        <Drop
          onFiles={(files) => void begin(files)}
          lead={t("im_drop")}
          hint={t("im_drop_hint", { mb })}
          reading={reading}
        />
        <div className="office-line no-print">
          <label>
            {t("im_which_table")}
            <Select
              showSearch={{ optionFilterProp: "label" }}
              value={table}
              onChange={(name: string) => void look({ table: name || null })}
              options={[{ value: "", label: t("im_find_out") }, ...tables]}
              style={{ width: "14rem" }}
              aria-label={t("im_which_table")}
            />
          </label>
          <label>
            {t("im_datum")}
            <Select
              value={datum}
              onChange={(name: string) => void look({ datum: name || null })}
              options={[
                { value: "", label: t("im_datum_own") },
                ...(data?.datums ?? []).map((one) => ({ value: one.value, label: pick(one) })),
              ]}
              style={{ width: "16rem" }}
              aria-label={t("im_datum")}
            />
          </label>
        </div>
        {dropped.map((one) => one.fault && <FaultNote key={one.name} fault={one.fault} />)}
      </section>
      <section className="office-section">
        <h2>{t("im_waiting")}</h2>
        <FaultNote fault={error as Error | null} />
        {data ? <WaitingFiles rows={data.rows} days={data.days} /> : !error && <Skeleton active />}
      </section>
      <Templates tables={tables} chosen={table || "projects"} choose={(name) => void look({ table: name })} />
    </Page>
  );
}

function WaitingFiles({ rows, days }: { rows: Upload[]; days: number }) {
  const { t, table } = useWords();
  const to = useTo();
  const outcome = useOutcome();
  if (!rows.length) return <p className="quiet">{t("im_waiting_none")}</p>;
  return (
    <>
      <Scrolling label={t("im_waiting")}>
        <PlainTable
          rows={rows}
          columns={[
            { key: "name", title: t("im_file"), cell: (one) => <Link to={to(`/imports/${one.id}`)}>{one.name}</Link> },
            {
              key: "table",
              title: t("im_which_table"),
              cell: (one) => (one.round ? t("rounds_title") : table(one.table)),
            },
            { key: "size", title: t("im_size"), right: true, cell: (one) => size(one.size) },
            { key: "at", title: t("im_sent_at"), cell: (one) => <span className="number">{moment(one.at)}</span> },
            { key: "outcome", title: t("im_outcome"), cell: outcome },
            { key: "forget", title: "", right: true, cell: (one) => <Forget one={one} /> },
          ]}
        />
      </Scrolling>
      <p className="quiet">{t("im_kept_days", { n: days })}</p>
    </>
  );
}

export function Forget({ one, onDone }: { one: Upload; onDone?: () => void }) {
  const { t } = useWords();
  const send = useSend();
  const forget = () => send.mutateAsync({ path: `/api/imports/${one.id}`, method: "DELETE" }).then(onDone);
  return (
    <Popconfirm title={t("im_forget_sure")} onConfirm={() => forget()} okText={t("im_forget")}>
      <Button icon={<DeleteOutlined />} aria-label={`${t("im_forget")} ${one.name}`} title={t("im_forget")} />
    </Popconfirm>
  );
}

interface TemplatesProps {
  tables: { value: string; label: string }[];
  chosen: string;
  choose: (table: string) => void;
}

function Templates({ tables, chosen, choose }: TemplatesProps) {
  const { t } = useWords();
  return (
    <section className="office-section no-print">
      <h2>{t("im_templates")}</h2>
      <p className="quiet">{t("im_templates_lead")}</p>
      <div className="office-line">
        <Select
          showSearch={{ optionFilterProp: "label" }}
          value={chosen}
          onChange={choose}
          options={tables}
          style={{ width: "14rem" }}
          aria-label={t("im_templates")}
        />
        <Button icon={<DownloadOutlined />} href={address(`/api/templates/${chosen}.xlsx`)} download>
          {t("im_template_get")}
        </Button>
      </div>
    </section>
  );
}
