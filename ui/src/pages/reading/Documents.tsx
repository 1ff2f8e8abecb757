// Documents that were read, those that wait first of all visible by their number.
import { Checkbox, Input } from "antd";
import { parseAsBoolean, parseAsString } from "nuqs";
import { Link } from "react-router";
import { api } from "../../api/client";
import { useTo, useView } from "../../app/view";
import { useWords } from "../../app/words";
import { Rows, type RowsColumn } from "../../parts/Rows";
import { Day, MadeUp, number } from "../../parts/values";
import type { Document } from "./shapes";

const SORTS = ["-published", "published", "-open", "open", "title", "-title", "characters", "-characters"] as const;
type Sort = (typeof SORTS)[number];

const view = {
  q: parseAsString.withDefault(""),
  waiting: parseAsBoolean.withDefault(false),
  sort: parseAsString.withDefault("-published"),
};

function Share({ document }: { document: Document }) {
  const { t } = useWords();
  const all = document.open + document.accepted + document.rejected;
  const done = all - document.open;
  if (!all) return <span className="quiet">—</span>;
  return (
    <span title={t("reading_progress", { done, all })}>
      <span className="reading-share" aria-hidden>
        <span style={{ width: `${(100 * done) / all}%` }} />
      </span>{" "}
      <span className="number quiet">
        {done} / {all}
      </span>
    </span>
  );
}

function useColumns(): RowsColumn<Document>[] {
  const { t, code } = useWords();
  const to = useTo();
  const figure = { align: "right" as const, width: 90 };
  return [
    {
      key: "title", title: t("title"), width: 380, sortable: true,
      cell: (one) => (
        <>
          <Link to={to(`/reading/${encodeURIComponent(one.id)}`)}>
            <bdi>{one.title}</bdi>
          </Link>{" "}
          <MadeUp synthetic={one.synthetic} />
        </>
      ),
    },
    { key: "kind", title: t("kind"), width: 90, cell: (one) => code("document_kinds", one.kind) },
    { key: "publisher", title: t("reading_publisher"), width: 150, cell: (one) => <bdi>{one.publisher ?? "—"}</bdi> },
    { key: "published", title: t("reading_published"), width: 140, sortable: true, cell: (one) => <Day text={one.published} /> },
    { key: "characters", title: t("characters"), ...figure, sortable: true, cell: (one) => number(one.characters) },
    { key: "open", title: t("open"), ...figure, sortable: true, cell: (one) => <strong className="number">{one.open}</strong> },
    { key: "done", title: t("reading_done"), width: 170, cell: (one) => <Share document={one} /> },
  ]; // prettier-ignore
}

export function Documents() {
  const { t } = useWords();
  const [{ q, waiting, sort }, set] = useView(view);
  const order = SORTS.find((one) => one === sort) ?? ("-published" satisfies Sort);
  const columns = useColumns();
  const load = async (offset: number, limit: number) => {
    const query = { q, sort: order, offset, limit, ...(waiting && { state: ["open"] }) };
    const { data } = await api.GET("/api/documents", { params: { query } });
    return data ?? { rows: [], total: 0 };
  };
  return (
    <>
      <div className="reading-tools">
        <Input.Search
          allowClear
          aria-label={t("reading_seek_document")}
          placeholder={t("reading_seek_document")}
          defaultValue={q}
          maxLength={200}
          onSearch={(q) => void set({ q })}
        />
        <Checkbox checked={waiting} onChange={({ target }) => void set({ waiting: target.checked })}>
          {t("reading_only_waiting")}
        </Checkbox>
      </div>
      <Rows<Document>
        question={["documents", q, waiting, order]}
        load={load}
        columns={columns}
        rowKey={({ id }) => id}
        sort={order}
        onSort={(next) => void set({ sort: next || "-published" })}
        empty={t("reading_documents_empty")}
        label={t("reading_documents")}
      />
    </>
  );
}
