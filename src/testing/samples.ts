import { type LabelRecord, labelsOfRow } from "../model/label_table.ts";
import type { BucketedSnapshot, MetricFamily } from "../model/snapshot.ts";
import { canonicalText } from "../exposition/text/number_text.ts";

/**
 * One number of a page, as the text format has it.
 *
 * @category Testing
 */
export interface Sample {
  /** The sample's name, its type's suffix included. */
  readonly name: string;
  /** Its labels, `le` and `quantile` included. */
  readonly labels: LabelRecord;
  /** Its value. */
  readonly value: number;
  /** The time of its measurement, in seconds since 1970, if that is not the time of the scrape. */
  readonly timestamp?: number;
}

/**
 * The samples of a family, in the order of the text format.
 *
 * @example
 * ```ts
 * import { constGauge } from "@edgeprom/edgeprom";
 * import { samplesOf } from "@edgeprom/edgeprom/testing";
 * import { assertEquals } from "@std/assert";
 *
 * const mail = { labels: { queue: "mail" }, value: 3 };
 * const family = constGauge({ name: "queue_length", help: "Jobs that wait.", samples: [mail] });
 * assertEquals([...samplesOf(family)], [{ name: "queue_length", ...mail }]);
 * ```
 *
 * @category Testing
 */
export function* samplesOf(family: MetricFamily): Generator<Sample> {
  for (let row = 0; row < family.labels.rows; row++) {
    const timestamp = family.timestamps?.[row] ?? NaN;
    for (const sample of samplesOfRow(family, row, labelsOfRow(family.labels, row))) {
      yield Number.isNaN(timestamp) ? sample : { ...sample, timestamp };
    }
  }
}

function* samplesOfRow(family: MetricFamily, row: number, labels: LabelRecord): Generator<Sample> {
  const { name } = family;
  switch (family.type) {
    case "counter":
    case "gauge":
    case "unknown":
      yield { name, labels, value: family.values[row] };
      break;
    case "info":
      yield { name, labels, value: 1 };
      break;
    case "stateset":
      for (const [position, state] of family.states.entries()) {
        const value = family.values[row * family.states.length + position];
        yield { name, labels: { ...labels, [name]: state }, value };
      }
      break;
    case "summary":
      for (const [position, bound] of family.quantiles.entries()) {
        const quantile = canonicalText(bound);
        const value = family.values[row * family.quantiles.length + position];
        yield { name, labels: { ...labels, quantile }, value };
      }
      yield { name: `${name}_sum`, labels, value: family.sums[row] };
      yield { name: `${name}_count`, labels, value: family.counts[row] };
      break;
    case "histogram":
    case "gaugehistogram":
      yield* bucketSamples(family, row, labels);
      break;
    default:
      throw new TypeError(`no samples for the type ${JSON.stringify(family satisfies never)}`);
  }
}

function* bucketSamples(
  { name, bounds, buckets, sums }: BucketedSnapshot,
  row: number,
  labels: LabelRecord,
): Generator<Sample> {
  let count = 0;
  for (const [bucket, bound] of [...bounds, Infinity].entries()) {
    count += buckets[row * (bounds.length + 1) + bucket];
    const le = canonicalText(bound);
    yield { name: `${name}_bucket`, labels: { ...labels, le }, value: count };
  }
  yield { name: `${name}_sum`, labels, value: sums[row] };
  yield { name: `${name}_count`, labels, value: count };
}
