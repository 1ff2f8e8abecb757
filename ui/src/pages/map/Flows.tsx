// Flows in words: the list beside the arcs.
import { useWords } from "../../app/words";
import { MadeUp, number } from "../../parts/values";
import { told, useFlowRows } from "./useFlows";

export function Flows({ kind }: { kind: string }) {
  const words = useWords();
  const found = useFlowRows(kind);
  if (!found) return null;
  const name = found.kinds.find(({ code }) => code === found.kind);
  return (
    <details className="map-flows">
      <summary>{`${words.t("map_flows")}: ${name ? words.pick(name) : kind} (${number(found.rows.length)})`}</summary>
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
