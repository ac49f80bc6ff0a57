import { display, MetricsError } from "../model/errors.ts";
import { labelKey } from "../model/label_key.ts";
import type { LabelTable } from "../model/label_table.ts";
import { isMetricType, metricTypes } from "../model/metric_types.ts";
import type { MetricFamily, MetricType } from "../model/snapshot.ts";
import { metricUnit, unitAbbreviations } from "./units.ts";

/**
 * What {@linkcode lint} can find, by the name of the rule.
 *
 * @category Testing
 */
export type LintRule =
  | "help"
  | "counter-total"
  | "total-suffix"
  | "bucket-suffix"
  | "count-suffix"
  | "sum-suffix"
  | "le-label"
  | "quantile-label"
  | "type-in-name"
  | "colon"
  | "camel-case-name"
  | "camel-case-label"
  | "abbreviated-unit"
  | "base-unit"
  | "unit"
  | "duplicate";

/**
 * A finding.
 *
 * @category Testing
 */
export interface LintProblem {
  /** The family. */
  readonly family: string;
  /** The rule that it breaks. */
  readonly rule: LintRule;
  /** What is wrong, in the words of promtool. */
  readonly text: string;
}

/** A rule: says what is wrong with a family, once for each thing that is. */
type Check = (family: MetricFamily) => readonly (string | false)[];

/**
 * Checks families against the naming conventions: the rules of `promtool check metrics` as of
 * Prometheus 3.5, and one of its own, `unit`, because formats tell a unit only if name and definition
 * have the same.
 *
 * @throws {MetricsError} If it is not a list.
 * @returns The findings, by family and text; none if all is well.
 *
 * @example
 * ```ts
 * import { MetricsRegistry } from "@edgeprom/edgeprom";
 * import { lint } from "@edgeprom/edgeprom/testing";
 * import { assertEquals } from "@std/assert";
 *
 * const registry = new MetricsRegistry();
 * registry.gauge({ name: "uptime_ms", help: "Time since the start." });
 *
 * const { families } = await registry.gather();
 * assertEquals(lint(families).map(({ rule }) => rule), ["abbreviated-unit"]);
 * ```
 *
 * @category Testing
 */
export function lint(families: readonly MetricFamily[]): readonly LintProblem[] {
  if (!Array.isArray(families)) {
    throw new MetricsError(`lint: ${display(families)} is not a list; give the families`);
  }
  for (const family of families) {
    if (isMetricType(family?.type) && typeof family.name === "string") continue;
    throw new MetricsError(`lint: ${display(family)} is not a family`);
  }
  const problems = (families as readonly MetricFamily[]).flatMap((family, position) => [
    ...(Object.entries(checks) as [LintRule, Check][]).flatMap(([rule, check]) =>
      check(family).filter((text) => text !== false)
        .map((text) => ({ family: family.name, rule, text }))
    ),
    ...duplicates(families, family, position),
  ]);
  const key = ({ family, text }: LintProblem) => `${family} ${text}`;
  return problems.sort((one, other) => key(one) < key(other) ? -1 : 1);
}

/** The type that a name should not repeat: that of its family on a page as text. */
const typeNames: Readonly<Record<MetricType, string | undefined>> = {
  counter: "counter",
  gauge: "gauge",
  histogram: "histogram",
  gaugehistogram: "histogram",
  summary: "summary",
  info: "gauge",
  stateset: "gauge",
  unknown: undefined,
};

