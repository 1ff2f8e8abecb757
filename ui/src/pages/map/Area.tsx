// The numbers of a drawn area: every figure opens what it is made of; then stages, lights, zones, counties, projects.
import { DownloadOutlined } from "@ant-design/icons";
import { Alert, Button, Dropdown, Skeleton, Tooltip } from "antd";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { address, api } from "../../api/client";
import { useTheme } from "../../app/theme";
import { useTo } from "../../app/view";
import { useWords } from "../../app/words";
import { FaultNote } from "../../parts/FaultNote";
import { Figure } from "../../parts/Figure";
import { Light, MadeUp, Money, Stage, exactMoney, money, number } from "../../parts/values";
import { unit as nameOfUnit } from "../lists/parts";
import type { AreaAnswer, AreaClass, AreaFigure, AreaShare } from "./answers";
import { useHere } from "./ask";
import { polygon, type Corner } from "./code";
import { options, type MapView } from "./view";

const FILES = ["xlsx", "csv", "geojson", "json", "parquet"];
const FEN = "分";
const UNITS: Record<string, string> = { projects: "", stations: "", persons: "" }; // the name of the figure says it

interface Props {
  corners: Corner[];
  view: MapView;
  onClear: () => void;
}

function useNumbers({ corners, view }: Props) {
  const here = useHere();
  const measures = view.measure ? [{ id: view.measure, options: options(view.options) }] : [];
  const body = { geometry: polygon(corners), measures };
  return useQuery({
    queryKey: ["area", view.area, measures, here],
    queryFn: async () => (await api.POST("/api/area", { body, params: { query: here } as never })).data as AreaAnswer,
  });
}

function Number({ one, answer }: { one: AreaFigure; answer: AreaAnswer }) {
  const { t, pick, lang } = useWords();
  const yuan = one.unit === FEN;
  const value = yuan ? money(one.value, lang) : one.value;
  const { places, cities } = answer.geography as { places: number; cities: number };
  const unit = yuan ? "" : (UNITS[one.unit] ?? nameOfUnit(t, one.unit));
  const scale = yuan ? 1 / 100 : 1; // parts of money in yuan
  return (
    <div className="map-figure">
      <dt>
        <Tooltip title={pick(one.how)}>
          <span tabIndex={0}>{pick(one)}</span>
        </Tooltip>{" "}
        <span className="unit">{unit}</span>
      </dt>
      <dd>
        <Figure
          value={value}
          what={unit ? `${pick(one)} (${unit})` : pick(one)}
          places={2}
          parts={{
            numerator: one.numerator === null ? null : one.numerator * scale,
            denominator: one.denominator === null ? null : one.denominator * scale,
            geography: t("map_geography", { n: places, cities }),
            day: answer.on,
            revision: answer.revision,
            source: [one.source, pick(one.how)].filter(Boolean).join(" · "),
            missing: one.missing ? { count: one.missing, why: one.why_missing && pick(one.why_missing) } : null,
          }}
        />
        {one.missing > 0 && one.why_missing && (
          <small className="quiet">{`${number(one.missing)} · ${pick(one.why_missing)}`}</small>
        )}
      </dd>
    </div>
  );
}

/** Money whose unit stands over the column: 亿元, in English millions; exact to the yuan under the pointer. */
function Short({ fen }: { fen: number }) {
  const { lang } = useWords();
  return (
    <td className="number" title={exactMoney(fen, lang)}>
      {lang === "zh" ? number(fen / 1e10, 2) : number(fen / 1e8, 0)}
    </td>
  );
}

function Classes({ title, classes }: { title: string; classes: AreaClass[] }) {
  const { t, pick } = useWords();
  const { mode } = useTheme();
  return (
    <table className="map-classes">
      <caption>{title}</caption>
      <thead>
        <tr>
          <th scope="col">{title}</th>
          <th scope="col">{t("map_how_many")}</th>
          <th scope="col">
            {t("map_plan")} <span className="unit">{t("map_money_unit")}</span>
          </th>
          <th scope="col">
            {t("map_paid")} <span className="unit">{t("map_money_unit")}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {classes
          .filter(({ projects }) => projects > 0)
          .map((one) => (
            <tr key={one.code}>
              <th scope="row">
                <span
                  className="swatch round"
                  style={{ background: mode === "dark" ? one.dark : one.colour }}
                  aria-hidden
                />
                {pick(one)}
              </th>
              <td className="number">{number(one.projects)}</td>
              <Short fen={one.plan} />
              <Short fen={one.paid} />
            </tr>
          ))}
      </tbody>
    </table>
  );
}

function Shares({ title, rows, list }: { title: string; rows: AreaShare[]; list: string }) {
  const { t, pick, code } = useWords();
  if (!rows.length) return null;
  return (
    <details>
      <summary>{`${title} (${rows.length})`}</summary>
      <ul className="map-shares">
        {rows.map((row) => (
          <li key={row.id}>
            <span>
              {pick({ zh: row.name ?? row.id, en: row.name_en ?? row.name ?? row.id })}{" "}
              {row.kind && <small className="quiet">{code(list, row.kind)}</small>}
            </span>
            <span className="number quiet">
              {row.share !== null && t("map_area_share", { n: number(100 * row.share) })}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}

function Projects({ answer }: { answer: AreaAnswer }) {
  const { t } = useWords();
  const to = useTo();
  if (!answer.total) return <p className="no-data">{t("map_area_none")}</p>;
  const items = FILES.map((kind) => ({
    key: kind,
    label: <a href={address(`/api/area/projects.${kind}`, { area: answer.area.code })} download>{`.${kind}`}</a>,
  }));
  return (
    <details>
      <summary>{t("map_area_first", { n: answer.projects.length, total: answer.total })}</summary>
      <Dropdown menu={{ items }} trigger={["click"]}>
        <Button size="small" icon={<DownloadOutlined />}>
          {t("map_area_download")}
        </Button>
      </Dropdown>
      <ol className="map-inside">
        {answer.projects.map((row) => (
          <li key={row.id}>
            <Link to={to(`/projects/${encodeURIComponent(row.id)}`)}>{row.name ?? row.id}</Link>
            <span className="more">
              <Stage stage={row.stage} /> {row.light && <Light colour={row.light} />} <Money fen={row.plan} />
            </span>
          </li>
        ))}
      </ol>
    </details>
  );
}

export function Area(props: Props) {
  const { t } = useWords();
  const { data, error } = useNumbers(props);
  return (
    <section className="map-area" aria-label={t("map_area")} aria-busy={!data && !error}>
      <header>
        <h2>
          {t("map_area")} <MadeUp synthetic={data?.made_up} />
        </h2>
        <Button size="small" onClick={props.onClear}>
          {t("map_area_clear")}
        </Button>
      </header>
      <FaultNote fault={error} />
      {!data && !error && <Skeleton active title={false} />}
      {data?.area.mended && <Alert type="info" showIcon title={t("map_area_mended")} />}
      {data && (
        <>
          <dl className="map-figures">
            {data.figures.map((one, n) => (
              <Number key={`${one.key}${n}`} one={one} answer={data} />
            ))}
          </dl>
          <Classes title={t("map_area_by_stage")} classes={data.stages} />
          <Classes title={t("map_area_by_light")} classes={data.lights} />
          <Shares title={t("map_area_zones")} rows={data.zones} list="collection_kinds" />
          <Shares title={t("map_area_counties")} rows={data.counties} list="place_kinds" />
          <Projects answer={data} />
        </>
      )}
    </section>
  );
}
