import type { Exemplar } from "../../model/exemplar.ts";
import type { BucketedSnapshot, NativeBuckets, SparseBuckets } from "../../model/snapshot.ts";
import { spanBuckets } from "../encoding/bucket_spans.ts";
import { fields, histogramFields as field } from "./protobuf_fields.ts";
import type { ProtobufWriter } from "./protobuf_writer.ts";

/** Writes an exemplar under this field number, if there is one and it can be written. */
export type ExemplarWriter = (field: number, exemplar: Exemplar | undefined) => void;

/** Filling a gap of two empty buckets takes two bytes, and a new span at least six. */
const filledGap = 2;

/**
 * Writes the fields of a row's `Histogram`: native buckets if it has any, and classic ones unless
 * it is native only.
 *
 * Counts are written as integers if all of a row are. Those of a gauge histogram need not be; then
 * all of the row go into the alternative fields of type double.
 */
export function writeHistogram(
  writer: ProtobufWriter,
  { bounds, buckets, sums, exemplars, native }: BucketedSnapshot,
  row: number,
  writeExemplar: ExemplarWriter,
): void {
  const first = row * (bounds.length + 1);
  const sparse = native?.[row];
  let total = 0;
  let whole = sparse === undefined || isWhole(sparse);
  for (let bucket = 0; bucket <= bounds.length; bucket++) {
    const count = buckets[first + bucket];
    total += count;
    if (!isCount(count)) whole = false;
  }
  if (whole) writer.varintField(field.count, total);
  else writer.doubleField(field.floatCount, total);
  writer.doubleField(field.sum, sums[row]);
  if (sparse === undefined || bounds.length > 0) {
    let cumulative = 0;
    for (let position = 0; position <= bounds.length; position++) {
      cumulative += buckets[first + position];
      const bucket = writer.begin(field.bucket);
      if (whole) writer.varintField(fields.bucket.cumulativeCount, cumulative);
      else writer.doubleField(fields.bucket.floatCumulativeCount, cumulative);
      writer.doubleField(
        fields.bucket.upperBound,
        position < bounds.length ? bounds[position] : Infinity,
      );
      writeExemplar(fields.bucket.exemplar, exemplars?.[first + position]);
      writer.end(bucket);
    }
  }
  if (sparse !== undefined) writeNative(writer, sparse, whole, writeExemplar);
}

function writeNative(
  writer: ProtobufWriter,
  native: NativeBuckets,
  whole: boolean,
  writeExemplar: ExemplarWriter,
): void {
  const { schema, zeroThreshold, zeroCount, positive, negative, exemplars } = native;
  writer.zigzagField(field.schema, schema);
  writer.doubleField(field.zeroThreshold, zeroThreshold);
  if (whole) writer.varintField(field.zeroCount, zeroCount);
  else writer.doubleField(field.floatZeroCount, zeroCount);
  const [negativeCounts, positiveCounts] = whole
    ? [field.negativeDelta, field.positiveDelta]
    : [field.negativeFloat, field.positiveFloat];
  writeSparse(writer, negative, whole, field.negativeSpan, negativeCounts);
  writeSparse(writer, positive, whole, field.positiveSpan, positiveCounts);
  // A server recognizes a native histogram by a span, a zero count or a threshold. If there is none
  // of them, an empty span marks it.
  if (
    zeroThreshold === 0 && zeroCount === 0 &&
    positive.indexes.length === 0 && negative.indexes.length === 0
  ) {
    writeSpan(writer, field.positiveSpan, 0, 0);
  }
  for (const exemplar of exemplars) writeExemplar(field.exemplar, exemplar);
}

/**
 * Writes buckets of one sign: the spans, then each count as the difference from the previous one.
 */
export function writeSparse(
  writer: ProtobufWriter,
  buckets: SparseBuckets,
  whole: boolean,
  spanField: number,
  countField: number,
): void {
  if (buckets.indexes.length === 0) return;
  const { spans, counts } = spanBuckets(buckets, filledGap);
  for (const { offset, length } of spans) writeSpan(writer, spanField, offset, length);
  const packed = writer.begin(countField);
  let previous = 0;
  for (const count of counts) {
    if (whole) writer.zigzag(count - previous);
    else writer.double(count);
    previous = count;
  }
  writer.end(packed);
}

function writeSpan(writer: ProtobufWriter, field: number, offset: number, length: number): void {
  const span = writer.begin(field);
  writer.zigzagField(fields.bucketSpan.offset, offset);
  writer.varintField(fields.bucketSpan.length, length);
  writer.end(span);
}

/** Whether all counts of native buckets are integers. */
export function isWhole(
  { zeroCount, positive, negative }: Omit<NativeBuckets, "exemplars">,
): boolean {
  return isCount(zeroCount) && positive.counts.every(isCount) && negative.counts.every(isCount);
}

/** Whether it is a number of observations. */
export function isCount(count: number): boolean {
  return count >= 0 && Number.isInteger(count);
}
