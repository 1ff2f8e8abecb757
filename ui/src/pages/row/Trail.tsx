// What happened to a row, field by field: who, when, why, from what to what; one field goes back with a reason.
import { App, Button, Select, Skeleton, Table } from "antd";
import { $api } from "../../api/client";
import { useSend } from "../../api/send";
import { boot } from "../../app/boot";
import { useWords } from "../../app/words";
import type { components } from "../../made/schema";
import { FaultNote } from "../../parts/FaultNote";
import { Scrolling } from "../../parts/Scrolling";
import { moment } from "../../parts/values";
import { Why } from "../../parts/Why";
import { Cell, titleOf, type Names } from "../data/cells";
import type { TableName } from "../data/table";

export type Event = components["schemas"]["FieldEvent"];

export function useTrail(table: string, id: string) {
  return $api.useQuery("get", "/api/tables/{table}/{id}/history", {
    params: { path: { table: table as TableName, id } },
  });
}

interface Props {
  table: string;
  id: string;
  names?: Names | undefined;
  field: string;
  onField: (field: string) => void;
}

function What({ table, event, names }: { table: string; event: Event; names?: Names | undefined }) {
  const { t } = useWords();
  if (event.op === "made") return <>{t("tables_row_made")}</>;
  if (event.op === "ended") return <>{t("tables_row_ended")}</>;
  const cell = (value: unknown) => <Cell table={table} name={event.field} value={value} names={names} />;
  return (
    <span className="clip">
      <del>{cell(event.old)}</del> → <ins>{cell(event.new)}</ins>
    </span>
  );
}

/** Events whose field nobody changed again since: these can be taken back. */
function newest(rows: Event[]): Set<Event> {
  const seen = new Set<string>();
  const found = new Set<Event>();
  for (const event of rows) {
    if (event.op !== "changed" || event.field === "op" || event.field === "valid_from") continue;
    if (!seen.has(event.field)) found.add(event);
    seen.add(event.field);
  }
  return found;
}

function Back({ table, id, event }: { table: string; id: string; event: Event }) {
  const { t } = useWords();
  const { message } = App.useApp();
  const send = useSend();
  const path = `/api/tables/${table}/${encodeURIComponent(id)}/undo`;
  const back = async (said: { by: string; why: string }) => {
    const { revision } = await send.mutateAsync({
      path,
      body: { ...said, field: event.field, revision: event.revision },
    });
    void message.success(t("tables_taken_back", { n: revision }));
  };
  return (
    <Why size="small" onSay={back} confirm={t("tables_take_back")}>
      {t("tables_take_back")}
    </Why>
  );
}

export function Trail({ table, id, names, field, onField }: Props) {
  const words = useWords();
  const { t } = words;
  const { data, error } = useTrail(table, id);
  if (error) return <FaultNote fault={error as Error} />;
  if (!data) return <Skeleton active />;
  const last = newest(data.rows);
  const fields = [...new Set(data.rows.filter(({ op }) => op === "changed").map((event) => event.field))];
  const title = (name: string) => titleOf(table, name, words);
  const shown = field ? data.rows.filter((event) => event.field === field) : data.rows;
  if (data.rows.length === 0) return <p className="no-data">{t("tables_history_none")}</p>;
  return (
    <>
      {fields.length > 0 && (
        <div className="tables-bar">
          <Select
            aria-label={t("tables_field")}
            value={field}
            popupMatchSelectWidth={false}
            options={[
              { value: "", label: t("tables_history_all") },
              ...fields.map((value) => ({ value, label: title(value) })),
            ]}
            onChange={onField}
          />
          {field && (
            <Button type="text" onClick={() => onField("")}>
              {t("tables_clear")}
            </Button>
          )}
        </div>
      )}
      <Scrolling label={t("history")}>
        <Table<Event>
          className="row-events wide-table"
          size="small"
          rowKey={(event) => `${event.revision} ${event.field} ${event.valid_from}`}
          dataSource={shown}
          pagination={{ pageSize: 20, hideOnSinglePage: true }}
          columns={[
            { title: t("at"), dataIndex: "at", width: 140, render: moment },
            { title: t("tables_field"), width: 130, render: (_, event) => (event.op === "changed" ? title(event.field) : "—") },
            { title: t("tables_from_to"), render: (_, event) => <What table={table} event={event} names={names} /> },
            { title: t("who"), dataIndex: "actor", width: 110 },
            { title: t("why"), dataIndex: "reason", width: 180 },
            { title: t("revision"), dataIndex: "revision", width: 70, align: "right", className: "number" },
            ...(boot.reader === "public" ? [] : [{ title: "", width: 130, render: (_: unknown, event: Event) => last.has(event) && <Back table={table} id={id} event={event} /> }]),
          ]} // prettier-ignore
        />
      </Scrolling>
    </>
  );
}
