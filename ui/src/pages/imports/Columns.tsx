// How each column was understood; what nobody knew can be told here.
import { Select } from "antd";
import { $api } from "../../api/client";
import { useWords } from "../../app/words";
import { Scrolling } from "../../parts/Scrolling";
import { PlainTable } from "./Paged";
import { Place } from "./Pages";
import type { Preview, Upload } from "./shapes";

interface Props {
  upload: Upload;
  preview: Preview;
  onMap: (mapping: Record<string, string>) => void;
}

const UNKNOWN = ["unknown-column", "near-column", "double-column", "month-amount", "period-unknown", "unit-unknown"];

interface Strange {
  place: string;
  title: string;
  sheet: string;
  cell: string;
}

/** Columns that wait for a meaning, and those that were given one by hand. */
function strange(preview: Preview, mapping: Record<string, string>): Strange[] {
  const found = preview.findings
    .filter(({ kind }) => UNKNOWN.includes(kind))
    .map(({ sheet, cell, value }) => ({ place: `${sheet}!${cell}`, title: value ?? "", sheet, cell }));
  const told = Object.keys(mapping)
    .filter((place) => !found.some((one) => one.place === place))
    .map((place) => ({ place, title: "", sheet: place.split("!")[0] ?? "", cell: place.split("!")[1] ?? "" }));
  return [...found, ...told];
}

export function Columns({ upload, preview, onMap }: Props) {
  const { t, table } = useWords();
  const open = strange(preview, upload.mapping);
  return (
    <div className="office-section">
      {open.length > 0 && !upload.round && <Unknown upload={upload} open={open} onMap={onMap} />}
      <Scrolling label={t("im_columns")}>
        <PlainTable
          rows={preview.columns}
          columns={[
            { key: "letters", title: t("im_column"), width: "4rem", cell: (one) => <code>{one.letters}</code> },
            { key: "title", title: t("im_title"), cell: (one) => one.title },
            {
              key: "meaning",
              title: t("im_meaning"),
              cell: (one) =>
                [one.table === preview.table ? "" : table(one.table), one.of, one.meaning].filter(Boolean).join(" · "),
            },
            { key: "unit", title: t("im_unit"), cell: (one) => one.unit || <span className="quiet">—</span> },
          ]}
        />
      </Scrolling>
    </div>
  );
}

function Unknown({ upload, open, onMap }: { upload: Upload; open: Strange[]; onMap: Props["onMap"] }) {
  const { t } = useWords();
  const { data } = $api.useQuery("get", "/api/imports/{id}/tables", { params: { path: { id: upload.id } } });
  const options = [
    { value: "", label: t("im_leave_out") },
    ...(data?.titles ?? []).map((title) => ({ value: title, label: title })),
  ];
  return (
    <Scrolling label={t("im_not_read")}>
      <PlainTable
        rows={open}
        columns={[
          { key: "at", title: t("im_at"), width: "9rem", cell: (one) => <Place sheet={one.sheet} cell={one.cell} /> },
          { key: "title", title: t("im_title"), cell: (one) => one.title || <span className="quiet">—</span> },
          {
            key: "map",
            title: t("im_meaning"),
            cell: (one) => (
              <Select
                showSearch={{ optionFilterProp: "label" }}
                placeholder={t("im_map_to")}
                value={upload.mapping[one.place] ?? null}
                options={options}
                disabled={!data}
                loading={!data}
                onChange={(title: string) => onMap({ ...upload.mapping, [one.place]: title })}
                style={{ width: "16rem" }}
                aria-label={`${t("im_map_to")} ${one.place}`}
              />
            ),
          },
        ]}
      />
    </Scrolling>
  );
}

export function Totals({ totals }: { totals: Preview["totals"] }) {
  const { t } = useWords();
  return (
    <Scrolling label={t("im_totals")}>
      <PlainTable
        rows={totals}
        columns={[
          { key: "at", title: t("im_at"), width: "9rem", cell: (one) => <Place sheet={one.sheet} cell={one.cell} /> },
          { key: "title", title: t("im_title"), cell: (one) => one.title },
          { key: "stated", title: t("im_stated"), right: true, cell: (one) => one.stated },
          { key: "summed", title: t("im_summed"), right: true, cell: (one) => one.summed },
          {
            key: "agrees",
            title: "",
            cell: (one) => (one.agrees ? t("im_agrees") : <span className="office-badge">{t("im_differs")}</span>),
          },
        ]}
      />
    </Scrolling>
  );
}
