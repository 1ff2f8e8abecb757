// What is on the map: layers with their sources, the colour of projects, a measure of counties, flows.
import { BlockOutlined } from "@ant-design/icons";
import { Button, Checkbox, InputNumber, Popover, Segmented, Select, Input } from "antd";
import { useWords } from "../../app/words";
import type { Catalogue, Layer, MapFlows } from "./answers";
import { useAsk } from "./ask";
import { options, type MapView, type SetView } from "./view";

interface Props {
  known: Catalogue;
  view: MapView;
  set: SetView;
}

function Line({ layer, view, set }: { layer: Layer; view: MapView; set: SetView }) {
  const { t, pick } = useWords();
  const shown = view.layers.includes(layer.id);
  const turn = () => set({ layers: shown ? view.layers.filter((id) => id !== layer.id) : [...view.layers, layer.id] });
  const source = layer.sources[0];
  const more = [
    source?.vintage,
    source?.licence,
    layer.without_shape > 0 && t("map_without_shape", { n: layer.without_shape }),
  ];
  return (
    <li>
      <Checkbox checked={shown} onChange={turn} disabled={layer.rows === 0}>
        {pick(layer)} <span className="unit">{t("map_rows_shape", { n: layer.rows })}</span>
      </Checkbox>
      <small className="quiet">{more.filter(Boolean).join(" · ")}</small>
    </li>
  );
}

function Options({ known, view, set }: Props) {
  const { t, pick } = useWords();
  const card = known.measures.find(({ id }) => id === view.measure);
  const given = options(view.options);
  const put = (name: string, value: string) => {
    const made = new URLSearchParams({ ...given, [name]: value });
    if (!value) made.delete(name);
    set({ options: made.toString() });
  };
  if (!card?.options.length) return null;
  return (
    <div className="map-options" role="group" aria-label={t("map_options")}>
      {card.options.map(({ name, type, default: first, choices, zh, en }) => (
        <label key={name}>
          <span className="quiet">{pick({ zh, en })}</span>
          {type === "int" || type === "float" ? (
            <InputNumber
              size="small"
              value={Number(given[name] ?? first)}
              onChange={(value) => put(name, value === null || value === first ? "" : String(value))}
            />
          ) : choices.length ? (
            <Select
              size="small"
              value={given[name] ?? String(first)}
              options={choices.map((one) => ({ value: one.value, label: pick(one) }))}
              onChange={(value) => put(name, value === first ? "" : value)}
            />
          ) : (
            <Input
              size="small"
              defaultValue={given[name] ?? ""}
              placeholder={String(first ?? "")}
              onBlur={({ target }) => put(name, target.value)}
              onPressEnter={({ currentTarget }) => put(name, currentTarget.value)}
            />
          )}
        </label>
      ))}
    </div>
  );
}

function Flows({ view, set }: Props) {
  const { t, pick } = useWords();
  const { data } = useAsk<MapFlows>("/api/map/flows");
  const kinds = data?.kinds ?? [];
  if (!kinds.length) return null;
  return (
    <section>
      <h3>{t("map_flows")}</h3>
      <Select
        aria-label={t("map_flows")}
        value={view.flows}
        onChange={(flows) => set({ flows })}
        options={[
          { value: "", label: t("map_no_flows") },
          ...kinds.map((kind) => ({ value: kind.code, label: pick(kind) })),
        ]}
      />
    </section>
  );
}

function Choices(props: Props) {
  const { known, view, set } = props;
  const { t, pick } = useWords();
  const ways = (["stage", "light"] as const).map((value) => ({ value, label: t(`map_by_${value}`) }));
  return (
    <div className="map-choices">
      <section>
        <h3>{t("map_colour_by")}</h3>
        <Segmented value={view.by} options={ways} onChange={(by) => set({ by, only: "", page: 1 })} />
      </section>
      <section>
        <h3>{t("map_choropleth")}</h3>
        <Select
          aria-label={t("map_choropleth")}
          value={view.measure}
          onChange={(measure) => set({ measure, options: "" })}
          options={[
            { value: "", label: t("map_no_measure") },
            ...known.measures.map((one) => ({ value: one.id, label: pick(one) })),
          ]}
        />
        <Options {...props} />
      </section>
      <Flows {...props} />
      <section>
        <h3>{t("map_layers")}</h3>
        <ul>
          {known.layers
            .filter(({ rows }) => rows > 0)
            .map((layer) => (
              <Line key={layer.id} layer={layer} view={view} set={set} />
            ))}
        </ul>
      </section>
    </div>
  );
}

export function Layers(props: Props) {
  const { t } = useWords();
  return (
    <Popover
      trigger="click"
      placement="bottomLeft"
      content={<Choices {...props} />}
      classNames={{ root: "map-choices-box" }}
    >
      <Button icon={<BlockOutlined />}>{t("map_layers_and_measures")}</Button>
    </Popover>
  );
}
