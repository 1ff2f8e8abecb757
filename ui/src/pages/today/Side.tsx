// Beside the changes: lights by colour and which turned, the round under way, the first measure.
import { Progress, Skeleton } from "antd";
import { Link } from "react-router";
import { $api } from "../../api/client";
import { useTo } from "../../app/view";
import { useWords } from "../../app/words";
import { FaultNote } from "../../parts/FaultNote";
import { Figure } from "../../parts/Figure";
import { Light, number } from "../../parts/values";
import { Turned } from "../lists/parts";

export function Lights() {
  const { t } = useWords();
  const to = useTo();
  const { data, error } = $api.useQuery("get", "/api/lights");
  return (
    <section className="block" aria-labelledby="lights-now">
      <h2 id="lights-now">
        <Link to={to("/lights")}>{t("lights")}</Link>
      </h2>
      <FaultNote fault={error as Error | null} />
      {!data ? (
        <Skeleton active paragraph={{ rows: 3 }} />
      ) : (
        <>
          <ul className="colours">
            {data.colours.map(({ colour, count }) => (
              <li key={colour}>
                <Link to={to("/lights", { colour })}>
                  <Light colour={colour} /> <strong className="number">{number(count)}</strong>
                </Link>
              </li>
            ))}
          </ul>
          <Turned turned={data.turned} />
        </>
      )}
    </section>
  );
}

export function RoundNow() {
  const { t } = useWords();
  const to = useTo();
  const { data, error } = $api.useQuery("get", "/api/today/round");
  const total = data?.total;
  return (
    <section className="block" aria-labelledby="round-now">
      <h2 id="round-now">{t(data && !data.open ? "today_last_round" : "today_round")}</h2>
      <FaultNote fault={error as Error | null} />
      {!data ? (
        <Skeleton active paragraph={{ rows: 2 }} />
      ) : !data.round || !total ? (
        <p className="no-data">{t("today_no_round")}</p>
      ) : (
        <>
          <p>
            <Link to={to(`/rounds/${data.round.id}`)}>{data.round.name}</Link>{" "}
            <span className="quiet">{t("today_due", { day: data.round.due ?? "—" })}</span>
          </p>
          <Progress
            percent={Math.round((100 * (total["taken"] ?? 0)) / Math.max(1, total["bodies"] ?? 1))}
            format={() => `${total["taken"]} / ${total["bodies"]}`}
            aria-label={t("today_taken")}
            status="normal"
            strokeColor="var(--accent)"
          />
          <p className="quiet">
            {t("today_round_counts", {
              late: number(total["late"]),
              questions: number(total["questions"]),
              conflicts: number(total["conflicts"]),
            })}
          </p>
        </>
      )}
    </section>
  );
}

export function Measure({ id = "rail-reach" }: { id?: string }) {
  const { t, lang } = useWords();
  const to = useTo();
  const { data, error } = $api.useQuery("get", "/api/figures/measure/{id}", { params: { path: { id } } });
  if (error) return <FaultNote fault={error as Error} />;
  if (!data) return <Skeleton active paragraph={{ rows: 2 }} />;
  const among = lang === "zh" ? data.denominator_zh : data.denominator_en;
  const why = data.missing.rows.length ? String(data.missing.rows[0]?.["why"] ?? "") : null;
  const geography = data.geography as { places: number; cities: number };
  return (
    <section className="block" aria-labelledby="measure-now">
      <h2 id="measure-now">
        <Link to={to("/map", { measure: id })}>{data[lang]}</Link>
      </h2>
      <p>
        <Figure
          large
          value={data.value}
          unit={data.unit}
          what={data[lang]}
          parts={{
            numerator: data.numerator,
            denominator: data.denominator,
            geography: t("today_geography", { places: geography.places, cities: geography.cities }),
            day: data.on,
            revision: data.revision,
            source: data.source,
            missing: { count: data.missing.count, why },
            rows: `/map?measure=${id}`,
          }}
        />
        <span className="quiet">
          {number(data.denominator)} {among}
          {data.missing.count > 0 && ` · ${t("today_missing", { n: data.missing.count })}`}
        </span>
      </p>
    </section>
  );
}
