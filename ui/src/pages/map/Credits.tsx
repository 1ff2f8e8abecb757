// Under the map, on screen and on paper: who made the data, under which licence, and the approval number.
import { Popover } from "antd";
import { Button } from "antd";
import { useWords } from "../../app/words";
import type { Catalogue, Layer } from "./answers";

type Source = Layer["sources"][number];

function One({ source }: { source: Source }) {
  const { t, pick } = useWords();
  const quality = pick({ zh: source.quality["zh"] ?? "", en: source.quality["en"] ?? "" });
  const lines: [string, string | null][] = [
    [t("map_vintage"), source.vintage],
    [t("map_origin"), source.origin],
    [t("map_licence"), source.licence],
    [t("map_quality"), quality],
    [t("map_in_force"), source.since > "0001" ? `${source.since} – ${source.until ?? ""}` : source.until],
  ];
  return (
    <div className="map-source">
      <h3>{pick(source)}</h3>
      <dl className="parts">
        {lines.map(
          ([name, text]) =>
            text && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{text}</dd>
              </div>
            ),
        )}
      </dl>
    </div>
  );
}

export function Credits({ known, shown }: { known: Catalogue; shown: string[] }) {
  const { t } = useWords();
  const sources = known.layers.filter(({ id }) => shown.includes(id)).flatMap((layer) => layer.sources);
  const each = [...new Map(sources.map((source) => [source.id, source])).values()];
  const names = each.flatMap(({ attribution }) => (attribution ?? "").split(";")).map((name) => name.trim());
  const numbers = [known.approval_number, ...each.map(({ map_number }) => map_number)].filter(Boolean).join(" · ");
  return (
    <p className="map-credits">
      <span className="approval">{numbers ? t("map_approval", { number: numbers }) : t("map_approval_none")}</span>
      <span className="quiet">{[...new Set(names)].filter(Boolean).join(" · ")}</span>
      <Popover
        trigger="click"
        placement="topRight"
        content={
          <div className="map-sources">
            {each.map((source) => (
              <One key={source.id} source={source} />
            ))}
          </div>
        }
      >
        <Button type="link" size="small" className="no-print">
          {t("map_sources")}
        </Button>
      </Popover>
    </p>
  );
}
