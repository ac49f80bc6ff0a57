import type { MetricFamily } from "../../model/snapshot.ts";
import { ByteWriter } from "../text/byte_writer.ts";
import {
  chunkedEncoder,
  encodeEach,
  type Encoder,
  encodeRows,
  type RowRange,
} from "../encoding/encoder.ts";
import type { EncodingErrorHandler } from "../encoding/encoding_error.ts";
import { exemplarText } from "./exemplar_text.ts";
import { estimateSize } from "../text/size_estimate.ts";
import type { LineEnd } from "../text/line_block.ts";
import {
  bucketValues,
  columnValues,
  type LineValues,
  ones,
  plainValues,
  summaryValues,
} from "../text/line_values.ts";
import { exemplarsOf, isUsable } from "./open_metrics_exemplars.ts";
import { OpenMetricsNames } from "./open_metrics_names.ts";
import { checkCounts, leftOut } from "./open_metrics_rules.ts";
import { type OpenMetricsTemplate, openMetricsTemplates } from "./open_metrics_text.ts";

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
  return chunkedEncoder({
    contentType: `application/openmetrics-text; version=${version}; charset=utf-8`,
    accepts: ({ value, parameters }) =>
      value === "application/openmetrics-text" &&
      (parameters.get("version") ?? "0.0.1") === version,
    *chunks(families, options = {}) {
      const names = new OpenMetricsNames();
      const texts = openMetricsTemplates[counters];
      const writer = new ByteWriter(estimateSize(families, texts.bare.known));
      yield* encodeEach(writer, families, options, (family, onError) => {
        const times = created ? createdOf(family) : undefined;
        const text = (times === undefined ? texts.bare : texts.created).of(family);
        const values = valuesOf(family, text.samples.length, times);
        // Taken at the end: the names of a family that fails are free for the next one.
        names.check(family.name, text.names);
        writer.bytes(text.header);
        return encodeRows(family.labels.rows, (part) => {
          checkCounts(family, text.type, part);
          text.lines.write(
            writer,
            family.labels,
            part,
            values,
            endsOf(family, text, part, onError),
          );
        }, () => names.take(family.name, text.names));
      });
      writer.text("# EOF\n");
      return writer.finish();
    },
  });
}

/** When the series of a family were created, where its type can tell. */
function createdOf(family: MetricFamily): Float64Array | undefined {
  switch (family.type) {
    case "counter":
    case "histogram":
    case "summary":
      return family.created && inMilliseconds(family.created, family.labels.rows);
    default:
      return undefined;
  }
}

function valuesOf(
  family: MetricFamily,
  linesEach: number,
  created: Float64Array | undefined,
): LineValues {
  switch (family.type) {
    case "counter":
      // One that is written as unknown does not tell when it was created.
      return created === undefined || linesEach === 1
        ? plainValues(family.values, 1)
        : columnValues([family.values, created]);
    case "gauge":
    case "unknown":
    case "stateset":
      return plainValues(family.values, linesEach);
    case "info":
      return ones;
    case "histogram":
    case "gaugehistogram":
      return bucketValues(family, ["count", "sum"], created);
    case "summary":
      return summaryValues(family, ["count", "sum"], created);
    default:
      throw new TypeError(`OpenMetrics has no type ${JSON.stringify(family satisfies never)}`);
  }
}

/** Times in seconds, to the millisecond. */
function inMilliseconds(times: ArrayLike<number>, rows: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => Math.round(times[row] * 1000) / 1000);
}

/** How lines end, where some do not end with their value: by exemplars, or not written at all. */
function endsOf(
  family: MetricFamily,
  text: OpenMetricsTemplate,
  part: RowRange,
  onError: EncodingErrorHandler,
): LineEnd | undefined {
  const exemplarOf = exemplarsOf(family, text.type);
  const isLeftOut = leftOut(family, part);
  if (exemplarOf === undefined && isLeftOut === undefined) return undefined;
  return (row, sample) => {
    if (isLeftOut?.(row, sample)) return undefined;
    const exemplar = exemplarOf?.(row, sample);
    return exemplar === undefined || !isUsable(exemplar, family.name, onError)
      ? ""
      : ` # ${exemplarText(exemplar)}`;
  };
}
