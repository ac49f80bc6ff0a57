import { EncodingError } from "../core/errors.ts";
import type { Exemplar } from "../core/exemplar.ts";
import type {
  CounterSnapshot,
  Created,
  GaugeHistogramSnapshot,
  HistogramSnapshot,
  MetricFamily,
  SummarySnapshot,
} from "../core/snapshot.ts";
import { ByteWriter } from "./byte_writer.ts";
import { encodeEach, type Encoder, encodeRows, type RowRange, steppedEncoder } from "./encoder.ts";
import type { EncodingErrorHandler } from "./encoding_error.ts";
import { exemplarLength, exemplarText, timestampText } from "./exemplar_text.ts";
import { hasTime } from "./exemplar_time.ts";
import { expectedBytes } from "./expected_bytes.ts";
import { labelText } from "./label_text.ts";
import { OpenMetricsNames } from "./open_metrics_names.ts";
import { type OpenMetricsText, openMetricsText } from "./open_metrics_text.ts";
import type { RowBytes } from "./row_bytes.ts";
import type { SampleName } from "./sample_name.ts";
import { encodeFacts, encodeValues } from "./value_lines.ts";

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
 *
 * @example
 * ```ts
 * import { MetricsRegistry, openMetrics } from "@edgeprom/edgeprom/core";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const registry = new MetricsRegistry();
 * registry.counter({ name: "jobs", help: "Jobs done." }).inc();
 *
 * const format = openMetrics("1.0.0", { counters: "append-total" });
 * const page = new TextDecoder().decode(await registry.encode(format));
 * assertStringIncludes(page, "jobs_total 1");
 * ```
 */
export function openMetrics(
  version: "1.0.0" | "0.0.1" = "1.0.0",
  { counters = "unknown", created = false }: OpenMetricsOptions = {},
): Encoder {
  return steppedEncoder({
    contentType: `application/openmetrics-text; version=${version}; charset=utf-8`,
    accepts: ({ value, parameters }) =>
      value === "application/openmetrics-text" &&
      (parameters.get("version") ?? "0.0.1") === version,
    *steps(families, options = {}) {
      const writer = new ByteWriter(expectedBytes(families));
      const names = new OpenMetricsNames();
      yield* encodeEach(writer, families, options, (family, onError) => {
        const text = openMetricsText[counters](family);
        // Taken at the end: the names of a family that fails are free for the next one.
        names.check(family.name, text.names);
        writer.bytes(text.header);
        return encodeRows(family.labels.rows, (part) => {
          new Part(writer, text, labelText(family.labels, part.end), part, created, onError)
            .encode(family);
        }, () => names.take(family.name, text.names));
      });
      writer.text("# EOF\n");
      return writer.finish();
    },
  });
}

/** A part of a family's rows, in the making. */
class Part {
  readonly #writer: ByteWriter;
  readonly #text: OpenMetricsText;
  readonly #labels: RowBytes;
  readonly #rows: RowRange;
  readonly #created: boolean;
  readonly #onError: EncodingErrorHandler;

  constructor(
    writer: ByteWriter,
    text: OpenMetricsText,
    labels: RowBytes,
    rows: RowRange,
    created: boolean,
    onError: EncodingErrorHandler,
  ) {
    this.#writer = writer;
    this.#text = text;
    this.#labels = labels;
    this.#rows = rows;
    this.#created = created;
    this.#onError = onError;
  }

