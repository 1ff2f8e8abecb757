// Click a row: the sentence or the cell that proves it, who entered it, and every version of it.
import { Button, Descriptions, Drawer, Skeleton, Timeline } from "antd";
import { useRef, useState, type ReactNode } from "react";
import { Link } from "react-router";
import { $api } from "../api/client";
import { useTo } from "../app/view";
import { useWords } from "../app/words";
import type { paths } from "../made/schema";
import { FaultNote } from "./FaultNote";
import { moment } from "./values";

type TableName = paths["/api/evidence/{table}/{id}"]["get"]["parameters"]["path"]["table"];

interface Version {
  revision: number;
  at: string;
  actor: string | null;
  reason: string | null;
  op: string;
  changed: Record<string, [unknown, unknown]>;
}

interface Proved {
  kind: string;
  text: string | null;
  document: string | null;
  title: string | null;
  sheet?: string;
  cell?: string;
  actor: string | null;
  at?: string;
  reason?: string;
  revision: number;
  around?: { before: string; hit: string; after: string };
  history: Version[];
}

const said = (value: unknown) =>
  value === null || value === undefined ? "—" : typeof value === "object" ? JSON.stringify(value) : String(value);

export function History({ table, versions }: { table: string; versions: Version[] }) {
  const { field } = useWords();
  const items = versions.map((version) => ({
    key: `${version.revision}`,
    content: (
      <>
        <p className="quiet">
          {moment(version.at)} · {version.actor ?? "—"} · {version.revision}
        </p>
        <p>{version.reason}</p>
        <dl className="changes">
          {Object.entries(version.changed).map(([name, [old, now]]) => (
            <div key={name}>
              <dt>{field(table, name)}</dt>
              <dd>
                <del>{said(old)}</del> → <ins>{said(now)}</ins>
              </dd>
            </div>
          ))}
        </dl>
      </>
    ),
  }));
  return <Timeline items={items} />;
}

export function Inside({ table, id }: { table: string; id: string }) {
  const { t } = useWords();
  const to = useTo();
  const { data, error } = $api.useQuery("get", "/api/evidence/{table}/{id}", {
    params: { path: { table: table as TableName, id } },
  });
  if (error) return <FaultNote fault={error as Error} />;
  if (!data) return <Skeleton active />;
  const proof = data as unknown as Proved;
  const around = proof.around;
  const place = [proof.sheet, proof.cell].filter(Boolean).join("!");
  return (
    <div className="proof">
      {around?.hit ? (
        <blockquote>
          {around.before}
          <mark>{around.hit}</mark>
          {around.after}
        </blockquote>
      ) : (
        proof.text && <blockquote>{proof.text}</blockquote>
      )}
      <Descriptions
        column={1}
        size="small"
        items={[
          { label: t("source"), children: proof.title ?? t("person") },
          ...(place ? [{ label: t("cell"), children: <code>{place}</code> }] : []),
          { label: t("who"), children: proof.actor ?? "—" },
          { label: t("why"), children: proof.reason ?? "—" },
          { label: t("at"), children: moment(proof.at) },
          { label: t("revision"), children: proof.revision },
        ]}
      />
      <p className="links">
        <Link to={to(`/row/${table}/${encodeURIComponent(id)}`)}>{t("open_row")}</Link>
        {proof.document && <Link to={to(`/reading/${encodeURIComponent(proof.document)}`)}>{t("open_document")}</Link>}
      </p>
      <h3>{t("history")}</h3>
      <History table={table} versions={proof.history} />
    </div>
  );
}

/** A link that opens the proof of a row in a drawer. */
export function Proof({ table, id, children }: { table: string; id: string; children?: ReactNode }) {
  const { t } = useWords();
  const [open, show] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const close = () => {
    show(false);
    setTimeout(() => button.current?.focus()); // the drawer itself does not, where it is closed while it opens
  };
  return (
    <>
      <Button ref={button} type="link" size="small" className="proof-link" onClick={() => show(true)}>
        {children ?? t("proof")}
      </Button>
      <Drawer open={open} onClose={close} title={t("proof")} size={Math.min(520, innerWidth)} destroyOnHidden>
        <Inside table={table} id={id} />
      </Drawer>
    </>
  );
}
