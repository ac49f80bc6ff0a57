import fc from "fast-check";
import type { Exemplar, MetricFamily } from "../../mod.ts";
import type { FamilyHeader, LabelTable, NativeBuckets, SparseBuckets } from "../../src/core.ts";

/** What is drawn first: the rest depends on how many rows there are. */
interface Frame extends FamilyHeader {
  readonly labels: LabelTable;
}

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.constantFrom("", "\\", '"', "\n", "🛫", "x".repeat(150)),
);
const metricName = fc.stringMatching(/^[a-zA-Z_:][a-zA-Z0-9_:]{0,12}$/);
const labelName = fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,8}$/)
  .filter((name) => !name.startsWith("__") && name !== "le" && name !== "quantile");
const double = fc.oneof(
  fc.double(),
  fc.constantFrom(0, -0, NaN, Infinity, -Infinity, 5e-324, 2 ** 53, 1e308),
);
/** Up to 31 add up exactly: those of a native histogram are 21 at most, and 7 classic ones. */
const count = fc.oneof(fc.nat(300), fc.constantFrom(0, 2 ** 31, 2 ** 32, 2 ** 40, 2 ** 48 - 1));
/** Up to 2096: further on, seconds in a double are no longer exact to the microsecond. */
const milliseconds = fc.integer({ min: -4e12, max: 4e12 });
const seconds = milliseconds.map((each) => each / 1000);

const exemplar: fc.Arbitrary<Exemplar> = fc.record({
  labels: fc.dictionary(labelName, text, { maxKeys: 3, noNullPrototype: true }),
  value: double,
  timestamp: seconds,
});

const sparse: fc.Arbitrary<SparseBuckets> = fc.tuple(
  fc.integer({ min: -2000, max: 2000 }),
  fc.array(fc.tuple(fc.oneof(fc.integer({ min: 1, max: 5 }), fc.nat(900)), count)),
).map(([start, steps]) => {
  let index = start;
  return {
    indexes: steps.map(([step]) => index += step + 1),
    counts: steps.map(([, count]) => count),
  };
});

const native: fc.Arbitrary<NativeBuckets> = fc.record({
  schema: fc.integer({ min: -4, max: 8 }),
  zeroThreshold: fc.constantFrom(0, 2 ** -128, 0.001),
  zeroCount: count,
  positive: sparse,
  negative: sparse,
  exemplars: fc.array(exemplar, { maxLength: 4 }),
});

const ascending = fc.uniqueArray(fc.double({ noNaN: true, noDefaultInfinity: true }), {
  maxLength: 6,
  comparator: (one, other) => one === other,
}).map((bounds) => bounds.sort((one, other) => one - other));

const frame: fc.Arbitrary<Frame> = fc.record({
  name: metricName,
  help: text,
  names: fc.uniqueArray(labelName, { maxLength: 4 }),
  rows: fc.nat(4),
}).chain(({ names, rows, ...header }) =>
  exactly(text, names.length * rows).map((values) => ({
    ...header,
    labels: { names, values, rows },
  }))
);

/** Families of every type, with all that they can hold. */
export const arbitraryFamily: fc.Arbitrary<MetricFamily> = frame.chain((frame) =>
  fc.oneof(
    valuesOf(frame),
    countersOf(frame),
    statesOf(frame),
    summariesOf(frame),
    bucketsOf(frame),
  ).chain((family) =>
    fc.option(
      numbers(
        fc.oneof(seconds.map((each) => Math.min(Math.abs(each), 1.7e9)), fc.constant(NaN)),
        frame.labels.rows,
      ),
      {
        nil: undefined,
      },
    )
      .map((timestamps) => timestamps === undefined ? family : { ...family, timestamps })
  )
);

function valuesOf(frame: Frame): fc.Arbitrary<MetricFamily> {
  const values = numbers(double, frame.labels.rows);
  return fc.oneof(
    fc.constant({ ...frame, type: "info" as const }),
    values.map((values) => ({ ...frame, type: "gauge" as const, values })),
    values.map((values) => ({ ...frame, type: "unknown" as const, values })),
  );
}

function countersOf(frame: Frame): fc.Arbitrary<MetricFamily> {
  const { rows } = frame.labels;
  return fc.record({
    values: numbers(double, rows),
    exemplars: fc.option(exactly(optional(exemplar), rows), { nil: undefined }),
    created: fc.option(exactly(seconds, rows), { nil: undefined }),
  }).map((columns) => ({ ...frame, type: "counter", ...columns }));
}

function statesOf(frame: Frame): fc.Arbitrary<MetricFamily> {
  return fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 4 }).chain((states) =>
    numbers(fc.constantFrom(0, 1), frame.labels.rows * states.length)
      .map((values) => ({ ...frame, type: "stateset", states, values }))
  );
}

function summariesOf(frame: Frame): fc.Arbitrary<MetricFamily> {
  const { rows } = frame.labels;
  return ascending.chain((quantiles) =>
    fc.record({
      quantiles: fc.constant(quantiles),
      values: numbers(double, rows * quantiles.length),
      counts: numbers(fc.maxSafeNat(), rows),
      sums: numbers(double, rows),
      created: fc.option(exactly(seconds, rows), { nil: undefined }),
    }).map((columns) => ({ ...frame, type: "summary", ...columns }))
  );
}

function bucketsOf(frame: Frame): fc.Arbitrary<MetricFamily> {
  const { rows } = frame.labels;
  return ascending.chain((bounds) => {
    const size = rows * (bounds.length + 1);
    return fc.record({
      type: fc.constantFrom("histogram" as const, "gaugehistogram" as const),
      bounds: fc.constant(bounds),
      buckets: numbers(count, size),
      sums: numbers(double, rows),
      exemplars: fc.option(exactly(optional(exemplar), size), { nil: undefined }),
      native: fc.option(exactly(native, rows), { nil: undefined }),
      created: fc.option(exactly(seconds, rows), { nil: undefined }),
    }).map((columns) => ({ ...frame, ...columns }));
  });
}

function optional<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(arbitrary, { nil: undefined });
}

function exactly<T>(arbitrary: fc.Arbitrary<T>, length: number): fc.Arbitrary<T[]> {
  return fc.array(arbitrary, { minLength: length, maxLength: length });
}

function numbers(arbitrary: fc.Arbitrary<number>, length: number): fc.Arbitrary<Float64Array> {
  return exactly(arbitrary, length).map((values) => Float64Array.from(values));
}
