// A new row of any table, by the same form as an edit.
import { App } from "antd";
import { useMemo } from "react";
import { useSend } from "../../api/send";
import { useWords } from "../../app/words";
import { ownFields } from "../data/cells";
import { RowForm } from "./RowForm";

const NOTHING = {};

export function NewRow({ table, onMade }: { table: string; onMade: (id: string) => void }) {
  const { t } = useWords();
  const { message } = App.useApp();
  const send = useSend<{ revision: number; id: string }>();
  const names = useMemo(() => ownFields(table).map(([name]) => name), [table]);
  return (
    <RowForm
      table={table}
      names={names}
      before={NOTHING}
      confirm={t("tables_new")}
      onSave={async (fields, said, source) => {
        const made = await send.mutateAsync({ path: `/api/tables/${table}`, body: { ...said, source, fields } });
        void message.success(t("tables_made"));
        onMade(made.id);
      }}
    />
  );
}
