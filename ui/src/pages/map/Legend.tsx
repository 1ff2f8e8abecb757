// Legends: classes of projects (pressed, only that class is shown) and of the measure, with their borders.
import { Button } from "antd";
import { useTheme } from "../../app/theme";
import { useWords } from "../../app/words";
import { number } from "../../parts/values";
import type { Legend as Class, MapMeasure, Step } from "./answers";
import type { MapView, SetView } from "./view";

function Swatch({ colour, round = false }: { colour: string; round?: boolean }) {
  return <span className={round ? "swatch round" : "swatch"} style={{ background: colour }} aria-hidden />;
}

function Projects({ classes, view, set }: { classes: Class[]; view: MapView; set: SetView }) {
  const { t, pick } = useWords();
  const { mode } = useTheme();
  return (
    <section>
      <h3>{t(view.by === "stage" ? "map_by_stage" : "map_by_light")}</h3>
      <ul>
        {classes.map((one) => {
          const code = one.code || "none";
          const chosen = view.only === code;
          return (
            <li key={code}>
              <button
                type="button"
                aria-pressed={chosen}
                className={view.only && !chosen ? "class dim" : "class"}
                title={chosen ? t("map_all") : t("map_only", { name: pick(one) })}
                onClick={() => set({ only: chosen ? "" : code, page: 1 })}
              >
                <Swatch round colour={mode === "dark" ? one.dark : one.colour} />
                {pick(one)}
              </button>
            </li>
          );
        })}
      </ul>
      {view.only && (
        <Button size="small" type="link" onClick={() => set({ only: "", page: 1 })}>
          {t("map_all")}
        </Button>
      )}
    </section>
  );
}

function border(step: Step): string {
  const { from, to } = step;
  return from === to ? number(from) : `${number(from)} – ${number(to)}`;
}

function Measure({ shown }: { shown: MapMeasure }) {
  const { t, pick } = useWords();
  const { mode } = useTheme();
  return (
    <section>
      <h3>
        {pick(shown.measure)} <span className="unit">{pick(shown.measure.unit)}</span>
      </h3>
      {shown.trouble && <p className="quiet">{`${t("map_trouble")}: ${pick(shown.trouble)}`}</p>}
      <ul>
        {shown.classes.map((step) => (
          <li key={step.klass}>
            <Swatch colour={mode === "dark" ? step.dark : step.colour} />
            <span className="number">
              {step.klass < 0 ? `${t("map_class_missing")} (${shown.missing})` : border(step)}
            </span>
          </li>
        ))}
      </ul>
      {shown.timetable.map((one) => (
        <p key={one.en} className="quiet small">
          {pick(one)}
        </p>
      ))}
    </section>
  );
}

interface Props {
  classes: Class[];
  measure: MapMeasure | undefined;
  view: MapView;
  set: SetView;
}

export function Legend({ classes, measure, view, set }: Props) {
  const { t } = useWords();
  const projects = view.layers.includes("projects");
  if (!projects && !measure && !view.flows) return null;
  return (
    <details className="map-legend" open={innerWidth > 900}>
      <summary>{t("map_legend")}</summary>
      {measure && <Measure shown={measure} />}
      {projects && <Projects classes={classes} view={view} set={set} />}
      {view.flows && (
        <section>
          <h3>{t("map_flows")}</h3>
          <ul>
            <li>
              <span className="stroke" aria-hidden />
              {t("map_flows_look")}
            </li>
          </ul>
        </section>
      )}
      {projects && <p className="quiet small">{t("map_dots_note")}</p>}
    </details>
  );
}
