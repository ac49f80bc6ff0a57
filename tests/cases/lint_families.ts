import type { MetricFamily } from "../../mod.ts";
import type { LintRule } from "../../src/testing.ts";
import { familyOf } from "../support/typed_family.ts";

/** A family and what is wrong with it, in the order of the texts. */
export interface LintCase {
  readonly family: MetricFamily;
  readonly findings: readonly (readonly [rule: LintRule, text: string])[];
}

/** The unit that a name ends in. */
const baseUnit =
  /_(amperes|bytes|celsius|grams|joules|kelvin|meters|metres|seconds|volts)(?:_total)?$/;

type Options = Parameters<typeof familyOf>[2];
type Finding = LintCase["findings"][number];

function lintCase(
  type: MetricFamily["type"],
  name: string,
  findings: readonly Finding[] = [],
  options: Options = {},
): LintCase {
  const unit = baseUnit.exec(name)?.[1];
  const family = familyOf(type, name, options);
  return { family: unit === undefined ? family : { ...family, unit }, findings };
}

const help: Finding = ["help", "no help text"];
const total: Finding = ["counter-total", 'counter metrics should have "_total" suffix'];
const noTotal: Finding = [
  "total-suffix",
  'non-counter metrics should not have "_total" suffix',
];
const bucket: Finding = [
  "bucket-suffix",
  'non-histogram metrics should not have "_bucket" suffix',
];
const count: Finding = [
  "count-suffix",
  'non-histogram and non-summary metrics should not have "_count" suffix',
];
const sum: Finding = [
  "sum-suffix",
  'non-histogram and non-summary metrics should not have "_sum" suffix',
];
const le: Finding = ["le-label", 'non-histogram metrics should not have "le" label'];
const quantile: Finding = [
  "quantile-label",
  'non-summary metrics should not have "quantile" label',
];
const colon: Finding = ["colon", "metric names should not contain ':'"];
const camelName: Finding = [
  "camel-case-name",
  "metric names should be written in 'snake_case' not 'camelCase'",
];
const camelLabel: Finding = [
  "camel-case-label",
  "label names should be written in 'snake_case' not 'camelCase'",
];
const abbreviated: Finding = [
  "abbreviated-unit",
  "metric names should not contain abbreviated units",
];
const typeIn = (type: string): Finding => [
  "type-in-name",
  `metric name should not include type '${type}'`,
];
const unit = (base: string, found: string): Finding => [
  "base-unit",
  `use base unit "${base}" instead of "${found}"`,
];

