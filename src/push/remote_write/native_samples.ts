import type {
  BucketedSnapshot,
  GaugeHistogramSnapshot,
  HistogramSnapshot,
  NativeBuckets,
} from "../../model/snapshot.ts";
import { isCount, isWhole, writeSparse } from "../../exposition/protobuf/protobuf_histogram.ts";
import type { ProtobufWriter } from "../../exposition/protobuf/protobuf_writer.ts";
import type { Protocol } from "./protocol.ts";
import { type SampleTimes, type SampleValue, stale, writeValue } from "./samples.ts";

/** Fields of a `Histogram`, which are the same in both versions. */
const fields = {
  count: 1,
  floatCount: 2,
  sum: 3,
  schema: 4,
  zeroThreshold: 5,
  zeroCount: 6,
  floatZeroCount: 7,
  negativeSpan: 8,
  negativeDelta: 9,
  negativeFloat: 10,
  positiveSpan: 11,
  positiveDelta: 12,
  positiveFloat: 13,
  resetHint: 14,
  time: 15,
  bounds: 16,
  start: 17,
} as const;

/** The hint that a histogram may shrink. */
const gaugeHint = 3;

/** The schema of buckets with bounds of their own. */
const customSchema = -53;

/** A native histogram of one series. */
export interface NativeSample {
  readonly count: number;
  readonly sum: SampleValue;
  readonly buckets: Omit<NativeBuckets, "exemplars">;
  /** The bounds of custom buckets. */
  readonly bounds?: readonly number[];
  readonly isGauge: boolean;
}

/** The native histogram of a row: its native buckets, or else its classic ones as custom buckets. */
export function nativeSample(
  family: HistogramSnapshot | GaugeHistogramSnapshot,
  row: number,
): NativeSample {
  const { sums, native, bounds } = family;
  const counts = bucketsOf(family, row);
  const count = counts.reduce((total, each) => total + each, 0);
  const shared = { count, sum: sums[row], isGauge: family.type === "gaugehistogram" };
  if (native !== undefined) return { ...shared, buckets: native[row] };
  const indexes = [...counts.keys()].filter((bucket) => counts[bucket] !== 0);
  const positive = { indexes, counts: indexes.map((bucket) => counts[bucket]) };
  return { ...shared, bounds, buckets: { ...noBuckets, schema: customSchema, positive } };
}

/** The same histogram before anything was observed. */
export function atZero(sample: NativeSample): NativeSample {
  const { schema, zeroThreshold } = sample.buckets;
  return { ...sample, count: 0, sum: 0, buckets: { ...noBuckets, schema, zeroThreshold } };
}

const none = { indexes: [], counts: [] } as const;
const noBuckets = { schema: 0, zeroThreshold: 0, zeroCount: 0, positive: none, negative: none };

/** The end of a series of native histograms. */
export const staleHistogram: NativeSample = {
  count: 0,
  sum: stale,
  isGauge: false,
  buckets: noBuckets,
};

/** Writes a histogram of a series. */
export function writeNativeSample(
  writer: ProtobufWriter,
  { hasStart, fields: { histograms } }: Protocol,
  { count, sum, buckets, bounds, isGauge }: NativeSample,
  { time, start }: SampleTimes,
): void {
  const { schema, zeroThreshold, zeroCount, positive, negative } = buckets;
  const whole = isCount(count) && isWhole(buckets);
  const histogram = writer.begin(histograms);
  if (whole) writer.varintField(fields.count, count);
  else writer.doubleField(fields.floatCount, count);
  writeValue(writer, fields.sum, sum);
  writer.zigzagField(fields.schema, schema);
  writer.doubleField(fields.zeroThreshold, zeroThreshold);
  if (whole) writer.varintField(fields.zeroCount, zeroCount);
  else writer.doubleField(fields.floatZeroCount, zeroCount);
  const [negatives, positives] = whole
    ? [fields.negativeDelta, fields.positiveDelta]
    : [fields.negativeFloat, fields.positiveFloat];
  writeSparse(writer, negative, whole, fields.negativeSpan, negatives);
  writeSparse(writer, positive, whole, fields.positiveSpan, positives);
  if (isGauge) writer.varintField(fields.resetHint, gaugeHint);
  writer.varintField(fields.time, time);
  if (bounds !== undefined) {
    const packed = writer.begin(fields.bounds);
    for (const bound of bounds) writer.double(bound);
    writer.end(packed);
  }
  if (hasStart && start !== 0) writer.varintField(fields.start, start);
  writer.end(histogram);
}

function bucketsOf({ bounds, buckets }: BucketedSnapshot, row: number): Float64Array {
  const size = bounds.length + 1;
  return buckets.subarray(row * size, (row + 1) * size);
}
