// Somebody was quicker: the row as it was, as you want it, as it is now; field by field one of the two is chosen.
import { Alert, Radio, Table, Tag } from "antd";
import { useState } from "react";
import { useWords } from "../../app/words";
import { Scrolling } from "../../parts/Scrolling";
import { moment } from "../../parts/values";
import { WhyForm, type Said } from "../../parts/Why";
import { Cell, titleOf, type Cells, type Names } from "../data/cells";

export interface View {
  base: Cells;
  mine: Cells;
  theirs: Cells;
  changed: string[];
  moved: string[];
  revision: number;
  /** Who wrote the version in force, when and why; absent for readers who may not know. */
  at?: string;
  actor?: string;
  reason?: string;
}

type Side = "mine" | "theirs";
interface Props {
  table: string;
  view: View;
  names?: Names | undefined;
  /** The reason given before the other change was seen. */
  reason?: string;
  onSave: (fields: Cells, said: Said) => Promise<unknown>;
}

function Mark({ name, view }: { name: string; view: View }) {
  const { t } = useWords();
  if (view.changed.includes(name)) return <Tag color="warning">{t("tables_both")}</Tag>;
  return <Tag>{t(view.moved.includes(name) ? "tables_only_theirs" : "tables_only_mine")}</Tag>;
}

function Open({ fields }: { fields: string[] }) {
  const { t, lang } = useWords();
  return <p role="status">{t("tables_choose_first", { fields: fields.join(lang === "zh" ? "、" : ", ") })}</p>;
}

/** Who changed the row meanwhile, when and why. */
function Other({ view }: { view: View }) {
  const { t } = useWords();
  if (!view.actor) return null;
  const at = view.at ? moment(view.at) : "";
  return (
    <>
      {t("tables_other", { actor: view.actor, at })} {view.reason && t("tables_other_why", { reason: view.reason })}
    </>
  );
}

export function ThreeWay({ table, view, names, reason = "", onSave }: Props) {
  const words = useWords();
  const { t } = words;
  const [chosen, choose] = useState<Record<string, Side>>({});
  const fields = Object.keys(view.base);
  const given = (name: string): Side => (name in view.mine ? "mine" : "theirs");
  const sideOf = (name: string): Side | null => chosen[name] ?? (view.changed.includes(name) ? null : given(name));
  const open = fields.filter((name) => sideOf(name) === null);
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
      <Alert type="warning" showIcon title={t("tables_conflict")} description={<Other view={view} />} role="alert" />
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
      <WhyForm
        onSay={save}
        reason={reason}
        confirm={t("tables_save_chosen")}
        disabled={open.length > 0}
        lead={open.length > 0 && <Open fields={open.map((name) => titleOf(table, name, words))} />}
      />
    </section>
  );
}