/** Families that promtool judges as this table says. */
export const lintCases: readonly LintCase[] = [
  // Nothing to say.
  lintCase("counter", "jobs_total"),
  lintCase("counter", "sent_bytes_total", [], { labels: { topic: "a" } }),
  lintCase("gauge", "queue_length"),
  lintCase("gauge", "process_start_time_seconds"),
  lintCase("histogram", "wait_seconds"),
  lintCase("summary", "load_seconds", [], { labels: { kind: "a" } }),
  lintCase("gaugehistogram", "file_bytes"),
  lintCase("info", "build_info", [], { labels: { version: "1" } }),
  lintCase("stateset", "phase"),
  lintCase("unknown", "other"),

  // Help.
  lintCase("gauge", "helpless", [help], { help: "" }),
  lintCase("counter", "helpless_total", [help], { help: "" }),
  lintCase("histogram", "helpless_seconds", [help], { help: "" }),
  lintCase("gauge", "help_of_blanks", [help], { help: " \t " }),
  lintCase("gauge", "help_of_one_letter", [], { help: "x" }),

  // The suffix of counters.
  lintCase("counter", "jobs", [total]),
  lintCase("counter", "jobs_totals", [total]),
  lintCase("counter", "total", [total]),
  lintCase("counter", "total_jobs", [total]),
  lintCase("counter", "_total"),
  lintCase("gauge", "gauged_total", [noTotal]),
  lintCase("histogram", "observed_total", [noTotal]),
  lintCase("gaugehistogram", "distribution_total", [noTotal]),
  lintCase("summary", "summed_total", [noTotal]),
  lintCase("stateset", "phase_total", [noTotal]),
  lintCase("unknown", "somehow_total"),

  // The suffixes of histograms and summaries.
  lintCase("gauge", "fire_bucket", [bucket]),
  lintCase("counter", "counted_bucket", [bucket, total].toSorted(byText)),
  lintCase("summary", "summed_bucket", [bucket]),
  lintCase("histogram", "observed_bucket"),
  lintCase("gaugehistogram", "distribution_bucket"),
  lintCase("unknown", "somehow_bucket"),
  lintCase("gauge", "jobs_count", [count]),
  lintCase("stateset", "phase_count", [count]),
  lintCase("histogram", "observed_count"),
  lintCase("gaugehistogram", "distribution_count"),
  lintCase("summary", "summed_count"),
  lintCase("unknown", "somehow_count"),
  lintCase("gauge", "check_sum", [sum]),
  lintCase("histogram", "observed_sum"),
  lintCase("summary", "summed_sum"),
  lintCase("unknown", "somehow_sum"),

  // The labels of histograms and summaries.
  lintCase("gauge", "labelled", [le], { labels: { le: "1" } }),
  lintCase("counter", "labelled_total", [le], { labels: { le: "1" } }),
  lintCase("summary", "labelled_wait", [le], { labels: { le: "1" } }),
  lintCase("info", "labelled_info", [le], { labels: { le: "1" } }),
  lintCase("gauge", "divided", [quantile], { labels: { quantile: "0.5" } }),
  lintCase("histogram", "divided_seconds", [quantile], { labels: { quantile: "0.5" } }),
  lintCase("gauge", "both", [le, quantile], { labels: { le: "1", quantile: "0.5" } }),
  lintCase("unknown", "free", [], { labels: { le: "1", quantile: "0.5" } }),
  lintCase("stateset", "le", [le]),
  lintCase("stateset", "quantile", [quantile]),

  // Types in names.
  lintCase("counter", "jobs_counter_total", [typeIn("counter")]),
  lintCase("gauge", "temperature_gauge", [typeIn("gauge")]),
  lintCase("histogram", "a_histogram_of", [typeIn("histogram")]),
  lintCase("summary", "a_Summary_of", [typeIn("summary")]),
  lintCase("summary", "a_SUMMARY", [typeIn("summary")]),
  lintCase("gauge", "a_gauge_histogram", [typeIn("gauge")]),
  lintCase("gaugehistogram", "a_gauge_histogram_too", [typeIn("histogram")]),
  lintCase("stateset", "a_gauge_of_states", [typeIn("gauge")]),
  lintCase("info", "a_gauge_info", [typeIn("gauge")]),
  lintCase("gauge", "a_histogram"),
  lintCase("counter", "gauge_summary_total"),
  lintCase("unknown", "a_gauge_or_counter"),
  lintCase("gauge", "a_untyped"),
  lintCase("gauge", "gauge"),
  lintCase("gauge", "gauge_of"),
  lintCase("gauge", "a_gauges"),
  lintCase("gauge", "gas_gaugeless"),

  // Characters.
  lintCase("gauge", "job:queue:length", [colon]),
  lintCase("gauge", ":", [colon]),
  lintCase("gauge", "queueLength", [camelName]),
  lintCase("gauge", "queue_lengthA", [camelName]),
  lintCase("gauge", "QueueX", [camelName]),
  lintCase("gauge", "QUEUE_Length"),
  lintCase("gauge", "HTTPRequests"),
  lintCase("gauge", "queue1Length"),
  lintCase("gauge", "labelled_in_camel_case", [camelLabel], { labels: { queueName: "1" } }),
  lintCase("gauge", "labelled_twice", [camelLabel], { labels: { queueName: "1", jobName: "2" } }),
  lintCase("gauge", "labelled_well", [], { labels: { queue_name: "1", QUEUE: "2" } }),
  lintCase("gauge", "camelName", [camelLabel, camelName], { labels: { camelLabel: "1" } }),
  lintCase("stateset", "jobPhase", [camelLabel, camelName]),

  // Units.
  ...["s", "ms", "us", "ns", "sec", "b", "kb", "mb", "gb", "tb", "pb", "m", "h", "d"].flatMap((
    u,
  ) => [
    lintCase("gauge", `uptime_${u}`, [abbreviated]),
    lintCase("gauge", `uptime_${u}_of_it`, [abbreviated]),
    lintCase("gauge", `uptime_${u.toUpperCase()}`, [abbreviated]),
    lintCase("gauge", `${u}_uptime`),
  ]),
  lintCase("gauge", "uptime_ms_or_s", [abbreviated]),
  lintCase("gauge", "uptime_min"),
  lintCase("gauge", "uptime_kbit"),
  ...["amperes", "bytes", "celsius", "grams", "joules", "kelvin", "meters", "metres", "seconds"]
    .map((base) => lintCase("gauge", `x_${base}`)),
  lintCase("gauge", "x_volts"),
  ...["minutes", "hours", "days", "weeks"].map((found) =>
    lintCase("gauge", `x_${found}`, [unit("seconds", found)])
  ),
  ...["fahrenheit", "rankine"].map((found) =>
    lintCase("gauge", `x_${found}`, [unit("celsius", found)])
  ),
  ...["inches", "yards", "miles"].map((found) =>
    lintCase("gauge", `x_${found}`, [unit("meters", found)])
  ),
  ...["pounds", "ounces"].map((found) => lintCase("gauge", `x_${found}`, [unit("grams", found)])),
  lintCase("gauge", "x_kelvins", [unit("kelvin", "kelvins")]),
  lintCase("gauge", "x_bits", [unit("bytes", "bits")]),
  lintCase("gauge", "x_calories", [unit("joules", "calories")]),
  ...["pico", "nano", "micro", "milli", "centi", "deci", "deca", "hecto", "kilo", "mega", "giga"]
    .map((prefix) =>
      lintCase("gauge", `x_${prefix}seconds`, [unit("seconds", `${prefix}seconds`)])
    ),
  ...["tera", "peta", "kibi", "mibi", "gibi", "tebi", "pebi"]
    .map((prefix) => lintCase("gauge", `x_${prefix}bytes`, [unit("bytes", `${prefix}bytes`)])),
  lintCase("gauge", "milliseconds_x", [unit("seconds", "milliseconds")]),
  lintCase("gauge", "x_kilometres_y", [unit("metres", "kilometres")]),
  lintCase("gauge", "x_kilobits", [unit("bytes", "kilobits")]),
  lintCase("gauge", "x_exabytes"),
  lintCase("gauge", "x_mebibytes"),
  lintCase("gauge", "x_thermometers"),
  lintCase("gauge", "x_Minutes"),
  lintCase("gauge", "minutes", [unit("seconds", "minutes")]),

  // Several at once.
  lintCase(
    "gauge",
    "job:uptimeMs_gauge_ms_total",
    [
      ...[colon, camelName, abbreviated, typeIn("gauge"), noTotal, help, le, quantile, camelLabel],
    ].toSorted(byText),
    { help: "", labels: { le: "1", quantile: "1", aB: "1" } },
  ),
  lintCase("counter", "counter_days", [total, unit("seconds", "days")].toSorted(byText)),
  lintCase(
    "summary",
    "wait_summary_hours_bucket",
    [bucket, typeIn("summary"), unit("seconds", "hours"), camelLabel].toSorted(byText),
    { labels: { waitedFor: "1" } },
  ),
];

function byText([, one]: Finding, [, other]: Finding): number {
  return one < other ? -1 : 1;
}
