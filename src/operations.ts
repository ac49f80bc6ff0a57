/**
 * What people look at, made from the metrics: rules for Prometheus that record and alert. All of it
 * is plain data.
 *
 * @example
 * ```ts
 * import { alertRules, toYaml } from "@edgeprom/edgeprom/operations";
 *
 * console.log(toYaml(alertRules({ selector: 'job="shop"' })));
 * ```
 *
 * @module
 */
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
