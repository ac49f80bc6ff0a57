import { display, RegistrationError } from "../model/errors.ts";
import type { ExemplarSource } from "../model/exemplar.ts";

/**
 * The part of OpenTelemetry's `trace` API that gives the current span.
 *
 * @category Exemplars
 */
export interface TraceApi {
  /** The current span, if there is one. */
  getActiveSpan(): { spanContext(): SpanContext } | undefined;
}

/**
 * The ids of a span.
 *
 * @category Exemplars
 */
export interface SpanContext {
  /** The id of the trace. */
  readonly traceId: string;
  /** The id of the span. */
  readonly spanId: string;
  /** Bit 0 is set if the trace is sampled. */
  readonly traceFlags: number;
}

/**
 * Supplies exemplars from the current span if its trace is sampled; an exemplar of a trace that is
 * not stored would lead nowhere.
 *
 * @param trace The `trace` of `@opentelemetry/api`, or anything like it.
 * @throws {RegistrationError} If it is nothing like it.
 *
 * @example
 * ```ts
 * import { MetricsRegistry, traceExemplars } from "@edgeprom/edgeprom";
 *
 * // import { trace } from "@opentelemetry/api";
 * const trace = {
 *   getActiveSpan: () => ({
 *     spanContext: () => ({ traceId: "4bf92f35", spanId: "00f067aa", traceFlags: 1 }),
 *   }),
 * };
 * const registry = new MetricsRegistry({ exemplarSource: traceExemplars(trace) });
 * registry.counter({ name: "jobs_total", help: "Jobs done." }).inc();
 * ```
 *
 * @category Exemplars
 */
export function traceExemplars(trace: TraceApi): ExemplarSource {
  if (typeof trace?.getActiveSpan !== "function") {
    throw new RegistrationError(
      `traceExemplars: ${display(trace)} has no getActiveSpan(); give the trace of ` +
        `@opentelemetry/api`,
    );
  }
  return () => {
    const context = trace.getActiveSpan()?.spanContext();
    if (context === undefined || (context.traceFlags & 1) === 0) return undefined;
    return { trace_id: context.traceId, span_id: context.spanId };
  };
}
