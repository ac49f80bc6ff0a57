/**
 * How much an alert matters: wake somebody, look at it today, or know it while looking at others.
 *
 * @category Rules
 */
export type Severity = "critical" | "warning" | "info";

/**
 * A rule that stores the result of an expression as a series.
 *
 * @category Rules
 */
export interface RecordingRule {
  /** The name of the series: level, metric and operation, such as `job:requests:rate5m`. */
  readonly record: string;
  /** The expression, in PromQL. */
  readonly expr: string;
  /** Labels of the series, besides those that the expression leaves. */
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * A rule that raises an alert for each series that an expression gives.
 *
 * @category Rules
 */
export interface AlertingRule {
  /** The name of the alert. */
  readonly alert: string;
  /** The expression, in PromQL. */
  readonly expr: string;
  /** How long the expression must give the series without a gap, such as `5m`. */
  readonly for: string;
  /** Labels of the alert, besides those of the series. */
  readonly labels: Readonly<Record<string, string>> & { readonly severity: Severity };
  /** What people read; `{{ $value }}` and `{{ $labels.job }}` are filled in by Prometheus. */
  readonly annotations: {
    /** One line: what is wrong, and where. */
    readonly summary: string;
    /** The same with values. */
    readonly description: string;
    /** What it means, and what to look at first. */
    readonly runbook: string;
  };
}

/**
 * Rules that are evaluated one after the other, so that a rule may use what one before it records.
 *
 * @category Rules
 */
export interface RuleGroup {
  /** The name of the group, which is unique in its file. */
  readonly name: string;
  /** Time between two evaluations, such as `1m`; that of the server if it is left out. */
  readonly interval?: string;
  /** The rules. */
  readonly rules: readonly (RecordingRule | AlertingRule)[];
}

/**
 * A file of rules, as `rule_files` of Prometheus takes it.
 *
 * @category Rules
 */
export interface RuleFile {
  /** The groups. */
  readonly groups: readonly RuleGroup[];
}
