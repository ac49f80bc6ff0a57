import { type AnyFamily, metricTypes } from "../../model/metric_types.ts";
import { aBoolean, checkOptions, oneOf, type OptionRules } from "../../model/options.ts";
import type { MetricFamily } from "../../model/snapshot.ts";
import type { ByteWriter } from "../text/byte_writer.ts";
import {
  chunkedEncoder,
  type Encoder,
  encodeRows,
  type FamilyParts,
  type RowRange,
} from "../encoding/encoder.ts";
import type { EncodingErrorHandler } from "../encoding/encoding_error.ts";
import type { Format } from "../encoding/format.ts";
import { exemplarText, timestampText } from "./exemplar_text.ts";
import type { LineEnd } from "../text/line_block.ts";
import { lineTimes } from "../text/line_times.ts";
import { lineValues, withCreated } from "../text/line_values.ts";
import { writePage } from "../text/text_page.ts";
import { exemplarsOf, isUsable } from "./open_metrics_exemplars.ts";
import { OpenMetricsNames } from "./open_metrics_names.ts";
import { checkCounts, leftOut } from "./open_metrics_rules.ts";
import { type OpenMetricsTemplate, openMetricsTemplates } from "./open_metrics_text.ts";

/**
 * Settings of OpenMetrics 1.0.
 *
 * @category Formats
 */
export interface OpenMetricsOptions {
  /**
   * What becomes of a counter whose name does not end in `_total`, which OpenMetrics 1.0 requires.
   * `unknown`, the default, keeps the name and drops the type; `append-total` keeps the type and
   * renames the series, in this format only.
   */
  readonly counters?: "unknown" | "append-total";
  /**
   * Whether to write `_created` samples; false by default. A server without
   * `--enable-feature=created-timestamp-zero-ingestion` stores each as a series of its own.
   */
  readonly created?: boolean;
}

const settingRules: OptionRules<OpenMetricsOptions & { readonly version: string }> = {
  counters: /* @__PURE__ */ oneOf("unknown", "append-total"),
  created: aBoolean,
  version: /* @__PURE__ */ oneOf("1.0.0", "0.0.1"),
};

/** The order in which distributions have their totals. */
const totals = ["count", "sum"] as const;

/**
 * The format OpenMetrics 1.0, or 0.0.1, which is the same in practice. It is strict: what its rules
 * forbid, such as the sum of a histogram with negative values, is left out.
 *
 * Source: https://prometheus.io/docs/specs/om/open_metrics_spec/
 *
 * @throws {RegistrationError} If there is no such version or setting.
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
 *
 * @category Formats
 */
export function openMetrics(
  version: "1.0.0" | "0.0.1" = "1.0.0",
  options: OpenMetricsOptions = {},
): Encoder {
  checkOptions("OpenMetrics", { ...options, version }, settingRules);
  const { counters = "unknown", created = false } = options;
  return chunkedEncoder({
    contentType: `application/openmetrics-text; version=${version}; charset=utf-8`,
    accepts: ({ value, parameters }) =>
      value === "application/openmetrics-text" &&
      (parameters.get("version") ?? "0.0.1") === version,
    chunks(families, options) {
      const { pages, ...templates } = openMetricsTemplates[counters];
      const names = new OpenMetricsNames();
      const hasTimes = (family: MetricFamily) => created && createdOf(family) !== undefined;
      // A family may have times on one page, and none on the next.
      return writePage(
        created ? undefined : pages,
        {
          known: templates.bare.known,
          entryOf: (family) => templates[hasTimes(family) ? "created" : "bare"].entryOf(family),
          write: (writer, family, template, onError) =>
            writeFamily(writer, family, template, created, onError),
          writeNew(writer, family, template, onError) {
            // Names are taken at the end, so those of a family that fails stay free.
            names.check(family.name, template.names);
            return writeFamily(writer, family, template, created, onError, () => {
              names.take(family.name, template.names);
            });
          },
          end,
        },
        families,
        options,
      );
    },
  });
}

/** The last line of a page. */
const end = /* @__PURE__ */ new TextEncoder().encode("# EOF\n");

function writeFamily(
  writer: ByteWriter,
  family: MetricFamily,
  template: OpenMetricsTemplate,
  created: boolean,
  onError: EncodingErrorHandler,
  finish?: () => void,
): FamilyParts | void {
  const { type, samples, lines } = template;
  const times = created ? createdOf(family) : undefined;
  // A counter that is written as unknown has no creation time.
  const values = times === undefined || type === "unknown"
    ? lineValues(family, samples.length, totals)
    : withCreated(lineValues(family, samples.length - 1, totals), samples.length, times);
  let isPlain = true;
  return encodeRows(family.labels.rows, samples.length, (part) => {
    checkCounts(family, type, part);
    const ends = endsOf(family, template, part, onError);
    if (ends !== undefined) isPlain = false;
    lines.write(writer, family.labels, part, values, ends);
  }, () => {
    if (isPlain) lines.note(family);
    finish?.();
  });
}

/** The option of OpenMetrics 1.0. */
export interface OpenMetricsOption {
  /**
   * OpenMetrics 1.0; false by default, because every Prometheus asks for it first, and its rules would
   * cost counters without `_total` their type or their name.
   */
  readonly openMetrics?: boolean | OpenMetricsOptions;
}

/** OpenMetrics 1.0 as a request may ask for it. */
export const openMetricsFormat: Format<OpenMetricsOption> = {
  option: "openMetrics",
  isDefault: false,
  richness: 1,
  settings: { counters: ["unknown", "append-total"], created: [true, false] },
  encoders: (settings) => [openMetrics("1.0.0", settings), openMetrics("0.0.1", settings)],
};

/** Creation times of a family's series, if its type has them. */
function createdOf(family: AnyFamily): Float64Array | undefined {
  if (metricTypes[family.type].parts.created === undefined) return undefined;
  return family.created && inMilliseconds(family.created, family.labels.rows);
}

/** Times in seconds, rounded to milliseconds; in a loop, as `from()` takes 10 ms for 100,000. */
function inMilliseconds(times: ArrayLike<number>, rows: number): Float64Array {
  const rounded = new Float64Array(rows);
  for (let row = 0; row < rows; row++) rounded[row] = Math.round(times[row] * 1000) / 1000;
  return rounded;
}

/** The ends of lines, if some have a time or an exemplar, or are left out. */
function endsOf(
  family: MetricFamily,
  template: OpenMetricsTemplate,
  part: RowRange,
  onError: EncodingErrorHandler,
): LineEnd | undefined {
  const exemplarOf = exemplarsOf(family, template.type);
  const isLeftOut = leftOut(family, part);
  // All facts are one group here, whose lines would need the same time.
  const timeOf = family.type === "info" ? undefined : lineTimes(family, timestampText);
  if ((exemplarOf ?? isLeftOut ?? timeOf) === undefined) return undefined;
  return (row, sample) => {
    if (isLeftOut?.(row, sample)) return undefined;
    const time = timeOf?.(row) ?? "";
    const exemplar = exemplarOf?.(row, sample);
    return exemplar === undefined || !isUsable(exemplar, family.name, onError)
      ? time
      : `${time} # ${exemplarText(exemplar)}`;
  };
}
