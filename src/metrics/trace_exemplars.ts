import type { ExemplarSource } from "../model/exemplar.ts";

/** The part of OpenTelemetry's `trace` API that is needed to know the current span. */
export interface TraceApi {
  /** The span of the running code, if there is one. */
  getActiveSpan(): { spanContext(): SpanContext } | undefined;
}

/** The ids of a span. */
export interface SpanContext {
  /** The trace that the span belongs to. */
  readonly traceId: string;
  /** The span. */
  readonly spanId: string;
  /** Bit 0 tells whether the trace is recorded. */
  readonly traceFlags: number;
}

/**
 * Supplies exemplars from the current span, where its trace is recorded: an exemplar that leads to
 * a trace which nobody kept helps nobody.
 *
 * Takes the `trace` of `@opentelemetry/api`, or anything like it.
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
 */
export function traceExemplars(trace: TraceApi): ExemplarSource {
  return () => {
    const context = trace.getActiveSpan()?.spanContext();
    if (context === undefined || (context.traceFlags & 1) === 0) return undefined;
    return { trace_id: context.traceId, span_id: context.spanId };
  };
}
