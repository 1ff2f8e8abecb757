// Lights: what is lit in which colour, which turned, and for each the clause that lit it.
import { Drawer, Segmented, Skeleton } from "antd";
import { parseAsString } from "nuqs";
import { $api, api } from "../../api/client";
import { useView } from "../../app/view";
import { useWords } from "../../app/words";
import { Downloads } from "../../parts/Downloads";
import { FaultNote } from "../../parts/FaultNote";
import { Page } from "../../parts/Page";
import { Rows } from "../../parts/Rows";
import { Day, Light, number } from "../../parts/values";
import { Name, Reason, half, ownerName, type Row } from "./cells";
import { LightOf } from "./LightOf";
import { RuleLine, Turned } from "./parts";

const text = parseAsString.withDefault("");

export default function LightsPage() {
  const { t, lang, code } = useWords();
  const [view, set] = useView({ colour: text, q: text, sort: text, pick: text });
  const { data, error } = $api.useQuery("get", "/api/lights");
  const query = Object.fromEntries(
    Object.entries({ colour: view.colour, q: view.q, sort: view.sort }).filter(([, value]) => value),
  );
  const options = [
    { value: "", label: t("lists_every") },
    ...(data?.colours ?? []).map(({ colour, count }) => ({
      value: colour,
      label: <Light colour={colour} label={`${code("colours", colour)} ${number(count)}`} />,
    })),
  ];
  return (
    <Page
      title={t("lights")}
      lead={t("lights_lead")}
      revision={data?.revision}
      filters={view.colour && code("colours", view.colour)}
      actions={<Downloads path="/api/lists/lights" query={query} />}
    >
      <FaultNote fault={error as Error | null} />
      {!data ? (
        !error && <Skeleton active paragraph={{ rows: 10 }} />
      ) : (
        <>
          <RuleLine rule={data.rule} />
          <div className="filters">
            <Segmented
              aria-label={t("lights_light")}
              value={view.colour}
              options={options}
              onChange={(colour) => void set({ colour: colour || null })}
            />
          </div>
          <details className="entered">
            <summary>{t("lights_turned_title")}</summary>
            <Turned turned={data.turned} />
          </details>
          {data.missing.length > 0 && (
            <details className="entered">
              <summary>{t("lights_missing", { n: data.missing.length })}</summary>
              <ul>
                {data.missing.map((one) => (
                  <li key={one["id"]}>
                    <code>{one["id"]}</code> {half(one["why"] ?? "", lang)}
                  </li>
                ))}
              </ul>
            </details>
          )}
          <Rows<Row>
            label={t("lights")}
            question={["lights", query, data.revision, data.on, data.branch]}
            load={async (offset, limit) => {
              const asked = { ...query, offset, limit };
              const found = await api.GET("/api/lists/{id}", { params: { path: { id: "lights" }, query: asked } });
              return { rows: (found.data?.rows ?? []) as Row[], total: found.data?.total ?? 0 };
            }}
            rowKey={(row) => row.id}
            selected={view.pick}
            onPick={(row) => void set({ pick: row.id })}
            sort={view.sort}
            onSort={(sort) => void set({ sort: sort || null })}
            height={560}
            columns={[
              {
                key: "colour",
                title: t("lights_light"),
                width: 90,
                cell: (row) => <Light colour={row["colour"] as string} />,
              },
              { key: "name", title: t("lights_object"), width: 260, sortable: true, cell: (row) => <Name row={row} /> },
              { key: "reason", title: t("reason"), width: 260, cell: (row) => <Reason row={row} /> },
              {
                key: "clause",
                title: t("lights_clause"),
                width: 110,
                sortable: true,
                cell: (row) => String(row["clause"] ?? "—"),
              },
              {
                key: "period",
                title: t("lights_period"),
                width: 100,
                sortable: true,
                cell: (row) => <Day text={row["period"] as string} />,
              },
              { key: "owner", title: t("owner"), width: 180, sortable: true, cell: (row) => ownerName(row.owner, t) },
            ]}
          />
          <Drawer
            open={Boolean(view.pick)}
            onClose={() => void set({ pick: null })}
            title={t("lights_why")}
            size={Math.min(620, innerWidth)}
            destroyOnHidden
          >
            {view.pick && <LightOf object={view.pick} />}
          </Drawer>
        </>
      )}
    </Page>
  );
}
