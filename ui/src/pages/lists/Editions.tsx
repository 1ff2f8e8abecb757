// The editions kept of a list: one opens beside the list, with what came, stayed and left, and why.
import { Drawer, Select, Skeleton } from "antd";
import { $api, api } from "../../api/client";
import { useWords } from "../../app/words";
import { FaultNote } from "../../parts/FaultNote";
import { Rows } from "../../parts/Rows";
import { number } from "../../parts/values";
import { half, ownerName } from "./cells";

interface Kept {
  id: string;
  name: string | null;
  owner: string | null;
  reason: string | null;
  reason_en: string | null;
  change: string;
}

export function Editions({
  id,
  edition,
  onEdition,
}: {
  id: string;
  edition: string;
  onEdition: (edition: string) => void;
}) {
  const { t } = useWords();
  const { data } = $api.useQuery("get", "/api/lists/{id}/editions", { params: { path: { id } } });
  if (!data?.editions.length) return null;
  const options = data.editions.map((one) => ({ value: one.edition, label: `${one.edition} (${number(one.count)})` }));
  return (
    <>
      <Select
        aria-label={t("lists_editions")}
        placeholder={t("lists_editions")}
        value={edition || null}
        options={options}
        allowClear
        onChange={(chosen: string | null) => onEdition(chosen ?? "")}
        className="choice"
      />
      <Drawer
        open={Boolean(edition)}
        onClose={() => onEdition("")}
        title={t("lists_edition_of", { edition })}
        size={Math.min(820, innerWidth)}
        destroyOnHidden
      >
        {edition && <One id={id} edition={edition} />}
      </Drawer>
    </>
  );
}

function One({ id, edition }: { id: string; edition: string }) {
  const { t, lang } = useWords();
  const { data, error } = $api.useQuery("get", "/api/lists/{id}/editions/{edition}", {
    params: { path: { id, edition }, query: { limit: 1 } },
  });
  if (error) return <FaultNote fault={error as Error} />;
  if (!data) return <Skeleton active />;
  const { changes, against } = data;
  return (
    <div className="edition">
      <p>
        {t("lists_edition_rests", { day: data.edition.day, revision: data.edition.of_revision, n: number(data.total) })}
        <br />
        <code>{data.edition.hash.slice(0, 16)}</code>
      </p>
      {against && (
        <p>
          {t("lists_edition_moved", {
            edition: against.edition,
            new: number(changes.new.length),
            stayed: number(changes.stayed.length),
            left: number(changes.left.length),
          })}
        </p>
      )}
      {changes.left.length > 0 && (
        <details className="entered">
          <summary>{t("lists_left_since", { n: changes.left.length, edition: against?.edition ?? "" })}</summary>
          <ul className="lines">
            {changes.left.slice(0, 200).map((one) => (
              <li key={one.id}>
                <span>{one.name}</span>
                <span className="quiet">{half(one.why, lang)}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
      <Rows<Kept>
        label={t("lists_edition_of", { edition })}
        question={["edition", id, edition, data.revision]}
        load={async (offset, limit) => {
          const found = await api.GET("/api/lists/{id}/editions/{edition}", {
            params: { path: { id, edition }, query: { offset, limit } },
          });
          return { rows: (found.data?.rows ?? []) as unknown as Kept[], total: found.data?.total ?? 0 };
        }}
        rowKey={(row) => row.id}
        columns={[
          { key: "name", title: t("project"), width: 230, cell: (row) => row.name },
          {
            key: "reason",
            title: t("reason"),
            width: 260,
            cell: (row) => (lang === "en" ? row.reason_en : row.reason) ?? row.reason,
          },
          { key: "owner", title: t("owner"), width: 150, cell: (row) => ownerName(row.owner, t) },
          {
            key: "change",
            title: t("lists_moved"),
            width: 90,
            cell: (row) => (row.change === "new" ? <strong>{t("lists_is_new")}</strong> : ""),
          },
        ]}
      />
    </div>
  );
}
