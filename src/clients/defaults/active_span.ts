/** The part of OpenTelemetry's API that is in the process for all to share. */
interface SharedApi {
  readonly context?: {
    active(): { getValue(key: symbol): { spanContext(): SpanIds } | undefined };
  };
}

/** The ids of a span, as the clients write them in exemplars. */
export interface SpanIds {
  /** The id of the trace. */
  readonly traceId: string;
  /** The id of the span. */
  readonly spanId: string;
}

/** Both keys are those of every version 1 of `@opentelemetry/api`, so we need not import it. */
const apiKey = Symbol.for("opentelemetry.js.api.1");
const spanKey = Symbol.for("OpenTelemetry Context Key SPAN");

/** The current span of OpenTelemetry, if the program has registered a manager of contexts. */
export function activeSpan(): SpanIds | undefined {
  const { context } = (globalThis as { [apiKey]?: SharedApi })[apiKey] ?? {};
  const span = context?.active().getValue(spanKey)?.spanContext();
  return span && { traceId: span.traceId, spanId: span.spanId };
}
