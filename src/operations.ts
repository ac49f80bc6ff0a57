/**
 * What people look at and are woken by, made from a registry: dashboards for Grafana. It needs no
 * package.
 *
 * @example
 * ```ts
 * import { MetricsRegistry } from "@edgeprom/edgeprom";
 * import { grafanaDashboard } from "@edgeprom/edgeprom/operations";
 * import { assertEquals } from "@std/assert";
 *
 * const registry = new MetricsRegistry();
 * registry.counter({ name: "jobs_total", help: "Jobs done." });
 *
 * const { families } = await registry.gather();
 * const json = JSON.stringify(grafanaDashboard(families, { title: "Jobs" }));
 * assertEquals(json.includes("rate(jobs_total{"), true);
 * ```
 *
 * @module
 */
export type { DashboardOptions, DashboardRow } from "./operations/dashboard/dashboard_options.ts";
export { grafanaDashboard } from "./operations/dashboard/grafana_dashboard.ts";
export type {
  GrafanaDashboard,
  GrafanaDatasource,
  GrafanaPanel,
  GrafanaPosition,
  GrafanaRow,
  GrafanaTarget,
  GrafanaValueMapping,
  GrafanaVariable,
} from "./operations/dashboard/grafana_types.ts";
export type { FamilyOutline, OperationsFamily } from "./operations/queries/known_family.ts";
