import { aBoolean, anObject, checkOptions, type OptionRule } from "../model/options.ts";
import { parseAccept } from "./encoding/accept.ts";
import type { Encoder } from "./encoding/encoder.ts";
import { type EscapingScheme, isEscapingScheme } from "./encoding/escaping.ts";
import type { AnyFormat, OptionsOf } from "./encoding/format.ts";
import { Remembered } from "./encoding/remembered.ts";
import * as formatList from "./format_list.ts";
import { prometheusText, prometheusText1 } from "./text/prometheus_text.ts";

/** @internal */
type Formats = typeof formatList;

/**
 * Formats that a request may ask for, each `true` or `false`. The text formats are always among them.
 *
 * - `protobuf`: true by default. The only format with exemplars, creation times and native histograms
 *   in which every name and type stays as it is. Servers ask for it if they are configured to.
 * - `openMetrics`: OpenMetrics 1.0, or `OpenMetricsOptions`; false by default, because every
 *   Prometheus asks for it first, and its rules would cost counters without `_total` their type or
 *   their name.
 * - `openMetrics2`: OpenMetrics 2.0, which is not final; false by default.
 *
 * @category Formats
 */
export interface FormatOptions extends OptionsOf<Formats> {}

/**
 * The result of a negotiation.
 *
 * @category Formats
 */
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
 * @throws {RegistrationError} If an option is not valid.
 *
 * @example
 * ```ts
 * import { negotiate } from "@edgeprom/edgeprom/core";
 * import { assertEquals } from "@std/assert";
 *
 * const { contentType } = negotiate("text/plain;version=0.0.4;q=0.5,*\/*;q=0.1");
 * assertEquals(contentType, "text/plain; version=0.0.4; charset=utf-8");
 * ```
 *
 * @category Formats
 */
export function negotiate(
  accept: string | null,
  options: FormatOptions = defaultOptions,
): Negotiation {
  return choicesOf(options).of(accept ?? "");
}

/** The choices by options, because each request would make new encoders. */
const choices = new WeakMap<FormatOptions, Remembered<Negotiation>>();

const defaultOptions: FormatOptions = {};

function choicesOf(options: FormatOptions): Remembered<Negotiation> {
  const known = choices.get(options);
  if (known !== undefined) return known;
  const encoders = createEncoders(options);
  const created = new Remembered((accept) => choose(accept, encoders));
  choices.set(options, created);
  return created;
}

function choose(accept: string, encoders: readonly Encoder[]): Negotiation {
  const clauses = parseAccept(accept);
  let chosen = negotiation(prometheusText, undefined);
  let highest = 0;
  for (const encoder of encoders) {
    for (const clause of clauses) {
      if (clause.quality > highest && encoder.accepts(clause)) {
        chosen = negotiation(encoder, clause.parameters.get("escaping"));
        highest = clause.quality;
      }
    }
  }
  return chosen;
}

/** The formats that options allow, the richest first. */
export function allFormats(): readonly AnyFormat[] {
  return Object.values<AnyFormat>(formatList).sort((one, other) => other.richness - one.richness);
}

function createEncoders(options: FormatOptions): readonly Encoder[] {
  const rules = allFormats().map((format) => [format.option, ruleOf(format)] as const);
  checkOptions<object>("the formats", options, Object.fromEntries(rules));
  const allowed = allFormats().flatMap((format) => {
    const { [format.option as keyof FormatOptions]: value = format.isDefault } = options;
    return value ? format.encoders(value === true ? {} : value) : [];
  });
  return [...allowed, prometheusText1, prometheusText];
}

function ruleOf({ settings }: AnyFormat): OptionRule {
  return settings === undefined ? aBoolean : {
    expected: "true, false or an object of settings",
    fits: (value) => aBoolean.fits(value) || anObject.fits(value),
  };
}

function negotiation(encoder: Encoder, requested: string | undefined): Negotiation {
  const { contentType, namesEscaping = false } = encoder;
  const scheme = isEscapingScheme(requested) ? requested : undefined;
  const escaping = scheme ?? "underscores";
  const hasScheme = namesEscaping || scheme !== undefined;
  // It is remembered, and given to others who send the same header.
  return Object.freeze({
    encoder,
    escaping,
    contentType: hasScheme ? `${contentType}; escaping=${escaping}` : contentType,
  });
}
