// Somebody was quicker: the row as it was, as you want it, as it is now; field by field one of the two is chosen.
import { Alert, Radio, Table, Tag } from "antd";
import { useState } from "react";
import { useWords } from "../../app/words";
import { Scrolling } from "../../parts/Scrolling";
import { WhyForm, type Said } from "../../parts/Why";
import { Cell, titleOf, type Cells, type Names } from "../data/cells";

export interface View {
  base: Cells;
  mine: Cells;
  theirs: Cells;
  changed: string[];
  moved: string[];
  revision: number;
}

type Side = "mine" | "theirs";
interface Props {
  table: string;
  view: View;
  names?: Names | undefined;
  onSave: (fields: Cells, said: Said) => Promise<unknown>;
}

function Mark({ name, view }: { name: string; view: View }) {
  const { t } = useWords();
  if (view.changed.includes(name)) return <Tag color="warning">{t("tables_both")}</Tag>;
  return <Tag>{t(view.moved.includes(name) ? "tables_only_theirs" : "tables_only_mine")}</Tag>;
}

export function ThreeWay({ table, view, names, onSave }: Props) {
  const words = useWords();
  const { t } = words;
  const [chosen, choose] = useState<Record<string, Side>>({});
  const fields = Object.keys(view.base);
  const sideOf = (name: string): Side => chosen[name] ?? (name in view.mine ? "mine" : "theirs");
  const cell = (name: string, value: unknown) => <Cell table={table} name={name} value={value} names={names} />;
  const radio = (name: string, side: Side) =>
    side in view && name in view[side] ? (
      <Radio
        checked={sideOf(name) === side}
        onChange={() => choose({ ...chosen, [name]: side })}
        aria-label={`${titleOf(table, name, words)}: ${t(`tables_${side}`)}`}
      >
        {cell(name, view[side][name])}
      </Radio>
    ) : (
      cell(name, view.theirs[name])
    );
  const save = (said: Said) => {
    const mine = fields.filter((name) => name in view.mine && sideOf(name) === "mine");
    return onSave(Object.fromEntries(mine.map((name) => [name, view.mine[name]])), said);
  };
  return (
    <section className="row-section" aria-label={t("tables_conflict")}>
      <Alert type="warning" showIcon title={t("tables_conflict")} role="alert" />
      <Scrolling label={t("tables_conflict")}>
        <Table
          className="three-way wide-table"
          size="small"
          pagination={false}
          rowKey="name"
          dataSource={fields.map((name) => ({ name }))}
          columns={[
            {
              title: t("tables_field"),
              width: 170,
              render: (_, { name }) => (
                <>
                  {titleOf(table, name, words)} <Mark name={name} view={view} />
                </>
              ),
            },
            { title: t("tables_base"), render: (_, { name }) => cell(name, view.base[name]) },
            { title: t("tables_mine"), render: (_, { name }) => (name in view.mine ? radio(name, "mine") : <span className="quiet">—</span>) },
            { title: t("tables_theirs"), render: (_, { name }) => radio(name, "theirs") },
          ]} // prettier-ignore
        />
      </Scrolling>
      <WhyForm onSay={save} confirm={t("tables_save_chosen")} />
    </section>
  );
}
