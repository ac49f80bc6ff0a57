import type { BucketedSnapshot, SparseBuckets, SummarySnapshot } from "../../model/snapshot.ts";
import { spanBuckets } from "../encoding/bucket_spans.ts";
import { canonicalText, sampleText } from "../text/number_text.ts";

/** Formats the composite value of a row: all numbers of a histogram or summary in one. */
export type CompositeValue = (row: number) => string;

/** An empty bucket takes two characters, `,0`, and a new span at least four, `,1:1`. */
const filledGap = 1;

/**
 * Composite values of a histogram, `{count:2,sum:3.0,bucket:[0.5:1,+Inf:2]}`, with native buckets
 * before the classic ones. The specification fixes the order of the fields.
 *
 * @param prefix The prefix of `count` and `sum`: `g` in a gauge histogram.
 */
export function histogramValues(
  { bounds, buckets, sums, native }: BucketedSnapshot,
  prefix: "" | "g",
): CompositeValue {
  const size = bounds.length + 1;
  const openings = [...bounds, Infinity].map((bound) => `${canonicalText(bound)}:`);
  return (row) => {
    let count = 0;
    const classic = openings.map((opening, bucket) => {
      count += buckets[row * size + bucket];
      return opening + sampleText(count);
    });
    const sparse = native?.[row];
    const fields = [
      `${prefix}count:${sampleText(count)}`,
      `${prefix}sum:${canonicalText(sums[row])}`,
    ];
    if (sparse !== undefined) {
      fields.push(
        `schema:${sparse.schema}`,
        `zero_threshold:${canonicalText(sparse.zeroThreshold)}`,
        `zero_count:${sampleText(sparse.zeroCount)}`,
        ...sparseFields("negative", sparse.negative),
        ...sparseFields("positive", sparse.positive),
      );
    }
    if (sparse === undefined || bounds.length > 0) fields.push(`bucket:[${classic.join()}]`);
    return `{${fields.join()}}`;
  };
}

/** Composite values of a summary: `{count:2,sum:3.0,quantile:[0.5:1.0]}`. */
export function summaryValues(
  { quantiles, values, counts, sums }: SummarySnapshot,
): CompositeValue {
  const openings = quantiles.map((quantile) => `${canonicalText(quantile)}:`);
  return (row) => {
    const pairs = openings.map((opening, position) =>
      opening + canonicalText(values[row * quantiles.length + position])
    );
    return `{count:${sampleText(counts[row])},sum:${canonicalText(sums[row])},` +
      `quantile:[${pairs.join()}]}`;
  };
}

/**
 * The fields of native buckets of one sign. Their counts are absolute, unlike those in protobuf.
 */
function sparseFields(sign: string, buckets: SparseBuckets): string[] {
  if (buckets.indexes.length === 0) return [];
  const { spans, counts } = spanBuckets(buckets, filledGap);
  return [
    `${sign}_spans:[${spans.map(({ offset, length }) => `${offset}:${length}`).join()}]`,
    `${sign}_buckets:[${counts.map(sampleText).join()}]`,
  ];
}
