import { canonicalText } from "../../exposition/text/number_text.ts";
import { alertOf, shareOf } from "./alert.ts";
import type { RecordingRule, RuleFile, RuleGroup } from "./rule_file.ts";
import { Scope } from "./scope.ts";
import { readSloOptions, type SloRulesOptions } from "./slo_options.ts";

/** An objective, and the share of requests that miss it. */
interface Objective {
  /** What it is about, as a word and as part of names. */
  readonly name: "availability" | "latency";
  readonly objective: number;
  /** The share of bad requests within a window, in PromQL. */
  readonly errorShare: (window: string) => string;
  /** What bad requests did. */
  readonly badness: string;
  readonly runbook: string;
}

/** The windows over which errors are measured, but the last. */
const windows = ["5m", "30m", "1h", "2h", "6h", "1d", "3d"];

/**
 * An alert of a service level objective: it is raised if errors use up the budget of 30 days this
 * many times too fast, both over a long window, so that it matters, and over a short one, so that
 * it ends soon after the errors do.
 *
 * Source: The Site Reliability Workbook, "Alerting on SLOs", 6.
 */
interface BurnAlert {
  readonly suffix: string;
  readonly severity: "critical" | "warning";
  readonly kind: "page" | "ticket";
  readonly for: string;
  readonly conditions: readonly (readonly [factor: number, short: string, long: string])[];
  readonly speed: string;
}

const burnAlerts: readonly BurnAlert[] = [{
  suffix: "BudgetBurningFast",
  severity: "critical",
  kind: "page",
  for: "2m",
  conditions: [[14.4, "5m", "1h"], [6, "30m", "6h"]],
  speed: "2% of the budget of 30 days are gone within an hour, or 5% within six hours.",
}, {
  suffix: "BudgetBurning",
  severity: "warning",
  kind: "ticket",
  for: "15m",
  conditions: [[3, "2h", "1d"], [1, "6h", "3d"]],
  speed: "10% of the budget of 30 days are gone within a day, or within three days.",
}];

/**
 * Recording and alerting rules for service level objectives of an HTTP service that `httpMetrics()`
 * measures, as plain data. Names, windows, factors and labels are those of
 * [sloth](https://github.com/slok/sloth), so its dashboards show them.
 *
 * An alert is raised if errors use up the budget of 30 days 14.4 or 6 times too fast (critical), or
 * 3 or 1 times (warning), over two windows each. Each service by itself: those that `by` tells
 * apart. While there are no requests, nothing is recorded.
 *
 * @throws {RegistrationError} If an option is unknown or wrong.
 *
 * @example
 * ```ts
 * import { sloRules, toYaml } from "@edgeprom/edgeprom/operations";
 * import { assertMatch } from "@std/assert";
 *
 * const rules = sloRules({
 *   service: "shop",
 *   selector: 'job="shop", route!="/events"',
 *   availability: { objective: 0.9995 },
 *   latency: { seconds: 0.25, objective: 0.99 },
 * });
 * assertMatch(toYaml(rules), /record: slo:current_burn_rate:ratio/);
 * ```
 *
 * @category Rules
 */
export function sloRules(options: SloRulesOptions): RuleFile {
  const owner = "sloRules()";
  const settings = readSloOptions(owner, options);
  const { service, prefix, errors, availability, latency } = settings;
  const scope = new Scope(owner, options);
  const series = (name: string, ...matchers: string[]) => scope.of(`${prefix}${name}`, ...matchers);
  const rate = (selected: string, window: string) =>
    `${scope.aggregation("sum")} (rate(${selected}[${window}]))`;
  const failed = `status=~${JSON.stringify(errors)}`;
  const answered = `status!~${JSON.stringify(errors)}`;

  const objectives: Objective[] = [];
  if (availability !== undefined) {
    objectives.push({
      name: "availability",
      objective: availability.objective,
      errorShare: (window) =>
        shareOf(
          rate(series("http_requests_total", failed), window),
          rate(series("http_requests_total"), window),
        ),
      badness: "fail",
      runbook: `See which route of ${prefix}http_requests_total fails, and since when. If it ` +
        "began with a release, roll that back; if other services fail as well, begin with what " +
        "they share.",
    });
  }
  if (latency !== undefined) {
    const { objective, seconds, native } = latency;
    const name = "http_request_duration_seconds";
    objectives.push({
      name: "latency",
      objective,
      errorShare: (window) => {
        if (native) {
          const fast = rate(series(name, answered), window);
          return `1 - histogram_fraction(0, ${seconds}, ${fast})\nand\nhistogram_count(${fast}) > 0`;
        }
        const bucket = series(`${name}_bucket`, `le="${canonicalText(seconds)}"`, answered);
        const count = rate(series(`${name}_count`, answered), window);
        return `1 - ${rate(bucket, window)}\n/\n(${count} > 0)`;
      },
      badness: `take longer than ${seconds} s`,
      runbook: `See which route of ${prefix}${name} became slower. If all did, look at the event ` +
        "loop's delay and the processor; if one did, at what it waits for, such as a database.",
    });
  }
  return { groups: objectives.flatMap((objective) => groupsOf(scope, service, objective)) };
}

