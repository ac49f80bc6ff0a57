import type { AlertingRule, Severity } from "./rule_file.ts";
import type { Scope } from "./scope.ts";

/** An alert, without what all alerts of a scope have. */
export interface AlertDefinition {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly severity: Severity;
  readonly summary: string;
  readonly description: string;
  readonly runbook: string;
}

/** The alerting rule of a definition, with the labels of its scope. */
export function alertOf(
  { labels }: Pick<Scope, "labels">,
  { alert, expr, for: duration, severity, summary, description, runbook }: AlertDefinition,
): AlertingRule {
  return {
    alert,
    expr,
    for: duration,
    labels: { severity, ...labels },
    annotations: { summary, description, runbook },
  };
}

/**
 * The counter's growth in 15 minutes, if there is any. A counter that appears with its first count
 * grew from nothing, which `increase()` does not see.
 */
export function grown(series: string): string {
  return `increase(${series}[15m]) > 0\nor\n(${series} unless ${series} offset 15m)`;
}

/** For how many thresholds of its age a time is remembered that is no longer told. */
const memory = 6;

/** The latest of the times that a gauge has held, for some times the age that is fine. */
export function remembered(series: string, ageSeconds: number): string {
  return `max_over_time(${series}[${Math.ceil(memory * ageSeconds)}s])`;
}

/** A share of requests, events or look-ups, where there are any; 0 if the part has no series. */
export function shareOf(part: string, whole: string): string {
  return `(\n  ${part}\n  or\n  0 * ${whole}\n)\n/\n(${whole} > 0)`;
}
