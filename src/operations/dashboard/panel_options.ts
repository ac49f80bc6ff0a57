/** How Grafana draws each kind of panel. What is left out has Grafana's default. */

const legend = { displayMode: "list", placement: "bottom", showLegend: true, calcs: [] } as const;
const tooltip = { mode: "multi", sort: "desc" } as const;

/** Options of lines. */
export const lineOptions = { legend, tooltip } as const;
/** How lines are drawn. */
export const lineField = { fillOpacity: 10, lineWidth: 1, showPoints: "never" } as const;

/** Options of a heatmap, but for the unit of its axis. */
export const heatmapOptions = {
  calculate: false,
  cellGap: 1,
  color: {
    mode: "scheme",
    scheme: "Spectral",
    scale: "exponential",
    exponent: 0.5,
    steps: 64,
    reverse: true,
    fill: "dark-orange",
  },
  exemplars: { color: "rgba(255,0,255,0.7)" },
  legend: { show: true },
  showValue: "never",
  tooltip: { mode: "single", yHistogram: true },
} as const;

/** Options of states. */
export const stateOptions = {
  legend: { ...legend, showLegend: false },
  mergeValues: true,
  rowHeight: 0.9,
  showValue: "never",
  tooltip: { mode: "single", sort: "none" },
} as const;
/** How states are drawn. */
export const stateField = { fillOpacity: 70, lineWidth: 0 } as const;
/** The texts of a state's values. */
export const stateMappings = [{
  type: "value",
  options: {
    "0": { text: "off", color: "transparent", index: 0 },
    "1": { text: "on", color: "green", index: 1 },
  },
}] as const;

/** Options of a table. */
export const tableOptions = { showHeader: true } as const;
