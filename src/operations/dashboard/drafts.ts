import type { GrafanaPanel, GrafanaTarget } from "./grafana_types.ts";
import {
  heatmapOptions,
  lineField,
  lineOptions,
  stateField,
  stateMappings,
  stateOptions,
  tableOptions,
} from "./panel_options.ts";

/** A panel that has no place yet. */
export interface Draft {
  /** What the panel's id is made of: the same as long as the panel shows the same. */
  readonly key: string;
  readonly panel: Omit<GrafanaPanel, "id" | "gridPos">;
}

/** What every panel has. */
export interface Caption {
  readonly key: string;
  readonly title: string;
  readonly description: string;
  /** Grafana's name of the unit. */
  readonly unit: string;
}

/** A query and the name of its series. */
export interface Query {
  readonly query: string;
  readonly legend: string;
}

const datasource = { type: "prometheus", uid: "${datasource}" } as const;

/** The name of a series by its labels. */
export function legendOf(labels: readonly string[]): string {
  return labels.map((label) => `{{${label}}}`).join(" ");
}

/** Lines over time. */
export function lines(caption: Caption, queries: readonly Query[], min?: 0): Draft {
  return draft(caption, {
    type: "timeseries",
    targets: queries.map((query, at) => target(query, at, "time_series")),
    fieldConfig: {
      defaults: { unit: caption.unit, ...min === undefined ? {} : { min }, custom: lineField },
      overrides: [],
    },
    options: lineOptions,
  });
}

/** How many observations fell into which bucket, over time. */
export function heatmap(caption: Caption, query: string): Draft {
  return draft(caption, {
    type: "heatmap",
    targets: [target({ query, legend: "{{le}}" }, 0, "heatmap")],
    fieldConfig: { defaults: { unit: caption.unit }, overrides: [] },
    options: { ...heatmapOptions, yAxis: { unit: caption.unit } },
  });
}

/** Which states are on, over time. */
export function states(caption: Caption, query: Query): Draft {
  return draft(caption, {
    type: "state-timeline",
    targets: [target(query, 0, "time_series")],
    fieldConfig: {
      defaults: { unit: caption.unit, mappings: stateMappings, custom: stateField },
      overrides: [],
    },
    options: stateOptions,
  });
}

/** The labels of series, as they are now. */
export function table(caption: Caption, query: string): Draft {
  return draft(caption, {
    type: "table",
    targets: [target({ query, legend: "__auto" }, 0, "table")],
    fieldConfig: { defaults: { unit: caption.unit }, overrides: [] },
    options: tableOptions,
    // The value of an info is always 1.
    transformations: [{ id: "organize", options: { excludeByName: { Time: true, Value: true } } }],
  });
}

function draft(
  { key, title, description }: Caption,
  rest: Pick<
    GrafanaPanel,
    "type" | "targets" | "fieldConfig" | "options" | "transformations"
  >,
): Draft {
  return { key, panel: { title, description, datasource, ...rest } };
}

function target(
  { query, legend }: Query,
  at: number,
  format: GrafanaTarget["format"],
): GrafanaTarget {
  const instant = format === "table";
  return {
    refId: String.fromCharCode(65 + at),
    datasource,
    expr: query,
    legendFormat: legend,
    format,
    instant,
    range: !instant,
    editorMode: "code",
  };
}
