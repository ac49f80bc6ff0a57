import { MetricsError } from "../../model/errors.ts";
import { type OperationsFamily, readFamilies } from "../queries/known_family.ts";
import { checkDashboardOptions, type DashboardOptions } from "./dashboard_options.ts";
import type { GrafanaDashboard } from "./grafana_types.ts";
import { arranged, hash } from "./layout.ts";
import { Queries } from "./queries.ts";
import { rowPanels } from "./row_panels.ts";
import { rowsOf } from "./rows.ts";
import { variables } from "./variables.ts";

/**
 * Makes a dashboard of Grafana that shows families: their types tell the queries, their units the
 * axes, their labels the legends, and their help the descriptions.
 *
 * | type                        | panels                                                        |
 * | --------------------------- | ------------------------------------------------------------- |
 * | counter                     | what it grows by in a second, by its labels                   |
 * | gauge, unknown              | the value; for a time, what has passed since then             |
 * | histogram, gauge histogram  | p50, p90 and p99; p90 by its labels; a heatmap                |
 * | summary                     | its quantiles, and the mean                                   |
 * | state set                   | which states are on                                           |
 * | info                        | a table of its labels                                         |
 *
 * The number of requests and their duration, as `httpMetrics()` and `instrumentFetch()` record
 * them, become rate, errors and duration. A gauge and its limit, the gauge of its name with `_limit`
 * behind, share a panel, and have another one for the share. Rows are those of the options, and then one for each
 * common prefix of names. The same families give the same dashboard, byte for byte, whatever their
 * order; a panel keeps its id as long as it shows the same.
 *
 * Queries work in Prometheus 2.40 or later; with names that need quotes, in Prometheus 3.
 *
 * @param families What a registry gathers, or what is known of them.
 * @throws {MetricsError} If an option or a family is wrong, or there is no family to show.
 *
 * @example
 * ```ts
 * import { MetricsRegistry } from "@edgeprom/edgeprom";
 * import { grafanaDashboard } from "@edgeprom/edgeprom/operations";
 * import { assertEquals } from "@std/assert";
 *
 * const registry = new MetricsRegistry();
 * registry.counter({ name: "shop_orders_total", help: "Orders.", labels: ["payment"] });
 * registry.gauge({ name: "shop_queue_length", help: "Orders that wait." });
 *
 * const { families } = await registry.gather();
 * const dashboard = grafanaDashboard(families, { title: "Shop" });
 * assertEquals(dashboard.panels.map(({ title }) => title), ["Shop", "Orders", "Queue length"]);
 * // await writeFile("shop.json", JSON.stringify(dashboard));
 * ```
 *
 * @category Dashboards
 */
export function grafanaDashboard(
  families: readonly OperationsFamily[],
  options: DashboardOptions,
): GrafanaDashboard {
  checkDashboardOptions(owner, options);
  const known = readFamilies(owner, families);
  const rows = rowsOf(known, options);
  if (rows.length === 0) {
    const reason = known.length > 0 ? "all are excluded" : "the list is empty";
    throw new MetricsError(`${owner}: there is no family to show, because ${reason}`);
  }
  const { title, jobLabel: job = "job", instanceLabel: instance = "instance" } = options;
  const targetLabels = { job, instance };
  const queries = new Queries(targetLabels);
  return {
    uid: options.uid ?? uidOf(title),
    title,
    description: options.description ?? "Made by edgeprom from the metrics of a registry.",
    tags: options.tags ?? ["edgeprom"],
    schemaVersion: 39,
    editable: false,
    graphTooltip: 1,
    refresh: options.refresh ?? "30s",
    time: { from: "now-1h", to: "now" },
    timezone: "browser",
    annotations: { list: [] },
    templating: { list: variables(rows.map(({ families: [first] }) => first), targetLabels) },
    panels: arranged(
      rows.map(({ families, ...row }) => ({ ...row, groups: rowPanels(families, queries) })),
    ),
  };
}

const owner = "grafanaDashboard";

/** An identifier made of a title: its letters and digits, and more if those do not say all. */
function uidOf(title: string): string {
  const plain = title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-|-$/g, "");
  const saysAll = /^[\w .,:/()-]+$/.test(title) && plain !== "" && plain.length <= 40;
  return saysAll ? plain : `${plain.slice(0, 31)}-${hash(title).toString(16).padStart(8, "0")}`;
}
