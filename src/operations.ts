/**
 * What people look at and are woken by, made from a registry: dashboards for Grafana, and
 * rules for Prometheus that record and alert. All of it is plain data, and needs no package.
 *
 * @example
 * ```ts
 * import { MetricsRegistry } from "@edgeprom/edgeprom";
 * import { alertRules, grafanaDashboard, toYaml } from "@edgeprom/edgeprom/operations";
 * import { assertEquals } from "@std/assert";
 *
 * const registry = new MetricsRegistry();
 * registry.counter({ name: "jobs_total", help: "Jobs done." });
 *
 * const { families } = await registry.gather();
 * const json = JSON.stringify(grafanaDashboard(families, { title: "Jobs" }));
 * assertEquals(json.includes("rate(jobs_total{"), true);
 *
 * const yaml = toYaml(alertRules({ selector: 'job="shop"' }));
 * assertEquals(yaml.startsWith("groups:"), true);
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
export {
  alertRules,
  type AlertRulesOptions,
  type RuleSet,
} from "./operations/rules/alert_rules.ts";
export {
  type PrometheusRule,
  prometheusRule,
  type PrometheusRuleOptions,
} from "./operations/rules/prometheus_rule.ts";
export type {
  AlertingRule,
  RecordingRule,
  RuleFile,
  RuleGroup,
  Severity,
} from "./operations/rules/rule_file.ts";
export type { RuntimePrefix } from "./operations/rules/runtime_rules.ts";
export type { RuleScope } from "./operations/rules/scope.ts";
export type {
  AvailabilityObjective,
  LatencyObjective,
  SloRulesOptions,
} from "./operations/rules/slo_options.ts";
export { sloRules } from "./operations/rules/slo_rules.ts";
export type { AlertThresholds } from "./operations/rules/thresholds.ts";
export { toYaml } from "./operations/rules/yaml.ts";
