/**
 * Uses what `./core` has, for somewhere that has nothing but ECMAScript, TextEncoder, TextDecoder and
 * a console. Leaves a promise of the pages, by content type, and of what went wrong on the way.
 */
import {
  constGauge,
  exponentialBuckets,
  InvalidLabelError,
  linearBuckets,
  MetricsRegistry,
  negotiate,
  traceExemplars,
} from "../../../src/core.ts";

export interface Report {
  readonly pages: Readonly<Record<string, string>>;
  readonly errors: readonly string[];
}

const accepts = [
  "text/plain;version=0.0.4",
  "text/plain;version=1.0.0;escaping=allow-utf-8",
  "application/openmetrics-text;version=1.0.0",
  "application/openmetrics-text;version=2.0.0",
  "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited",
];

async function useEverything(): Promise<Report> {
  const span = { traceId: "4bf92f3577b34da6", spanId: "00f067aa0ba902b7", traceFlags: 1 };
  const registry = new MetricsRegistry({
    prefix: "shop_",
    labels: { region: "eu" },
    utf8Names: true,
    exemplarSource: traceExemplars({ getActiveSpan: () => ({ spanContext: () => span }) }),
  });
  await record(registry);
  const { families, errors } = await registry.gather();
  const messages = errors.map(({ message }) => message);
  const onError = ({ message }: Error) => messages.push(message);
  const pages = accepts.map((accept) => {
    const chosen = negotiate(accept, { openMetrics: true, openMetrics2: true });
    const page = chosen.encoder.encode(families, { escaping: chosen.escaping, onError });
    return [chosen.contentType, new TextDecoder().decode(page)] as const;
  });
  return { pages: Object.fromEntries(pages), errors: messages };
}

async function record(registry: MetricsRegistry): Promise<void> {
  const help = "What is recorded here.";
  const orders = registry.counter({
    name: "orders_total",
    help,
    labels: { payment: ["card", "invoice"], customer: shortText },
  });
  orders.inc({ payment: "card", customer: "ada" });
  orders.labels({ payment: "invoice", customer: "bob" }).inc(2, { exemplar: { trace_id: "1" } });
  refused(() => orders.inc({ payment: "card", customer: "much too long a name" }));

  const queue = registry.gauge({ name: "queue", help });
  queue.setToCurrentTime();
  await queue.trackInProgress(async () => await undefined);
  registry.gauge({ name: "größe", help, labels: ["Straße"] }).set({ "Straße": "a\nb" }, NaN);

  const seconds = registry.histogram({
    name: "work_seconds",
    help,
    unit: "seconds",
    native: true,
    buckets: [...linearBuckets(0.1, 0.1, 3), ...exponentialBuckets(1, 2, 3)],
  });
  seconds.observe(0.25);
  await seconds.time(async () => await undefined);
  registry.summary({ name: "size", help, quantiles: [0.5, 0.99] }).observe(7);
  registry.info({ name: "build_info", help, labels: ["version"] }).set({ version: "1.2.3" });
  registry.stateSet({ name: "state", help, states: ["idle", "busy"] }).select("busy");

  registry.gaugeWithCallback({ name: "read", help, callback: () => 1 });
  registry.counterWithCallback({
    name: "asked_total",
    help,
    labels: ["whom"],
    callback: () => Promise.resolve([{ labels: { whom: "somebody" }, value: 2 }]),
  });
  registry.register({
    collect: () => [constGauge({ name: "own", help, samples: [{ value: 3 }] })],
  });
  registry.register({ collect: () => Promise.reject(new Error("out of order")) });
}

/** A Standard Schema, as validation libraries have them. */
const shortText = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: (value: unknown) =>
      typeof value === "string" && value.length < 10
        ? { value }
        : { issues: [{ message: "is too long" }] },
  },
} as const;

function refused(record: () => void): void {
  try {
    record();
  } catch (error) {
    if (error instanceof InvalidLabelError) return;
  }
  throw new Error("a label was not refused");
}

Object.assign(globalThis, { report: useEverything() });
