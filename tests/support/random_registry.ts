import fc from "fast-check";
import {
  constGaugeHistogram,
  constUnknown,
  type LabelRecord,
  MetricsRegistry,
  type MetricType,
} from "../../mod.ts";
import { collectorOf } from "./collectors.ts";
import { bucketsOf, increment, type Recorded, type Recording, sumOf } from "./recorded.ts";

const inherited = ["__proto__", "constructor", "toString"];
const hostile = [...'"\\\n\r =,{}#', "\\n", '\\"', " # {", "🛫", "", ...inherited];
const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.array(fc.constantFrom(...hostile)).map((parts) => parts.join("")),
);
/** Without white space at its ends, which client_python would remove. */
const help = fc.oneof(fc.constant(""), text.map((inside) => `<${inside}>`));
const number = fc.oneof(
  fc.double(),
  fc.integer({ min: -3, max: 50 }),
  fc.constantFrom(0, -0, Infinity, -Infinity, NaN, 5e-324, -5e-324, 1e308, 2 ** 53, 1e21, 1e-7),
);
/** Without `}`, at which client_python's parser of exemplars stops. */
const exemplar = fc.dictionary(
  fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,8}$/),
  fc.oneof(text, fc.string({ unit: "binary", minLength: 100, maxLength: 150 }))
    .map((value) => value.replaceAll("}", ")")),
  { maxKeys: 3, noNullPrototype: true },
);
const recording = fc.record({ value: number, exemplar }, { requiredKeys: ["value"] });

const suffix = /_(total|created|info|count|sum|bucket|gcount|gsum)$/;
const base = fc.oneof(
  fc.stringMatching(/^[a-zA-Z_:][a-zA-Z0-9_:]{0,12}$/),
  fc.constantFrom(...inherited),
).filter((name) => !suffix.test(name));
const labelName = fc.oneof(
  fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,8}$/),
  fc.constantFrom(...inherited.slice(1)),
).filter((name) => !name.startsWith("__") && name !== "le" && name !== "quantile");
const bounds = fc.uniqueArray(
  fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer({ min: -9, max: 99 })),
  { minLength: 1, maxLength: 6, comparator: (one, other) => one === other },
).map((bounds) => bounds.sort((one, other) => one - other));

const types: readonly MetricType[] = [
  "counter",
  "gauge",
  "histogram",
  "gaugehistogram",
  "summary",
  "info",
  "stateset",
  "unknown",
];

const family: fc.Arbitrary<Recorded> = fc.record({
  type: fc.constantFrom(...types),
  base,
  suffix: fc.constantFrom("", "_total", "_created"),
  help,
  labels: fc.uniqueArray(labelName, { maxLength: 4 }),
  classic: fc.option(bounds, { nil: undefined }),
  isNative: fc.boolean(),
  quantiles: fc.subarray([0, 1] as (0 | 1)[]),
  states: fc.uniqueArray(text.filter((state) => state !== ""), { minLength: 1, maxLength: 4 }),
}).chain(({ base, suffix, classic, ...rest }) => {
  const { type, isNative, labels } = rest;
  const one = fc.record({
    values: fc.tuple(...labels.map(() => text)),
    recordings: fc.array(recording, { minLength: 1, maxLength: 5 }),
  });
  // An info keeps the series that was set last.
  const size = { minLength: 1, maxLength: type === "info" ? 1 : 4 };
  const series = fc.uniqueArray(one, { ...size, selector: ({ values }) => values.join("\0\0") });
  const name = base.replaceAll(":", type === "stateset" ? "_" : ":") +
    (type === "info" ? "_info" : suffix);
  const bounds = classic ?? (type === "histogram" && isNative ? undefined : [0.5]);
  return series.map((series) => ({ ...rest, name, bounds, series }));
}).filter(({ type, name, labels }) => type !== "stateset" || !labels.includes(name));

/**
 * Families whose names differ in more than a suffix, because OpenMetrics allows no others on a
 * page.
 */
export const recordedFamilies: fc.Arbitrary<readonly Recorded[]> = fc.uniqueArray(family, {
  maxLength: 8,
  selector: ({ name }) => name.replace(suffix, "").replaceAll(":", "_"),
});

/** A registry with these recordings. */
export function registryOf(families: readonly Recorded[]): MetricsRegistry {
  const registry = new MetricsRegistry();
  const { warn } = console;
  // Of exemplars that are dropped.
  console.warn = () => {};
  for (const family of families) record(registry, family);
  console.warn = warn;
  return registry;
}

function record(registry: MetricsRegistry, family: Recorded): void {
  const { type, name, help, labels, series, bounds, isNative, quantiles, states } = family;
  const definition = { name, help, labels };
  const histogram = { ...definition, buckets: bounds, native: isNative };
  const sets = series.map(({ values }) =>
    Object.fromEntries(labels.map((label, column) => [label, values[column]]))
  );
  const each = (write: (set: LabelRecord, recording: Recording) => void) =>
    series.forEach(({ recordings }, row) => recordings.forEach((one) => write(sets[row], one)));
  switch (type) {
    case "counter": {
      const counter = registry.counter(definition);
      return each((set, { value, ...options }) => counter.inc(set, increment(value), options));
    }
    case "gauge": {
      const gauge = registry.gauge(definition);
      return each((set, { value }) => gauge.set(set, value));
    }
    case "histogram": {
      const instrument = registry.histogram(histogram);
      return each((set, { value, ...options }) => instrument.observe(set, value, options));
    }
    case "summary": {
      const summary = registry.summary({ ...definition, quantiles });
      return each((set, { value }) => summary.observe(set, value + 0));
    }
    case "info": {
      const info = registry.info(definition);
      return each((set) => info.set(set));
    }
    case "stateset": {
      const phase = registry.stateSet({ ...definition, states });
      return each((set, { value }) => phase.set(set, states[0], value > 0));
    }
    case "unknown": {
      const samples = series.map(({ recordings }, row) => ({
        labels: sets[row],
        value: recordings.at(-1)?.value ?? NaN,
      }));
      return registry.register(collectorOf(constUnknown({ name, help, samples })));
    }
    case "gaugehistogram": {
      const samples = series.map(({ recordings }, row) => ({
        labels: sets[row],
        buckets: bucketsOf(bounds, recordings).map((inside) => inside.length),
        sum: sumOf(recordings),
      }));
      const family = constGaugeHistogram({ name, help, bounds: bounds ?? [], samples });
      return registry.register(collectorOf(family));
    }
  }
}
