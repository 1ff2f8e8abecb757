// Flows in words: the list beside the arcs.
import { Select } from "antd";
import { useWords } from "../../app/words";
import { MadeUp, number } from "../../parts/values";
import { told, useFlowRows } from "./useFlows";
import type { MapView, SetView } from "./view";

export function Flows({ view, set }: { view: MapView; set: SetView }) {
  const words = useWords();
  const kind = view.flows;
  const found = useFlowRows(kind, view.period);
  if (!found) return null;
  const name = found.kinds.find(({ code }) => code === found.kind);
  return (
    <details className="map-flows">
      <summary>{`${words.t("map_flows")}: ${name ? words.pick(name) : kind} (${number(found.rows.length)})`}</summary>
      {found.periods.length > 1 && (
        <Select
          size="small"
          aria-label={words.t("map_period")}
          value={found.period}
          options={found.periods.map((period) => ({ value: period, label: period }))}
          onChange={(period) => set({ period: period ?? "" })}
        />
      )}
      {found.without_point > 0 && <p className="quiet">{words.t("map_flows_nowhere", { n: found.without_point })}</p>}
      <ol>
        {found.rows.map((flow) => (
          <li key={flow.id}>
            <span>
              {told(flow, words).title} <MadeUp synthetic={flow.synthetic} />
            </span>
            <small className="quiet">{told(flow, words).lines.filter(Boolean).join(" · ")}</small>
          </li>
        ))}
      </ol>
    </details>
  );
}
