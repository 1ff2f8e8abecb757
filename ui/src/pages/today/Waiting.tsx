// What waits for me: of the body chosen, or of all.
import { Select, Skeleton } from "antd";
import { Link } from "react-router";
import { $api } from "../../api/client";
import { useTo } from "../../app/view";
import { useWords, type Word } from "../../app/words";
import type { components } from "../../made/schema";
import { FaultNote } from "../../parts/FaultNote";
import { number } from "../../parts/values";

type Kind = components["schemas"]["WaitingKind"];
const PAGES: Record<string, string> = {
  proposals: "/reading",
  returns: "/rounds",
  conflicts: "/rounds",
  tasks: "/tasks",
};
const ROWS: Record<string, string> = {
  proposals: "/reading", tasks: "/tasks", letters: "/row/slips", papers: "/projects", renamed: "/projects",
}; // prettier-ignore

export function Waiting({ body, onBody }: { body: string; onBody: (body: string) => void }) {
  const { t, lang } = useWords();
  const { data, error } = $api.useQuery("get", "/api/today/waiting", { params: { query: body ? { body } : {} } });
  const bodies = (data?.bodies ?? []).map((one) => ({
    value: one.id,
    label: (lang === "en" && one.name_en) || one.name || one.id,
  }));
  return (
    <section className="block" aria-labelledby="waiting">
      <div className="block-head">
        <h2 id="waiting">{t("today_waiting")}</h2>
        <Select
          aria-label={t("today_body")}
          value={body || null}
          onChange={(chosen: string | null) => onBody(chosen ?? "")}
          allowClear
          showSearch={{ optionFilterProp: "label" }}
          placeholder={t("today_all_bodies")}
          options={bodies}
          className="body-choice"
        />
      </div>
      <FaultNote fault={error as Error | null} />
      {!data ? (
        <Skeleton active paragraph={{ rows: 5 }} />
      ) : data.items.length === 0 ? (
        <p className="no-data">{t("today_nothing_waits")}</p>
      ) : (
        data.items.map((one) => <Waits key={one.kind} kind={one} />)
      )}
    </section>
  );
}

function Waits({ kind }: { kind: Kind }) {
  const { t, lang } = useWords();
  const to = useTo();
  const page = kind.listing ? `/lists/${kind.listing}` : (PAGES[kind.kind] ?? "/");
  return (
    <div className="waits">
      <h3>
        <Link to={to(PAGES[kind.kind] ?? page)}>{t(`waits_${kind.kind}` as Word)}</Link>
        <span className="number">{number(kind.count)}</span>
      </h3>
      <ul>
        {kind.rows.map((row) => {
          const note = lang === "en" ? row.note_en : row.note;
          const late = row.days !== null && row.days > 0;
          return (
            <li key={row.id}>
              {ROWS[kind.kind] ? (
                <Link to={to(`${ROWS[kind.kind]}/${encodeURIComponent(row.id)}`)}>{row.name}</Link>
              ) : (
                row.name
              )}
              <span className="quiet"> {note}</span>
              {row.due && (
                <span className={late ? "late number" : "quiet number"}>
                  {" "}
                  {late ? t("today_days_late", { n: number(row.days) }) : t("today_due", { day: row.due })}
                </span>
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
