// One file: what it would do, what is wrong in it, back it goes annotated, or all of it is written.
import { DownloadOutlined } from "@ant-design/icons";
import { Alert, Button, Select, Skeleton } from "antd";
import { parseAsStringLiteral } from "nuqs";
import { useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { $api, Fault, address } from "../../api/client";
import { useSend } from "../../api/send";
import { useTo, useView } from "../../app/view";
import { useWords } from "../../app/words";
import { FaultNote } from "../../parts/FaultNote";
import { Page } from "../../parts/Page";
import { Why, type Said } from "../../parts/Why";
import { Drop } from "./Drop";
import { Forget, useOutcome, useTables } from "./page";
import "./office.css";
import { Changes, Findings, Fresh } from "./Pages";
import { Parts } from "./Parts";
import { Columns, Totals } from "./Columns";
import { MovedOn } from "./MovedOn";
import { movedIn, type Import, type Moved, type Preview, type Upload } from "./shapes";
import { useDropped } from "./useDropped";

const TABS = ["findings", "changes", "fresh", "columns", "totals"] as const;

export default function ImportPage() {
  const { id = "" } = useParams();
  const { t } = useWords();
  const { data, error } = $api.useQuery("get", "/api/imports/{id}", { params: { path: { id } } });
  if (error) return <Lost fault={error as Error} />;
  if (!data) return <Page title={t("imports")}>{<Skeleton active />}</Page>;
  return data.preview ? <Open key={id} data={data} preview={data.preview} /> : <Ended upload={data.upload} />;
}

function Lost({ fault }: { fault: Error }) {
  const { t } = useWords();
  const to = useTo();
  return (
    <Page title={t("imports")}>
      <FaultNote fault={fault} />
      <Link to={to("/imports")}>{t("im_go_list")}</Link>
    </Page>
  );
}

function Ended({ upload }: { upload: Upload }) {
  const { t, table } = useWords();
  const to = useTo();
  const outcome = useOutcome();
  return (
    <Page title={upload.name} lead={upload.round ? t("rounds_title") : table(upload.table)}>
      <Alert type={upload.outcome === "wrong" ? "warning" : "success"} showIcon title={outcome(upload)} role="status" />
      <p className="office-line">
        {upload.round ? (
          <Link to={to(`/rounds/${encodeURIComponent(upload.round)}`)}>{t("rounds_title")}</Link>
        ) : (
          <Link to={to(`/data/${upload.table}`)}>{t("im_view_table")}</Link>
        )}
        <Link to={to("/log")}>{t("im_view_log")}</Link>
        <Link to={to("/imports")}>{t("im_go_list")}</Link>
      </p>
    </Page>
  );
}

/** Writes the upload; cells that others changed meanwhile are kept for the page. */
function useCommit(upload: Upload, preview: Preview) {
  const send = useSend();
  const [moved, tell] = useState<Moved[]>([]);
  const commit = async (said: Said) => {
    try {
      await send.mutateAsync({ path: `/api/imports/${upload.id}/commit`, body: { ...said, seen: preview.revision } });
    } catch (error) {
      if (error instanceof Fault) tell(movedIn(error));
      throw error;
    }
  };
  return { commit, moved, forgive: () => tell([]) };
}

function Open({ data, preview }: { data: Import; preview: Preview }) {
  const { t, table } = useWords();
  const to = useTo();
  const go = useNavigate();
  const { upload } = data;
  const { commit, moved, forgive } = useCommit(upload, preview);
  const lead = upload.round ? t("im_of_round", { name: upload.round }) : table(upload.table);
  const back = () => go(to(upload.round ? `/rounds/${encodeURIComponent(upload.round)}` : "/imports"));
  return (
    <Page
      title={upload.name}
      lead={lead}
      revision={preview.revision_name}
      actions={
        <>
          <Button icon={<DownloadOutlined />} href={address(`/api/imports/${upload.id}/errors.xlsx`)} download>
            {t("im_back")}
          </Button>
          <Forget one={upload} onDone={() => void back()} />
          <Decide upload={upload} preview={preview} commit={commit} />
        </>
      }
    >
      <MovedOn moved={moved} onLook={forgive} id={upload.id} />
      <Standing preview={preview} />
      <Counts preview={preview} />
      <Again upload={upload} />
      <Inside upload={upload} preview={preview} />
    </Page>
  );
}

function Decide({
  upload,
  preview,
  commit,
}: {
  upload: Upload;
  preview: Preview;
  commit: (said: Said) => Promise<void>;
}) {
  const { t } = useWords();
  if (upload.round) {
    return (
      <Why
        type={preview.ready ? "primary" : "default"}
        onSay={commit}
        confirm={preview.ready ? t("im_take") : t("im_send_back")}
      >
        {preview.ready ? t("im_take") : t("im_send_back")}
      </Why>
    );
  }
  return (
    <Why type="primary" onSay={commit} confirm={t("im_write_confirm")} disabled={!preview.ready || preview.nothing_new}>
      {t("im_write")}
    </Why>
  );
}

function Standing({ preview }: { preview: Preview }) {
  const { t } = useWords();
  if (preview.faults)
    return <Alert type="warning" showIcon title={t("im_faults", { n: preview.faults })} role="status" />;
  if (preview.nothing_new) return <Alert type="info" showIcon title={t("im_nothing_new")} role="status" />;
  return <Alert type="success" showIcon title={t("im_ready")} role="status" />;
}

function Counts({ preview }: { preview: Preview }) {
  const { t } = useWords();
  const shown = ["new", "changed", "unchanged", "wrong", "ended", "cells"] as const;
  return (
    <dl className="office-counts">
      {shown
        .filter((name) => name !== "ended" || preview.counts[name])
        .map((name) => (
          <div key={name} className={preview.counts[name] ? "" : "none"}>
            <dt>{t(`im_${name}`)}</dt>
            <dd>{(preview.counts[name] ?? 0).toLocaleString("en-US")}</dd>
          </div>
        ))}
    </dl>
  );
}

/** The mended file takes the place of the first one; that one stays until the new one is read. */
function Again({ upload }: { upload: Upload }) {
  const { t } = useWords();
  const to = useTo();
  const go = useNavigate();
  const path = upload.round ? `/api/rounds/${encodeURIComponent(upload.round)}/take` : "/api/imports";
  const { drop, reading, dropped } = useDropped(path);
  const send = useSend();
  const again = async (files: File[]) => {
    const [one] = await drop(files.slice(0, 1), upload.round ? { body: upload.body } : { table: upload.table });
    if (!one?.done) return;
    await go(to(`/imports/${one.done.upload.id}`), { replace: true });
    await send.mutateAsync({ path: `/api/imports/${upload.id}`, method: "DELETE" });
  };
  return (
    <div>
      <Drop small onFiles={(files) => void again(files)} lead={t("im_drop_again")} reading={reading} />
      {dropped.map((one) => one.fault && <FaultNote key={one.name} fault={one.fault} />)}
    </div>
  );
}

function Inside({ upload, preview }: { upload: Upload; preview: Preview }) {
  const { t } = useWords();
  const first =
    preview.faults || !preview.counts["cells"] ? (preview.findings.length ? "findings" : "fresh") : "changes";
  const [{ tab }, look] = useView({ tab: parseAsStringLiteral(TABS) });
  const counted = (word: string, n: number) => (n ? `${word} ${n.toLocaleString("en-US")}` : word);
  const parts = [
    {
      key: "findings",
      label: counted(t("im_findings"), preview.faults + preview.warnings),
      show: () => <Findings id={upload.id} preview={preview} />,
    },
    {
      key: "changes",
      label: counted(t("im_changes"), preview.counts["cells"] ?? 0),
      show: () => <Changes id={upload.id} preview={preview} />,
    },
    {
      key: "fresh",
      label: counted(t("im_fresh"), preview.fresh.total),
      show: () => <Fresh id={upload.id} preview={preview} />,
    },
    {
      key: "columns",
      label: counted(t("im_columns"), preview.columns.length),
      show: () => <ColumnsTab upload={upload} preview={preview} />,
    },
    ...(preview.totals.length
      ? [
          {
            key: "totals",
            label: counted(t("im_totals"), preview.totals.length),
            show: () => <Totals totals={preview.totals} />,
          },
        ]
      : []),
  ];
  return (
    <Parts
      label={upload.name}
      chosen={tab ?? first}
      onChoose={(key) => void look({ tab: key as (typeof TABS)[number] })}
      parts={parts}
    />
  );
}

function ColumnsTab({ upload, preview }: { upload: Upload; preview: Preview }) {
  const { t } = useWords();
  const tables = useTables();
  const send = useSend<Import>();
  const put = (body: object) => send.mutate({ path: `/api/imports/${upload.id}`, method: "PUT", body });
  return (
    <div className="office-section">
      <FaultNote fault={send.error} />
      {!upload.round && (
        <div className="office-line no-print">
          <label>
            {t("im_which_table")}
            <Select
              showSearch={{ optionFilterProp: "label" }}
              value={upload.table}
              options={tables}
              loading={send.isPending}
              onChange={(name: string) => put({ table: name })}
              style={{ width: "14rem" }}
              aria-label={t("im_which_table")}
            />
          </label>
        </div>
      )}
      <Columns upload={upload} preview={preview} onMap={(mapping) => put({ mapping })} />
    </div>
  );
}
