import { assertEquals, assertThrows } from "@std/assert";
import { test } from "node:test";
import { collectDefaultMetricsOf } from "../../../src/clients/defaults/collect_default_metrics.ts";
import { eventLoopLag } from "../../../src/clients/defaults/event_loop_lag.ts";
import type { Host } from "../../../src/runtime/host.ts";
import { until } from "../../support/until.ts";
import { hostOf, madeMonitor } from "./made_host.ts";
import { recordingClient } from "./recording_client.ts";

/** A runtime with a monitor, and what is done to it. */
function monitored(given: Partial<Host> = {}) {
  const said: string[] = [];
  const resolutions: unknown[] = [];
  const monitorEventLoopDelay = ({ resolution }: { resolution?: number }) => {
    resolutions.push(resolution);
    return madeMonitor(said);
  };
  const host = hostOf(given, { "node:perf_hooks": { monitorEventLoopDelay } });
  return { host, said, resolutions };
}

function collectOn(host: Host, client = recordingClient()) {
  return { client, collect: collectDefaultMetricsOf(client, { eventLoopLag }, () => host) };
}

test("event_loop_lag: statistics in seconds begin anew at each reading", () => {
  const { host, said, resolutions } = monitored();
  const { client, collect } = collectOn(host);
  collect({ labels: { app: "shop" } });
  assertEquals([said, resolutions], [["enable"], [10]]);
  const set = (name: string, value: number) => [
    `nodejs_eventloop_lag_${name}_seconds`,
    [["set", { app: "shop" }, value]],
  ];
  const expected = Object.fromEntries([
    ["nodejs_eventloop_lag_seconds", []],
    ...[set("min", 1), set("max", 9), set("mean", 4), set("stddev", 2)],
    ...[set("p50", 50), set("p90", 90), set("p99", 99)],
  ]);
  assertEquals(client.read(), expected);
  assertEquals(said, ["enable", "reset"]);
  assertEquals(
    client.made.map(([, { config }]) => config.aggregator),
    ["average", "min", "max", "average", "average", "average", "average", "average"],
  );
});

test("event_loop_lag: the delay at a reading is on the next page", async () => {
  const { client, collect } = collectOn(hostOf());
  collect();
  assertEquals(client.read(), { nodejs_eventloop_lag_seconds: [] });
  const { calls } = client.made[0][1];
  await until(() => calls.length > 0);
  const [[, labels, seconds]] = calls as [string, object, number][];
  assertEquals(labels, {});
  // Whole nanoseconds, which pages write shortly.
  assertEquals(seconds, Math.round(seconds * 1e9) / 1e9);
  assertEquals(seconds >= 0 && seconds < 5, true);
});

test("event_loop_lag: the resolution is as given, and what the runtime throws is thrown", () => {
  const { host, resolutions } = monitored();
  const { client, collect } = collectOn(host);
  collect({ eventLoopMonitoringPrecision: 20 });
  collect({ eventLoopMonitoringPrecision: undefined });
  assertEquals(resolutions, [20, undefined]);
  client.clear();
  const monitorEventLoopDelay = () => {
    throw new RangeError("out of range");
  };
  const refusing = collectOn(hostOf({}, { "node:perf_hooks": { monitorEventLoopDelay } }));
  assertThrows(() => refusing.collect(), RangeError, "out of range");
  assertEquals(refusing.client.made, []);
});

test("event_loop_lag: Deno is not asked for a resolution at which it crashes", () => {
  const { host, resolutions } = monitored({ name: "deno" });
  const { collect } = collectOn(host);
  for (const resolution of [0, -1, 0.5, NaN, "x", null, 2 ** 31]) {
    assertThrows(
      () => collect({ eventLoopMonitoringPrecision: resolution as number }),
      RangeError,
      `The value of "options.resolution" is out of range`,
    );
  }
  assertEquals(resolutions, []);
  for (const resolution of [1, 2 ** 31 - 1, undefined]) {
    collect({ eventLoopMonitoringPrecision: resolution });
  }
  assertEquals(resolutions.length, 3);
});

test("event_loop_lag: a runtime without a monitor has only the latest delay", () => {
  const monitorEventLoopDelay = () => {
    throw Object.assign(new Error("not yet"), { code: "ERR_NOT_IMPLEMENTED" });
  };
  for (
    const modules of [{}, { "node:perf_hooks": {} }, {
      "node:perf_hooks": { monitorEventLoopDelay },
    }]
  ) {
    const { client, collect } = collectOn(hostOf({}, modules));
    collect();
    assertEquals(Object.keys(client.read()), ["nodejs_eventloop_lag_seconds"]);
  }
});

test("event_loop_lag: nothing is measured if a name is taken", () => {
  const { host, said } = monitored();
  const { collect } = collectOn(host, recordingClient("nodejs_eventloop_lag_p99_seconds"));
  assertThrows(() => collect(), Error, "is taken");
  assertEquals(said, []);
});
