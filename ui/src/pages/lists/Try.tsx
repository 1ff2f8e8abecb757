// Another threshold: who comes, who leaves, and why, while one types; then with who and why it becomes the rule.
import { InputNumber, Segmented } from "antd";
import { useDeferredValue } from "react";
import { Link } from "react-router";
import { $api, api } from "../../api/client";
import { useSend } from "../../api/send";
import { useTo } from "../../app/view";
import { useWords } from "../../app/words";
import type { components } from "../../made/schema";
import { FaultNote } from "../../parts/FaultNote";
import { Proof } from "../../parts/Proof";
import { Rows } from "../../parts/Rows";
import { Why } from "../../parts/Why";
import { number } from "../../parts/values";
import { Name, type Row } from "./cells";
import { unit } from "./parts";
import type { SetView } from "./list";

type About = components["schemas"]["ListAbout"];
type Moving = components["schemas"]["MovedRow"] & Row;
type Other = components["schemas"]["MovedList"];
type Which = "new" | "left" | "stayed";
const TABS = ["new", "left", "stayed"] as const;

interface Props {
  id: string;
  about: About;
  value: string;
  which: string;
  set: SetView;
}

export function Try({ id, about, value, which, set }: Props) {
  const { t, lang } = useWords();
  const one = about.parameters[0]!;
  const asked = useDeferredValue(value);
  const tried = asked !== "" && Number(asked) !== one.value;
  return (
    <section className={tried ? "try" : "try no-print"} aria-label={t("lists_try")}>
      <label>
        <span>{t("lists_try")}</span> {one[lang]}{" "}
        <InputNumber
          min={0}
          max={100_000}
          value={value === "" ? (one.value as number) : Number(value)}
          onChange={(next) => void set({ try: next === null || next === one.value ? null : String(next) })}
          aria-label={`${t("lists_try")} ${one[lang]}`}
        />{" "}
        <span className="quiet">{unit(t, one.unit)}</span>
      </label>
      {tried ? (
        <Effect id={id} name={one.name} value={asked} which={which as Which | ""} set={set} about={about} />
      ) : (
        <span className="quiet">{t("lists_try_hint")}</span>
      )}
    </section>
  );
}

interface EffectProps {
  id: string;
  name: string;
  value: string;
  /** Empty: nobody chose, the first that has rows is shown. */
  which: Which | "";
  set: SetView;
  about: About;
}

function Effect({ id, name, value, which: chosen, set, about }: EffectProps) {
  const { t, lang } = useWords();
  const { mutateAsync } = useSend();
  const query = { [name]: value };
  const { data, error } = $api.useQuery(
    "get",
    "/api/lists/{id}/try",
    { params: { path: { id }, query: { limit: 1, ...query } } },
    { placeholderData: (before) => before },
  );
  if (error) return <FaultNote fault={error as Error} />;
  if (!data) return <span className="quiet">{t("opening")}</span>;
  const counts = { new: data.new_count, left: data.left_count, stayed: data.stayed_count };
  const which = chosen || (TABS.find((one) => counts[one] > 0) ?? "new");
  const options = TABS.map((one) => ({
    value: one,
    label: `${t(`lists_would_${one}`)} ${number(counts[one])}`,
  }));
  return (
    <div className="effect">
      <p aria-live="polite">
        {t("lists_would", { before: number(data.before), after: number(data.after) })}{" "}
        <Segmented value={which} options={options} onChange={(next) => void set({ which: next })} />
        <Why
          type="primary"
          lead={data.others.length > 0 && <Others others={data.others} />}
          onSay={async ({ by, why }) => {
            await mutateAsync({ path: `/api/lists/${id}/rule`, body: { by, why, values: { [name]: Number(value) } } });
            await set({ try: null, which: null });
          }}
        >
          {t("lists_make_rule")}
        </Why>
      </p>
      {data.others.length > 0 && <Others others={data.others} />}
      {counts[which] > 0 && (
        <Rows<Moving>
          label={t(`lists_would_${which}`)}
          question={["try", id, value, which, about.revision, about.on]}
          load={async (offset, limit) => {
            const found = await api.GET("/api/lists/{id}/try", {
              params: { path: { id }, query: { which, offset, limit, ...query } },
            });
            return { rows: (found.data?.rows ?? []) as Moving[], total: found.data?.total ?? 0 };
          }}
          rowKey={(row) => row.id}
          height={220}
          columns={[
            { key: "name", title: t("project"), width: 260, cell: (row) => <Name row={row} /> },
            {
              key: "why",
              title: t("lists_why_moves"),
              width: 460,
              cell: (row) => <span title={row[`why_${lang}`]}>{row[`why_${lang}`]}</span>,
            },
            {
              key: "proof",
              title: t("proof"),
              width: 80,
              cell: (row) => row.proof && <Proof table={row.proof.table} id={row.proof.id} />,
            },
          ]}
        />
      )}
    </div>
  );
}

/** The same value of the same rule is in other lists as well: they move with it. */
function Others({ others }: { others: Other[] }) {
  const { t, lang } = useWords();
  const to = useTo();
  return (
    <div className="others">
      <strong>{t("lists_others_move")}</strong>
      <ul>
        {others.map((one) => (
          <li key={one.id}>
            <Link to={to(`/lists/${one.id}`)}>{one[lang]}</Link>{" "}
            {t("lists_other_moves", { before: number(one.before), after: number(one.after) })}
          </li>
        ))}
      </ul>
    </div>
  );
}