  encode(family: MetricFamily): void {
    switch (family.type) {
      case "counter":
        return this.#text.type === "counter" ? this.#counters(family) : this.#values(family.values);
      case "gauge":
      case "unknown":
      case "stateset":
        return this.#values(family.values);
      case "info":
        return encodeFacts(this.#writer, this.#text.samples, this.#labels, this.#rows);
      case "histogram":
        return this.#buckets(family, family.created);
      case "gaugehistogram":
        return this.#buckets(family, undefined);
      case "summary":
        return this.#summaries(family);
      default:
        throw new TypeError(`OpenMetrics has no type ${JSON.stringify(family satisfies never)}`);
    }
  }

  #line(name: SampleName, row: number, value: number): void {
    name.line(this.#writer, this.#labels, row, value);
  }

  #values(values: Float64Array): void {
    encodeValues(this.#writer, this.#text.samples, this.#labels, values, this.#rows);
  }

  #counters({ name, values, exemplars, created }: CounterSnapshot): void {
    const [total] = this.#text.samples;
    const { first, end } = this.#rows;
    for (let row = first; row < end; row++) {
      if (!(values[row] >= 0)) throw new RangeError(`a counter cannot be ${values[row]}`);
      this.#lineWithExemplar(total, row, values[row], exemplars?.[row], name);
      this.#createdLine(row, created);
    }
  }

  #buckets(family: BucketedFamily, created: Created["created"]): void {
    const { bounds, buckets, sums, exemplars } = family;
    const { samples } = this.#text;
    const size = bounds.length + 1;
    const { first, end } = this.#rows;
    for (let row = first; row < end; row++) {
      for (let at = row * size; at < (row + 1) * size; at++) checkCount(buckets[at]);
      const count = exemplars === undefined
        ? this.#writer.buckets(samples, size, this.#labels, row, buckets)
        : this.#bucketsWithExemplars(family, row, size);
      if (hasSum(family, row)) {
        this.#line(samples[size], row, count);
        this.#line(samples[size + 1], row, sums[row]);
      }
      this.#createdLine(row, created);
    }
  }

  #bucketsWithExemplars(
    { name, buckets, exemplars }: BucketedFamily,
    row: number,
    size: number,
  ): number {
    let count = 0;
    for (let bucket = 0; bucket < size; bucket++) {
      const at = row * size + bucket;
      count += buckets[at];
      this.#lineWithExemplar(this.#text.samples[bucket], row, count, exemplars?.[at], name);
    }
    return count;
  }

  #summaries({ quantiles, values, counts, sums, created }: SummarySnapshot): void {
    const { samples } = this.#text;
    const size = quantiles.length;
    const { first, end } = this.#rows;
    for (let row = first; row < end; row++) {
      for (let quantile = 0; quantile < size; quantile++) {
        const value = values[row * size + quantile];
        if (!(value < 0)) this.#line(samples[quantile], row, value);
      }
      checkCount(counts[row]);
      this.#line(samples[size], row, counts[row]);
      if (sums[row] >= 0) this.#line(samples[size + 1], row, sums[row]);
      this.#createdLine(row, created);
    }
  }

  #lineWithExemplar(
    name: SampleName,
    row: number,
    value: number,
    exemplar: Exemplar | undefined,
    family: string,
  ): void {
    if (exemplar === undefined || !this.#isUsable(exemplar, family)) {
      return this.#line(name, row, value);
    }
    name.write(this.#writer, this.#labels, row);
    this.#writer.value(value);
    this.#writer.text(` # ${exemplarText(exemplar)}\n`);
  }

  #isUsable(exemplar: Exemplar, family: string): boolean {
    if (Number.isNaN(exemplar.value) || !hasTime(family, exemplar, this.#onError)) return false;
    const length = exemplarLength(exemplar);
    if (length <= maximumExemplarLength) return true;
    this.#onError(
      new EncodingError(
        `${family}: an exemplar has ${length} characters in its labels, where OpenMetrics allows ` +
          `${maximumExemplarLength}; shorten it`,
      ),
    );
    return false;
  }

  #createdLine(row: number, created: Created["created"]): void {
    if (!this.#created || created === undefined) return;
    this.#text.created.write(this.#writer, this.#labels, row);
    this.#writer.text(`${timestampText(created[row])}\n`);
  }
}

/** Refuses a count that is no whole number from 0 up. */
function checkCount(count: number): void {
  if (!Number.isInteger(count) || count < 0) throw new RangeError(`a count cannot be ${count}`);
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
