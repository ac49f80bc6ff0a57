import {
  constGaugeHistogram,
  constUnknown,
  MetricsRegistry,
  type RecordOptions,
} from "../../mod.ts";
import type { FamilyHeader } from "../../src/core.ts";
import { collectorOf } from "./collectors.ts";

/** What a label value may hold that a format has to be careful with. */
export const hostileValues: readonly string[] = [
  '"',
  "\\",
  "\n",
  "\\n",
  "\r",
  "🛫",
  "\u0000",
  "{}=,",
  ' # {a="b"} 1 1',
  " ",
  "é\u0301",
];

/** A registry with metrics of all types, names that are not legacy-valid, and hostile values. */
export function formatRegistry(): MetricsRegistry {
  const registry = new MetricsRegistry({ utf8Names: true });
  addValues(registry);
  addDistributions(registry);
  registry.register(collectorOf(
    constUnknown({ name: "other", help: "Help.", samples: [{ value: 8 }] }),
    constGaugeHistogram({
      name: "file_bytes",
      help: "Help.",
      bounds: [10],
      samples: [{ buckets: [2, 1], sum: 30 }],
    }),
  ));
  return registry;
}

/** What every exemplar has besides its trace. */
export const note = 'a "b" \\ \n 🛫';

function traced(id: string): RecordOptions {
  return { exemplar: { trace_id: id, note } };
}

function named(name: string, unit?: string): FamilyHeader {
  return { name, help: "Help.", unit };
}

function addValues(registry: MetricsRegistry): void {
  const received = registry.counter({ ...named("processor_events_received"), labels: ["topic"] });
  received.inc({ topic: "a" }, 7, traced("received"));
  received.inc({ topic: "b" }, 2);
  registry.counter(named("processor_windows_created")).inc(3);
  registry.counter(named("jobs_total")).inc(4, traced("jobs"));
  registry.counter(named("read_bytes_total", "bytes")).inc(5);
  registry.counter({ ...named("http.requests"), labels: ["service.name"] })
    .inc({ "service.name": "a.b" }, 6);
  registry.counter(named("проба_total")).inc(7);

  const queue = registry.gauge({ ...named("queue_length"), labels: ["name", "name:of.it"] });
  hostileValues.forEach((value, at) => queue.set({ name: value, "name:of.it": value }, at));
  queue.set({ name: "", "name:of.it": "empty" }, -0.5);
  registry.gauge(named("odd")).set(NaN);
  registry.gauge(named("lag.in_seconds", "seconds")).set(1e21);
  registry.info({ ...named("build_info"), labels: ["version"] }).set({ version: "1.2.3" });
  registry.stateSet({ ...named("phase"), states: ["idle", "busy"] }).select("busy");
  registry.stateSet({ ...named("my.mode"), states: ["on"] }).select("on");
}

function addDistributions(registry: MetricsRegistry): void {
  const wait = registry.summary({ ...named("wait_seconds"), quantiles: [0, 0.5, 1] });
  for (const value of [1, 2, 4]) wait.observe(value);
  registry.summary({ ...named("unused"), quantiles: [0.5] });

  const latency = registry.histogram({
    ...named("latency_seconds", "seconds"),
    labels: ["x"],
    buckets: [0.1, 1, 1e6],
  });
  for (const value of [0.05, 0.5, 0.75, 2e6]) {
    latency.observe({ x: "1" }, value, traced(`${value}`));
  }
  registry.histogram({ ...named("heat"), buckets: [-1, 0, 1] }).observe(-5);

  const native = registry.histogram({ ...named("native.seconds"), native: { factor: 2 } });
  for (const value of [1.5, 1.5, 1.5, -1, 0]) native.observe(value);
  const both = registry.histogram({ ...named("both_seconds"), buckets: [1, 2], native: true });
  for (const value of [0.5, 1.5, 1.5]) both.observe(value);
}
