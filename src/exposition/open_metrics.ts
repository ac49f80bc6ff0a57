import { EncodingError } from "../core/errors.ts";
import type { Exemplar } from "../core/exemplar.ts";
import type {
  CounterSnapshot,
  Created,
  GaugeHistogramSnapshot,
  HistogramSnapshot,
  MetricFamily,
  StateSetSnapshot,
  SummarySnapshot,
} from "../core/snapshot.ts";
import { ByteWriter } from "./byte_writer.ts";
import { encodeEach, type Encoder } from "./encoder.ts";
import type { EncodingErrorHandler } from "./encoding_error.ts";
import { hasTime } from "./exemplar_time.ts";
import { exemplarLength, exemplarText, timestampText } from "./exemplar_text.ts";
import { escapeLabelValue, labelText, quoteLabelName } from "./label_text.ts";
import type { RowBytes } from "./row_bytes.ts";
import { canonicalText } from "./number_text.ts";
import { OpenMetricsNames } from "./open_metrics_names.ts";
import { quoteMetricName, SampleName } from "./sample_name.ts";

/** How OpenMetrics 1.0 is written where its rules leave a choice. */
export interface OpenMetricsOptions {
  /**
   * What becomes of a counter whose name does not end in `_total`, which OpenMetrics 1.0 asks for.
   * `unknown`, the default, keeps the name and drops the type; `append-total` keeps the type and
   * renames the series, in this format alone.
   */
  readonly counters?: "unknown" | "append-total";
  /**
   * Whether to write `_created` samples; false by default. A server without
   * `--enable-feature=created-timestamp-zero-ingestion` stores each as a series of its own.
   */
  readonly created?: boolean;
}

type BucketedFamily = HistogramSnapshot | GaugeHistogramSnapshot;

/** The longest exemplar, in code points of its label names and values. */
const maximumExemplarLength = 128;

/**
 * OpenMetrics 1.0, or the 0.0.1 that is the same in practice. Strict: what its rules forbid, such as
 * the sum of a histogram that saw negative values, is left out.
 *
 * Source: https://prometheus.io/docs/specs/om/open_metrics_spec/
 */
export function openMetrics(
  version: "1.0.0" | "0.0.1" = "1.0.0",
  options: OpenMetricsOptions = {},
): Encoder {
  return {
    contentType: `application/openmetrics-text; version=${version}; charset=utf-8`,
    accepts: ({ value, parameters }) =>
      value === "application/openmetrics-text" &&
      (parameters.get("version") ?? "0.0.1") === version,
    encode(families, encodeOptions = {}) {
      const page = new Page(options);
      encodeEach(page.writer, families, encodeOptions, (family, onError) => {
        page.encode(family, onError);
      });
      page.writer.text("# EOF\n");
      return page.writer.finish();
    },
  };
}

/** A page in the making. */
class Page {
  readonly writer = new ByteWriter();
  readonly #names = new OpenMetricsNames();
  readonly #appendTotal: boolean;
  readonly #created: boolean;

  constructor({ counters = "unknown", created = false }: OpenMetricsOptions) {
    this.#appendTotal = counters === "append-total";
    this.#created = created;
  }

  encode(family: MetricFamily, onError: EncodingErrorHandler): void {
    const { type, name } = this.#nameOf(family);
    this.#names.check(family.name, type, name);
    this.#metadata(name, type, family);
    this.#samples(name, type, family, onError);
    // Not before: the names of a family that fails are free for the next one.
    this.#names.take(family.name, type, name);
  }

