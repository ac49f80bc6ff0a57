/** What `grafanaDashboard()` returns is what Grafana's own types call a dashboard. */
import type * as grafana from "@grafana/grafana-foundation-sdk/dashboard";
import type * as heatmap from "@grafana/grafana-foundation-sdk/heatmap";
import type * as prometheus from "@grafana/grafana-foundation-sdk/prometheus";
import type * as stateTimeline from "@grafana/grafana-foundation-sdk/statetimeline";
import type * as table from "@grafana/grafana-foundation-sdk/table";
import type * as timeSeries from "@grafana/grafana-foundation-sdk/timeseries";
import { test } from "node:test";
import type {
  heatmapOptions,
  lineField,
  lineOptions,
  stateField,
  stateOptions,
  tableOptions,
} from "../../src/operations/dashboard/panel_options.ts";
import type {
  GrafanaDashboard,
  GrafanaPanel,
  GrafanaRow,
  GrafanaTarget,
  GrafanaValueMapping,
  GrafanaVariable,
} from "../../src/operations.ts";
import { same } from "../support/types.ts";

/** The same type as JSON has it: enums are their values, lists are read, and there are no methods. */
type Json<T> = T extends string ? string extends T ? string : `${T}`
  : T extends number ? number extends T ? number : `${T}` extends `${infer N extends number}` ? N
    : never
  : T extends (...args: never) => unknown ? never
  : T extends readonly (infer Item)[] ? readonly Json<Item>[]
  : T extends object ? { readonly [Name in keyof T as Written<T, Name>]: Json<T[Name]> }
  : T;
type Written<T, Name extends keyof T> = T[Name] extends (...args: never) => unknown ? never : Name;

/** Compiles only if ours can be used as theirs; the names that ours has and theirs has not. */
type Beyond<Ours extends Json<Theirs>, Theirs> = Names<Ours, Theirs>;
type Names<Ours, Theirs> = Ours extends readonly unknown[] | string | number | boolean | undefined
  ? never
  : {
    [Name in keyof Ours]-?: Name extends keyof Theirs ? Names<Ours[Name], NonNullable<Theirs[Name]>>
      : Name;
  }[keyof Ours];

test("GrafanaDashboard is Grafana's dashboard, and has nothing that Grafana does not know", () => {
  same<Beyond<GrafanaDashboard, grafana.Dashboard>, never>(true);
  same<Beyond<GrafanaPanel, grafana.Panel>, never>(true);
  same<Beyond<GrafanaRow, grafana.RowPanel>, never>(true);
  same<Beyond<GrafanaVariable, grafana.VariableModel>, never>(true);
  same<Beyond<GrafanaTarget, Omit<prometheus.Dataquery, "_implementsDataqueryVariant">>, never>(
    true,
  );
  same<Beyond<GrafanaPanel["fieldConfig"]["defaults"], grafana.FieldConfig>, never>(true);
  same<Beyond<GrafanaValueMapping, grafana.ValueMap>, never>(true);
});

test("Options of panels are those of Grafana's panels", () => {
  same<Beyond<typeof lineOptions, Partial<timeSeries.Options>>, never>(true);
  same<Beyond<typeof lineField, timeSeries.FieldConfig>, never>(true);
  same<Beyond<typeof heatmapOptions, Partial<heatmap.Options>>, never>(true);
  same<Beyond<typeof stateOptions, Partial<stateTimeline.Options>>, never>(true);
  same<Beyond<typeof stateField, stateTimeline.FieldConfig>, never>(true);
  same<Beyond<typeof tableOptions, Partial<table.Options>>, never>(true);
});
