// Findings, changes and new rows of an import, page by page.
import { Segmented } from "antd";
import { parseAsString } from "nuqs";
import { api } from "../../api/client";
import { useView } from "../../app/view";
import { useWords } from "../../app/words";
import { Paged } from "./Paged";
import type { CellChange, Found, FreshRow, Preview } from "./shapes";

interface Props {
  id: string;
  preview: Preview;
}

const question = (id: string, preview: Preview, part: string) => [
  id,
  preview.revision,
  preview.table,
  part,
  preview.columns.length,
];

export function Place({ sheet, cell }: { sheet: string | null | undefined; cell: string | null | undefined }) {
  const place = [sheet, cell].filter(Boolean).join("!");
  return place ? <code>{place}</code> : <span className="quiet">—</span>;
}

export function Findings({ id, preview }: Props) {
  const { t, lang } = useWords();
  const [{ severity }, look] = useView({ severity: parseAsString.withDefault("") });
  const shown = severity === "error" || severity === "warning" ? severity : "";
  const load = (offset: number, limit: number) =>
    api
      .GET("/api/imports/{id}/findings", { params: { path: { id }, query: { severity: shown, offset, limit } } })
      .then(({ data }) => data!);
  const options = [
    { value: "", label: `${t("im_all_kinds")} ${preview.faults + preview.warnings}` },
    { value: "error", label: `${t("im_severity_error")} ${preview.faults}` },
    { value: "warning", label: `${t("im_severity_warning")} ${preview.warnings}` },
  ];
  return (
    <div>
      {preview.faults > 0 && preview.warnings > 0 && (
        <div className="office-kinds no-print">
          <Segmented options={options} value={shown} onChange={(value) => void look({ severity: value || null })} />
        </div>
      )}
      <Paged<Found>
        question={[...question(id, preview, "findings"), shown]}
        load={load}
        label={t("im_findings")}
        empty={t("im_no_findings")}
        columns={[
          { key: "at", title: t("im_at"), width: "9rem", cell: (one) => <Place sheet={one.sheet} cell={one.cell} /> },
          {
            key: "severity",
            title: "",
            width: "5rem",
            cell: (one) => (
              <span className="office-badge" data-severity={one.severity}>
                {one.severity === "error" ? t("im_severity_error") : t("im_severity_warning")}
              </span>
            ),
          },
          { key: "found", title: t("im_found"), cell: (one) => one[lang] },
          { key: "mend", title: t("im_mend"), cell: (one) => (lang === "zh" ? one.mend_zh : one.mend_en) },
        ]}
      />
    </div>
  );
}

export function Changes({ id, preview }: Props) {
  const { t } = useWords();
  const load = (offset: number, limit: number) =>
    api
      .GET("/api/imports/{id}/changes", { params: { path: { id }, query: { offset, limit } } })
      .then(({ data }) => data!);
  return (
    <Paged<CellChange>
      question={question(id, preview, "changes")}
      load={load}
      label={t("im_changes")}
      empty={t("im_no_changes")}
      columns={[
        { key: "at", title: t("im_at"), width: "9rem", cell: (one) => <Place sheet={one.sheet} cell={one.cell} /> },
        { key: "name", title: t("im_row"), cell: (one) => one.name ?? one.id },
        { key: "title", title: t("im_column"), cell: (one) => one.title ?? one.field },
        {
          key: "before",
          title: t("im_before"),
          cell: (one) => (
            <>
              {one.conflict && (
                <p className="quiet">
                  {t("im_base")}: {one.base || "—"}
                </p>
              )}
              <del>{one.before || "—"}</del>
              {one.conflict && <p className="office-badge">{t("im_conflict")}</p>}
            </>
          ),
        },
        { key: "after", title: t("im_after"), cell: (one) => <ins>{one.after || "—"}</ins> },
      ]}
    />
  );
}

export function Fresh({ id, preview }: Props) {
  const { t } = useWords();
  const load = (offset: number, limit: number) =>
    api.GET("/api/imports/{id}/rows", { params: { path: { id }, query: { offset, limit } } }).then(({ data }) => data!);
  const titles = Object.entries(preview.fresh.titles);
  return (
    <Paged<FreshRow>
      question={question(id, preview, "fresh")}
      load={load}
      label={t("im_fresh")}
      empty={t("im_no_fresh")}
      columns={[
        { key: "at", title: t("im_at"), width: "9rem", cell: (one) => <code>{one.cell}</code> },
        ...titles.map(([field, title]) => ({ key: field, title, cell: (one: FreshRow) => one.values[field] })),
      ]}
    />
  );
}
