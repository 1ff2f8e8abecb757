// Lights with the clause that lit them, and the lists the project is on with the reason of each.
import { Skeleton } from "antd";
import { Link } from "react-router";
import { useTo } from "../../app/view";
import { useWords } from "../../app/words";
import { Light, number } from "../../parts/values";
import type { Marks } from "./parts";

interface Lit {
  metric: string;
  clause: string | null;
  colour: string | null;
  period: string;
  reason: string;
  reason_en: string;
  exempt: string | null;
  escalation: string | null;
  rule: string;
}

export function Marked({ marks }: { marks: Marks | undefined }) {
  const { t, lang } = useWords();
  const to = useTo();
  if (!marks) return <Skeleton active paragraph={{ rows: 3 }} />;
  const lights = (marks.lights as unknown as Lit[]).filter(({ colour, reason }) => colour || reason);
  if (!lights.length && !marks.lists.length) return <p className="quiet">{t("projects_no_marks")}</p>;
  return (
    <ul className="marked">
      {lights.map((one) => (
        <li key={one.metric}>
          <Light colour={one.colour} />
          <span>
            {lang === "en" ? one.reason_en : one.reason}
            <span className="quiet"> · {one.period} · {one.rule} {one.clause}</span>
            {one.exempt && <span className="quiet"> · {t("projects_exempt", { why: one.exempt })}</span>}
          </span>
        </li>
      ))}
      {marks.lists.map((list) => (
        <li key={list.id}>
          <Link to={to(`/lists/${list.id}`)}>{list[lang]}</Link>
          <span>
            {(list.rows as { id: string; reason: string; reason_en: string }[]).map((row) => (
              <span key={row.id} className="reason">{lang === "en" ? row.reason_en : row.reason}</span>
            ))}
            <span className="quiet"> {t("projects_one_of", { n: number(list.count) })}</span>
          </span>
        </li>
      ))}
    </ul>
  ); // prettier-ignore
}