function groupsOf(scope: Scope, service: string, goal: Objective): readonly RuleGroup[] {
  const slo = `requests-${goal.name}`;
  const id = `${service}-${slo}`;
  const labels = { sloth_id: id, sloth_service: service, sloth_slo: slo };
  const matchers = Object.entries(labels).map(([name, value]) => `${name}="${value}"`).join(", ");
  const recorded = (name: string) => `${name}{${matchers}}`;
  // Without what binary fractions add to 1 - 0.999.
  const budget = Number((1 - goal.objective).toPrecision(9));
  const percent = `${Number((goal.objective * 100).toPrecision(9))}`;
  const byBudget = (name: string) =>
    `${recorded(name)}\n/ on (sloth_id, sloth_slo, sloth_service) group_left ()\n` +
    recorded("slo:error_budget:ratio");
  const meta = (record: string, expr: string, more = {}): RecordingRule => ({
    record,
    expr,
    labels: { ...labels, ...more },
  });
  const shortest = recorded("slo:sli_error:ratio_rate5m");

  return [{
    name: `sloth-slo-sli-recordings-${id}`,
    rules: [
      ...windows.map((window) =>
        meta(`slo:sli_error:ratio_rate${window}`, goal.errorShare(window), { sloth_window: window })
      ),
      meta(
        "slo:sli_error:ratio_rate30d",
        `sum_over_time(${shortest}[30d])\n/ ignoring (sloth_window)\ncount_over_time(${shortest}[30d])`,
        { sloth_window: "30d" },
      ),
    ],
  }, {
    name: `sloth-slo-meta-recordings-${id}`,
    rules: [
      meta("slo:objective:ratio", `vector(${goal.objective})`),
      meta("slo:error_budget:ratio", `vector(${budget})`),
      meta("slo:time_period:days", "vector(30)"),
      meta("slo:current_burn_rate:ratio", byBudget("slo:sli_error:ratio_rate5m")),
      meta("slo:period_burn_rate:ratio", byBudget("slo:sli_error:ratio_rate30d")),
      meta(
        "slo:period_error_budget_remaining:ratio",
        `1 - ${recorded("slo:period_burn_rate:ratio")}`,
      ),
      meta("sloth_slo_info", "vector(1)", { sloth_objective: percent }),
    ],
  }, {
    name: `sloth-slo-alerts-${id}`,
    rules: burnAlerts.map((burn) => {
      const above = (window: string, factor: number) =>
        `max without (sloth_window) (${
          recorded(`slo:sli_error:ratio_rate${window}`)
        } > (${factor} * ${budget}))`;
      const both = burn.conditions.map(([factor, short, long]) =>
        `(\n  ${above(short, factor)}\n  and\n  ${above(long, factor)}\n)`
      );
      const subject = goal.name === "availability" ? "Availability" : "Latency";
      return alertOf({ labels: { sloth_severity: burn.kind, ...scope.labels } }, {
        alert: `Http${subject}${burn.suffix}`,
        expr: both.join("\nor\n"),
        for: burn.for,
        severity: burn.severity,
        summary: `Requests to ${scope.service} ${goal.badness} more often than they may.`,
        description:
          `{{ $value | humanizePercentage }} of them did lately; the objective is that ` +
          `${percent}% do not. ${burn.speed}`,
        runbook: goal.runbook,
      });
    }),
  }];
}
