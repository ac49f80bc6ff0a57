import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { collectDefaultMetricsOf } from "../../../src/clients/defaults/collect_default_metrics.ts";
import type { DefaultMetricsConfig } from "../../../src/clients/defaults/config.ts";
import { eventLoopUtilization } from "../../../src/clients/defaults/event_loop_utilization.ts";
import { withClock } from "../../support/clock.ts";
import { hostOf, manualTimers } from "./made_host.ts";
import { recordingClient } from "./recording_client.ts";

function utilized(config?: DefaultMetricsConfig) {
  const time = { idle: 0, active: 0 };
  const timers = manualTimers();
  const performance = { eventLoopUtilization: () => ({ ...time }) };
  const host = hostOf({}, { "node:perf_hooks": { performance }, ...timers.modules });
  const client = recordingClient();
  collectDefaultMetricsOf(client, { eventLoopUtilization }, () => host)(config);
  const pass = (idle: number, active: number) => {
    time.idle += idle;
    time.active += active;
    timers.goOff();
    return client.read();
  };
  return { client, timers, pass };
}

const both = (calls: readonly unknown[]) => ({
  nodejs_eventloop_utilization_summary: calls,
  nodejs_eventloop_utilization_histogram: calls,
});

test("event_loop_utilization: the share since the last measurement, as often as it was due", async () => {
  await withClock((clock) => {
    const { pass, timers } = utilized({ labels: { app: "shop" } });
    assertEquals([timers.intervals, timers.unreferenced()], [[100], 1]);
    clock.advance(0.1);
    assertEquals(pass(75, 25), both([["observe", 0.25]]));
    // It was blocked.
    clock.advance(0.31);
    assertEquals(pass(10, 300), both(Array(3).fill(["observe", 300 / 310])));
    clock.advance(0.1);
    assertEquals(pass(100, 0), both([["observe", 0]]));
  });
});

test("event_loop_utilization: a runtime that reports no time has no observations", async () => {
  await withClock((clock) => {
    const { pass } = utilized();
    clock.advance(0.1);
    assertEquals(pass(0, 0), both([]));
  });
});

test("event_loop_utilization: its settings are the program's", () => {
  const { client, timers } = utilized({
    eventLoopUtilizationTimeout: 20,
    eventLoopUtilizationBuckets: [0.5],
    eventLoopUtilizationPercentiles: [0.9],
    eventLoopUtilizationMaxAgeSeconds: 30,
    eventLoopUtilizationAgeBuckets: 2,
  });
  assertEquals(timers.intervals, [20]);
  const [[, summary], [, histogram]] = client.made;
  const { maxAgeSeconds, ageBuckets, percentiles } = summary.config;
  assertEquals([maxAgeSeconds, ageBuckets, percentiles], [30, 2, [0.9]]);
  assertEquals(histogram.config.buckets, [0.5]);
});

test("event_loop_utilization: an interval that no timer has does not block forever", async () => {
  await withClock((clock) => {
    const { pass } = utilized({ eventLoopUtilizationTimeout: 0 });
    clock.advance(0.002);
    assertEquals(pass(1, 1), both([["observe", 0.5], ["observe", 0.5]]));
  });
});

test("event_loop_utilization: without a clock or timers there is nothing", () => {
  const performance = { eventLoopUtilization: () => ({ idle: 0, active: 0 }) };
  const { modules } = manualTimers();
  for (
    const given of [{}, modules, { ...modules, "node:perf_hooks": { performance: {} } }, {
      "node:perf_hooks": { performance },
    }]
  ) {
    const client = recordingClient();
    collectDefaultMetricsOf(client, { eventLoopUtilization }, () => hostOf({}, given))();
    assertEquals(client.made, []);
  }
});