const checks: Readonly<Record<Exclude<LintRule, "duplicate">, Check>> = {
  "help": ({ help }) => [help.trim() === "" && "no help text"],
  "counter-total": ({ type, name }) => [
    type === "counter" && !name.endsWith("_total") &&
    'counter metrics should have "_total" suffix',
  ],
  "total-suffix": ({ type, name }) => [
    type !== "counter" && type !== "unknown" && name.endsWith("_total") &&
    'non-counter metrics should not have "_total" suffix',
  ],
  "bucket-suffix": (family) => [
    !mayHave(family, "_bucket") && family.name.endsWith("_bucket") &&
    'non-histogram metrics should not have "_bucket" suffix',
  ],
  "count-suffix": (family) => [
    !mayHave(family, "_count") && family.name.endsWith("_count") &&
    'non-histogram and non-summary metrics should not have "_count" suffix',
  ],
  "sum-suffix": (family) => [
    !mayHave(family, "_sum") && family.name.endsWith("_sum") &&
    'non-histogram and non-summary metrics should not have "_sum" suffix',
  ],
  "le-label": (family) => [
    !mayHave(family, "_bucket") && labelNames(family).includes("le") &&
    'non-histogram metrics should not have "le" label',
  ],
  "quantile-label": (family) => [
    family.type !== "summary" && family.type !== "unknown" &&
    labelNames(family).includes("quantile") &&
    'non-summary metrics should not have "quantile" label',
  ],
  "type-in-name": ({ type, name }) => {
    const word = typeNames[type];
    return [
      word !== undefined && hasWord(name, word) &&
      `metric name should not include type '${word}'`,
    ];
  },
  "colon": ({ name }) => [name.includes(":") && "metric names should not contain ':'"],
  "camel-case-name": ({ name }) => [
    /[a-z][A-Z]/.test(name) &&
    "metric names should be written in 'snake_case' not 'camelCase'",
  ],
  "camel-case-label": (family) => [
    labelNames(family).some((label) => /[a-z][A-Z]/.test(label)) &&
    "label names should be written in 'snake_case' not 'camelCase'",
  ],
  "abbreviated-unit": ({ name }) => [
    unitAbbreviations.some((unit) => hasWord(name, unit)) &&
    "metric names should not contain abbreviated units",
  ],
  "base-unit": ({ name }) => {
    const unit = metricUnit(name);
    return [
      unit !== undefined && unit.name !== unit.base &&
      `use base unit "${unit.base}" instead of "${unit.name}"`,
    ];
  },
  "unit": ({ type, name, unit }) => {
    const stem = name.replace(/_total$/, "");
    const word = stem.split("_").slice(1).at(-1) ?? "";
    const isMissing = unit === undefined && type !== "info" && type !== "stateset";
    return [
      unit !== undefined && !stem.endsWith(`_${unit}`) &&
      `metric name does not end in its unit "${unit}"`,
      isMissing && metricUnit(word)?.base === word &&
      `metric name ends in a unit; define it with unit: "${word}"`,
    ];
  },
};

function duplicates(
  families: readonly MetricFamily[],
  { name, labels }: MetricFamily,
  position: number,
): readonly LintProblem[] {
  const first = families.findIndex((family) => family.name === name);
  const texts = [
    first !== position && "metric is there more than once",
    hasRepeatedRow(labels) && "metric not unique",
  ];
  return texts.filter((text) => text !== false)
    .map((text) => ({ family: name, rule: "duplicate", text }));
}

function hasRepeatedRow({ names: { length }, values, rows }: LabelTable): boolean {
  const sets = Array.from(
    { length: rows },
    (_, row) => labelKey(values.slice(row * length, (row + 1) * length)),
  );
  return new Set(sets).size < rows;
}

/** The labels of its samples, but for those that are right by the type: `le` and `quantile`. */
function labelNames({ type, name, labels }: MetricFamily): readonly string[] {
  return metricTypes[type].reservedLabel?.(name) === name ? [...labels.names, name] : labels.names;
}

/** Whether samples of the type may have this suffix; those of an unknown may have any. */
function mayHave({ type }: MetricFamily, suffix: string): boolean {
  return type === "unknown" || metricTypes[type].suffixes?.includes(suffix) === true;
}

/** Whether a name has a word after its first one. */
function hasWord(name: string, word: string): boolean {
  const lower = name.toLowerCase();
  return lower.includes(`_${word}_`) || lower.endsWith(`_${word}`);
}
