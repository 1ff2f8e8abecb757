// A chart: drawn as SVG, so that it prints; follows the theme; described in words for who cannot see it.
import {
  BarChart,
  CustomChart,
  LineChart,
  ScatterChart,
  type BarSeriesOption,
  type LineSeriesOption,
} from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import { token, useTheme } from "../app/theme";

echarts.use([
  BarChart, LineChart, ScatterChart, CustomChart, GridComponent, LegendComponent, TooltipComponent,
  MarkLineComponent, AriaComponent, SVGRenderer,
]); // prettier-ignore

export type { BarSeriesOption, LineSeriesOption };
export type Option = echarts.EChartsCoreOption;

interface Props {
  option: Option;
  height?: number;
  /** What it shows, in words. */
  label: string;
}

const look = () => ({
  textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: token("ink") },
  color: [token("accent"), token("ramp-3"), token("rail"), token("quiet")],
  backgroundColor: "transparent",
  animation: false,
});

export function Chart({ option, height = 240, label }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const { mode } = useTheme();
  useEffect(() => {
    if (!box.current) return;
    const chart = echarts.init(box.current, null, { renderer: "svg" });
    chart.setOption({ ...look(), aria: { enabled: true, decal: { show: true } }, ...option });
    const resize = new ResizeObserver(() => chart.resize());
    resize.observe(box.current);
    return () => {
      resize.disconnect();
      chart.dispose();
    };
  }, [option, mode]);
  return <div ref={box} role="img" aria-label={label} style={{ height }} />;
}
