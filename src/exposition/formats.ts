import { parseAccept } from "./encoding/accept.ts";
import type { Encoder } from "./encoding/encoder.ts";
import { type EscapingScheme, isEscapingScheme } from "./encoding/escaping.ts";
import { openMetrics, type OpenMetricsOptions } from "./open_metrics/open_metrics.ts";
import { openMetrics2 } from "./open_metrics/open_metrics_2.ts";
import { prometheusProtobuf } from "./protobuf/prometheus_protobuf.ts";
import { prometheusText, prometheusText1 } from "./text/prometheus_text.ts";

/** Which formats a request may ask for. The text formats are always among them. */
export interface FormatOptions {
  /**
   * Protobuf; true by default. The one format with exemplars, creation times and native histograms
   * in which every name and type stays as it is. A server asks for it where its configuration says
   * so.
   */
  readonly protobuf?: boolean;
  /**
   * OpenMetrics 1.0; false by default, as every Prometheus asks for it first, and its rules would
   * cost counters without `_total` their type or their name.
   */
  readonly openMetrics?: boolean | OpenMetricsOptions;
  /** OpenMetrics 2.0, which is not final; false by default. */
  readonly openMetrics2?: boolean;
}

/** The result of a negotiation. */
export interface Negotiation {
  /** The format. */
  readonly encoder: Encoder;
  /** How names that are not legacy-valid are escaped. */
  readonly escaping: EscapingScheme;
  /** The `Content-Type`, with the escaping scheme if it belongs there. */
  readonly contentType: string;
}

/**
 * Chooses the format for a request's `Accept` header: the one with the highest weight, and among
 * equals the richest.
 *
 * It never refuses. A request that names none of these formats, or only wildcards as a browser
 * does, gets the text format 0.0.4, which every server reads. A wildcard never wins over a format
 * that is named, whatever its weight: Prometheus 2.49 sends one with a weight of 2.
 *
 * @example
 * ```ts
 * import { negotiate } from "@edgeprom/edgeprom/core";
 * import { assertEquals } from "@std/assert";
 *
 * const { contentType } = negotiate("text/plain;version=0.0.4;q=0.5,*\/*;q=0.1");
 * assertEquals(contentType, "text/plain; version=0.0.4; charset=utf-8");
 * ```
 */
export function negotiate(
  accept: string | null,
  options: FormatOptions = defaultOptions,
): Negotiation {
  const clauses = parseAccept(accept ?? "");
  let chosen = negotiation(prometheusText, undefined);
  let highest = 0;
  for (const encoder of formatsOf(options)) {
    for (const clause of clauses) {
      if (clause.quality > highest && encoder.accepts(clause)) {
        chosen = negotiation(encoder, clause.parameters.get("escaping"));
        highest = clause.quality;
      }
    }
  }
  return chosen;
}

/** Lists by the options that allow them: each request would make another. */
const lists = new WeakMap<FormatOptions, readonly Encoder[]>();

const defaultOptions: FormatOptions = {};

function formatsOf(options: FormatOptions): readonly Encoder[] {
  const present = lists.get(options);
  if (present !== undefined) return present;
  const list = formats(options);
  lists.set(options, list);
  return list;
}

/** The formats, the richest first. */
function formats(options: FormatOptions): readonly Encoder[] {
  const { protobuf = true, openMetrics: first = false, openMetrics2: second = false } = options;
  const openMetricsOptions = first === true ? {} : first;
  return [
    ...(protobuf ? [prometheusProtobuf] : []),
    ...(second ? [openMetrics2] : []),
    ...(openMetricsOptions
      ? [openMetrics("1.0.0", openMetricsOptions), openMetrics("0.0.1", openMetricsOptions)]
      : []),
    prometheusText1,
    prometheusText,
  ];
}

function negotiation(encoder: Encoder, asked: string | undefined): Negotiation {
  const { contentType, namesEscaping = false } = encoder;
  const scheme = isEscapingScheme(asked) ? asked : undefined;
  const escaping = scheme ?? "underscores";
  const tells = namesEscaping || scheme !== undefined;
  return {
    encoder,
    escaping,
    contentType: tells ? `${contentType}; escaping=${escaping}` : contentType,
  };
}
