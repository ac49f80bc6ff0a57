import { assertEquals } from "@std/assert";
import { test } from "node:test";
import {
  MetricsRegistry,
  RegistrationError,
  type SpanContext,
  type TraceApi,
  traceExemplars,
} from "../../mod.ts";
import { assertThrowsWith } from "../support/rejects.ts";

const sampled: SpanContext = { traceId: "4bf92f35", spanId: "00f067aa", traceFlags: 1 };

/** A trace API in which this is the current span; `undefined` where there is none. */
function traceOf(context: SpanContext | undefined): TraceApi {
  return { getActiveSpan: () => context && { spanContext: () => context } };
}

const flags: readonly (readonly [traceFlags: number, recorded: boolean])[] = [
  [0, false],
  [1, true],
  [2, false],
  [3, true],
  [0xfe, false],
  [0xff, true],
];

test("traceExemplars(): a span gives an exemplar if bit 0 says that its trace is sampled", () => {
  const ids = { trace_id: "4bf92f35", span_id: "00f067aa" };
  for (const [traceFlags, recorded] of flags) {
    const labels = traceExemplars(traceOf({ ...sampled, traceFlags }))();
    assertEquals(labels, recorded ? ids : undefined, String(traceFlags));
  }
});

test("traceExemplars(): without a span there is no exemplar", () => {
  assertEquals(traceExemplars(traceOf(undefined))(), undefined);
});

test("traceExemplars(): the span is the one at the time of the recording", async () => {
  let current: SpanContext | undefined;
  const trace: TraceApi = {
    getActiveSpan: () => current && { spanContext: () => current as SpanContext },
  };
  const registry = new MetricsRegistry({ exemplarSource: traceExemplars(trace) });
  const counter = registry.counter({ name: "jobs", help: "Jobs." });
  const latest = async () => {
    const { families: [family] } = await registry.gather();
    return family.type === "counter" ? family.exemplars?.[0]?.labels : family.type;
  };
  counter.inc();
  assertEquals(await latest(), undefined);
  current = sampled;
  counter.inc();
  assertEquals(await latest(), { trace_id: "4bf92f35", span_id: "00f067aa" });
  current = { traceId: "not", spanId: "recorded", traceFlags: 0 };
  counter.inc();
  assertEquals(await latest(), { trace_id: "4bf92f35", span_id: "00f067aa" });
  assertEquals(counter.get(), 3);
});

test("traceExemplars(): if the trace API throws, the recording goes on without an exemplar", () => {
  const fail = () => {
    throw new Error("no context");
  };
  const broken: readonly TraceApi[] = [
    { getActiveSpan: fail },
    { getActiveSpan: () => ({ spanContext: fail }) },
    { getActiveSpan: () => ({}) } as unknown as TraceApi,
  ];
  for (const trace of broken) {
    const registry = new MetricsRegistry({ exemplarSource: traceExemplars(trace) });
    const counter = registry.counter({ name: "jobs", help: "Jobs." });
    const { warn } = console;
    console.warn = () => {};
    counter.inc(2);
    console.warn = warn;
    assertEquals(counter.get(), 2);
  }
});

test("traceExemplars(): what is no trace API is refused at once, not at each recording", () => {
  for (const wrong of [undefined, null, 5, {}, { trace: {} }, { getActiveSpan: 1 }]) {
    assertThrowsWith(
      () => traceExemplars(wrong as unknown as TraceApi),
      RegistrationError,
      `traceExemplars: ${wrong}`,
      "@opentelemetry/api",
    );
  }
});

test("traceExemplars(): the methods of a trace API are called on it", () => {
  class Span {
    readonly #context = sampled;
    spanContext(): SpanContext {
      return this.#context;
    }
  }
  class Trace {
    readonly #span = new Span();
    getActiveSpan(): Span {
      return this.#span;
    }
  }
  assertEquals(traceExemplars(new Trace())(), { trace_id: "4bf92f35", span_id: "00f067aa" });
});

test("traceExemplars(): what is no trace API is refused", () => {
  for (const trace of [undefined, null, {}, 5, { getActiveSpan: true }]) {
    const make = () => traceExemplars(trace as unknown as TraceApi);
    assertThrowsWith(make, RegistrationError, "traceExemplars: ", "getActiveSpan()");
  }
});
