// What the reader has picked on the map or in the list: the row itself, and the ways on from it.
import { AimOutlined, CloseOutlined } from "@ant-design/icons";
import { Button, Skeleton } from "antd";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { useTo } from "../../app/view";
import { useWords } from "../../app/words";
import { FaultNote } from "../../parts/FaultNote";
import { Figure } from "../../parts/Figure";
import { Light, MadeUp, Money, Stage, number } from "../../parts/values";
import type { Layer, MapMeasure, MapRow, MapRows } from "./answers";
import { useAsk } from "./ask";
import type { Picked } from "./view";

const TABLES: Record<string, string> = { stations: "stops", collections: "collections", projects: "projects" };

interface Props {
  picked: Picked;
  layer: Layer | undefined;
  measure: MapMeasure | undefined;
  onGo: (row: MapRow) => void;
  onClose: () => void;
}

function Said({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Project({ row }: { row: MapRow }) {
  const { t, pick } = useWords();
  const place = pick({ zh: row.place_name ?? "—", en: row.place_name_en ?? row.place_name ?? "—" });
  const where = row.of ? t(`map_of_${row.of as "own" | "place" | "above"}`) : t("map_no_point");
  return (
    <dl className="parts">
      <Said name={t("map_stage_and_light")}>
        <Stage stage={row.stage} /> <Light colour={row.light} />
      </Said>
      <Said name={t("map_plan")}>
        <Money fen={row.plan} />
      </Said>
      <Said name={t("map_paid")}>
        <Money fen={row.paid} />
      </Said>
      <Said name={t("place")}>
        {place}
        <br />
        <small className="quiet">{where}</small>
      </Said>
    </dl>
  );
}

function Place({ row, measure }: { row: MapRow; measure: MapMeasure | undefined }) {
  const { t, pick, code } = useWords();
  const found = measure?.rows.find(({ id }) => id === row.id);
  const list = row.members === null ? "place_kinds" : "collection_kinds";
  const lines = [
    row.kind && code(list, row.kind),
    row.people !== null && t("map_people", { n: number(row.people) }),
    row.members !== null && t("map_members", { n: row.members, m: row.drawn ?? 0 }),
  ];
  return (
    <>
      <p className="quiet">{lines.filter(Boolean).join(" · ")}</p>
      {measure && found && (
        <div className="map-measured">
          <span>{pick(measure.measure)}</span>
          <Figure
            value={found.value}
            unit={pick(measure.measure.unit)}
            what={pick(measure.measure)}
            parts={{
              numerator: found.numerator,
              denominator: found.denominator,
              geography: pick({ zh: row.name ?? "", en: row.name_en ?? row.name ?? "" }),
              day: measure.on,
              revision: measure.revision,
              source: measure.measure.source,
              missing: found.why_missing ? { count: 1, why: found.why_missing } : null,
            }}
          />
        </div>
      )}
    </>
  );
}

export function Card({ picked, layer, measure, onGo, onClose }: Props) {
  const { t, pick } = useWords();
  const to = useTo();
  const { data, error } = useAsk<MapRows>(`/api/map/rows/${encodeURIComponent(picked.layer)}`, { id: picked.id });
  const row = data?.rows[0];
  const name = row && pick({ zh: row.name ?? row.id, en: row.name_en ?? row.name ?? row.id });
  const table = TABLES[picked.layer] ?? layer?.table ?? "features";
  return (
    <section className="map-card" aria-live="polite">
      <header>
        <div>
          <small className="quiet">{layer && pick(layer)}</small>
          <h3>
            {name ?? picked.id} <MadeUp synthetic={row?.synthetic} />
          </h3>
        </div>
        <Button type="text" size="small" icon={<CloseOutlined />} aria-label={t("map_let_go")} onClick={onClose} />
      </header>
      <FaultNote fault={error as Error | null} />
      {!data && !error && <Skeleton active paragraph={{ rows: 2 }} title={false} />}
      {row && (picked.layer === "projects" ? <Project row={row} /> : <Place row={row} measure={measure} />)}
      {row && (
        <footer>
          {picked.layer === "projects" ? (
            <Link to={to(`/projects/${encodeURIComponent(row.id)}`)}>{t("map_open_page")}</Link>
          ) : (
            <Link to={to(`/row/${table}/${encodeURIComponent(row.id)}`)}>{t("map_open_row")}</Link>
          )}
          {row.lon !== null && (
            <Button type="link" size="small" icon={<AimOutlined />} onClick={() => onGo(row)}>
              {t("map_go_there")}
            </Button>
          )}
        </footer>
      )}
    </section>
  );
}
