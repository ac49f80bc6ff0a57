import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { collectDefaultMetricsOf } from "../../../src/clients/defaults/collect_default_metrics.ts";
import { eventLoopLag } from "../../../src/clients/defaults/event_loop_lag.ts";
import { eventLoopUtilization } from "../../../src/clients/defaults/event_loop_utilization.ts";
import { gc } from "../../../src/clients/defaults/garbage_collection.ts";
import { pause } from "../../support/deferred.ts";
import { garbageCollector } from "../../support/garbage.ts";
import { until } from "../../support/until.ts";
import { hostOf, madeMonitor, manualTimers } from "./made_host.ts";
import { recordingClient } from "./recording_client.ts";

test("reachable: what feeds metrics ends with them, and not before", async () => {
  const collectGarbage = await garbageCollector();
  const timers = manualTimers();
  const said: string[] = [];
  const performance = { eventLoopUtilization: () => ({ idle: 0, active: 0 }) };
  class GCProfiler {
    start() {}
    stop() {
      return { statistics: [] };
    }
  }
  const host = hostOf({ name: "deno" }, {
    ...timers.modules,
    "node:v8": { GCProfiler },
    "node:perf_hooks": { performance, monitorEventLoopDelay: () => madeMonitor(said) },
  });
  const client = recordingClient();
  const collect = collectDefaultMetricsOf(
    client,
    { eventLoopLag, eventLoopUtilization, gc },
    () => host,
  );
  // A program that forgets its registry, again and again.
  for (let time = 0; time < 20; time++) collect();
  const started = timers.running();
  for (let time = 0; time < 3; time++) {
    collectGarbage();
    await pause(0.01);
  }
  timers.goOff();
  assertEquals(said.filter((what) => what === "disable"), []);
  assertEquals(timers.running(), started);
  client.clear();
  await until(
    () => {
      collectGarbage();
      timers.goOff();
      // An engine may still see some in old places of its stack.
      return said.filter((what) => what === "disable").length >= 15 &&
        timers.running() <= started / 4;
    },
    Boolean,
    10,
  );
});