  #samples(
    name: string,
    type: string,
    family: MetricFamily,
    onError: EncodingErrorHandler,
  ): void {
    const labels = labelText(family.labels);
    switch (family.type) {
      case "counter":
        return type === "counter"
          ? this.#counters(name, family, labels, onError)
          : this.#values(name, labels, family.values);
      case "gauge":
      case "unknown":
        return this.#values(name, labels, family.values);
      case "info":
        return this.#values(`${name}_info`, labels, new Float64Array(family.labels.rows).fill(1));
      case "stateset":
        return this.#states(family, labels);
      case "histogram":
        return this.#buckets(family, labels, family.created, onError);
      case "gaugehistogram":
        return this.#buckets(family, labels, undefined, onError);
      case "summary":
        return this.#summaries(family, labels);
      default:
        throw new TypeError(`OpenMetrics has no type ${JSON.stringify(family satisfies never)}`);
    }
  }

  /** The type and the name of the family here: the sample's name without the type's suffix. */
  #nameOf({ type, name }: MetricFamily): { readonly type: string; readonly name: string } {
    if (type === "info") {
      if (!/._info$/s.test(name)) throw new RangeError('the name of an info ends in "_info"');
      return { type, name: name.slice(0, -"_info".length) };
    }
    if (type !== "counter") return { type, name };
    if (/._total$/s.test(name)) return { type, name: name.slice(0, -"_total".length) };
    return { type: this.#appendTotal ? "counter" : "unknown", name };
  }

  #metadata(name: string, type: string, { unit, help }: MetricFamily): void {
    const quoted = quoteMetricName(name);
    this.writer.text(`# TYPE ${quoted} ${type}\n`);
    const hasUnit = type !== "info" && type !== "stateset";
    if (hasUnit && unit !== undefined && /^[\w:]+$/.test(unit) && name.endsWith(`_${unit}`)) {
      this.writer.text(`# UNIT ${quoted} ${unit}\n`);
    }
    this.writer.text(`# HELP ${quoted} ${escapeLabelValue(help)}\n`);
  }

  #counters(
    name: string,
    { values, exemplars, created, labels: { rows } }: CounterSnapshot,
    labels: RowBytes,
    onError: EncodingErrorHandler,
  ): void {
    const total = new SampleName(`${name}_total`);
    const createdName = new SampleName(`${name}_created`);
    for (let row = 0; row < rows; row++) {
      if (!(values[row] >= 0)) throw new RangeError(`a counter cannot be ${values[row]}`);
      total.write(this.writer, labels, row);
      this.#valueWithExemplar(name, values[row], exemplars?.[row], onError);
      this.#createdLine(createdName, labels, row, created);
    }
  }

  #values(name: string, labels: RowBytes, values: Float64Array): void {
    const sample = new SampleName(name);
    for (let row = 0; row < values.length; row++) {
      sample.write(this.writer, labels, row);
      this.writer.valueLine(values[row]);
    }
  }

  #states({ name, states, values, labels: { rows } }: StateSetSnapshot, labels: RowBytes): void {
    const label = quoteLabelName(name);
    const samples = states
      .map((state) => new SampleName(name, `${label}="${escapeLabelValue(state)}"`));
    for (let row = 0; row < rows; row++) {
      samples.forEach((sample, state) => {
        sample.write(this.writer, labels, row);
        this.writer.valueLine(values[row * states.length + state]);
      });
    }
  }

  #buckets(
    family: BucketedFamily,
    labels: RowBytes,
    created: Created["created"],
    onError: EncodingErrorHandler,
  ): void {
    const { name, bounds, buckets, sums, exemplars } = family;
    const [sumSuffix, countSuffix] = family.type === "histogram"
      ? ["_sum", "_count"]
      : ["_gsum", "_gcount"];
    const bucketNames = [...bounds, Infinity]
      .map((bound) => new SampleName(`${name}_bucket`, `le="${canonicalText(bound)}"`));
    const countName = new SampleName(name + countSuffix);
    const sumName = new SampleName(name + sumSuffix);
    const createdName = new SampleName(`${name}_created`);
    for (let row = 0; row < sums.length; row++) {
      let count = 0;
      for (let bucket = 0; bucket < bucketNames.length; bucket++) {
        const at = row * bucketNames.length + bucket;
        count += wholeCount(buckets[at]);
        bucketNames[bucket].write(this.writer, labels, row);
        this.#valueWithExemplar(name, count, exemplars?.[at], onError);
      }
      if (hasSum(family, row)) {
        countName.write(this.writer, labels, row);
        this.writer.valueLine(count);
        sumName.write(this.writer, labels, row);
        this.writer.valueLine(sums[row]);
      }
      this.#createdLine(createdName, labels, row, created);
    }
  }

  #summaries(family: SummarySnapshot, labels: RowBytes): void {
    const { name, quantiles, values, counts, sums, created } = family;
    const quantileNames = quantiles
      .map((quantile) => new SampleName(name, `quantile="${canonicalText(quantile)}"`));
    const countName = new SampleName(`${name}_count`);
    const sumName = new SampleName(`${name}_sum`);
    const createdName = new SampleName(`${name}_created`);
    for (let row = 0; row < sums.length; row++) {
      quantileNames.forEach((quantileName, quantile) => {
        const value = values[row * quantiles.length + quantile];
        if (value < 0) return;
        quantileName.write(this.writer, labels, row);
        this.writer.valueLine(value);
      });
      countName.write(this.writer, labels, row);
      this.writer.valueLine(wholeCount(counts[row]));
      if (sums[row] >= 0) {
        sumName.write(this.writer, labels, row);
        this.writer.valueLine(sums[row]);
      }
      this.#createdLine(createdName, labels, row, created);
    }
  }

  #valueWithExemplar(
    family: string,
    value: number,
    exemplar: Exemplar | undefined,
    onError: EncodingErrorHandler,
  ): void {
    const usable = exemplar !== undefined && !Number.isNaN(exemplar.value) &&
      hasTime(family, exemplar, onError);
    if (!usable) return this.writer.valueLine(value);
    const length = exemplarLength(exemplar);
    if (length > maximumExemplarLength) {
      this.writer.valueLine(value);
      return onError(
        new EncodingError(
          `${family}: an exemplar has ${length} characters in its labels, where OpenMetrics allows ` +
            `${maximumExemplarLength}; shorten it`,
        ),
      );
    }
    this.writer.value(value);
    this.writer.text(` # ${exemplarText(exemplar)}\n`);
  }

  #createdLine(
    name: SampleName,
    labels: RowBytes,
    row: number,
    created: Created["created"],
  ): void {
    if (!this.#created || created === undefined) return;
    name.write(this.writer, labels, row);
    this.writer.text(`${timestampText(created[row])}\n`);
  }
}

/** A count, which here is a whole number from 0 up. */
function wholeCount(count: number): number {
  if (Number.isInteger(count) && count >= 0) return count;
  throw new RangeError(`a count cannot be ${count}`);
}

/**
 * Whether a sum may be written, and the count, which goes with it. The sum of a histogram is a
 * counter here: with negative values it is none. That of a gauge histogram may be negative where a
 * bound is.
 */
function hasSum({ type, bounds, sums }: BucketedFamily, row: number): boolean {
  const negativeBounds = bounds[0] < 0;
  if (type === "histogram") return sums[row] >= 0 && !negativeBounds;
  return sums[row] >= 0 || (negativeBounds && sums[row] < 0);
}
