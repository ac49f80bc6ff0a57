import { assert, assertEquals, assertThrows } from "@std/assert";
import { test } from "node:test";
import { collectDefaultMetricsOf } from "../../../src/clients/defaults/collect_default_metrics.ts";
import { gc } from "../../../src/clients/defaults/garbage_collection.ts";
import { findHost } from "../../../src/runtime/host.ts";
import { garbageCollector } from "../../support/garbage.ts";
import { until } from "../../support/until.ts";
import { hostOf, manualTimers } from "./made_host.ts";
import { recordingClient } from "./recording_client.ts";

/** Node's observer of collections is a global. */
const isObserved = findHost()?.name === "nodejs";

/** A runtime of whose collections there are profiles. */
function profiled() {
  const timers = manualTimers();
  let profiles = 0;
  class GCProfiler {
    start() {
      profiles++;
    }
    stop() {
      profiles--;
      return { statistics: [{ gcType: "Scavenge", cost: 2_000_000 }] };
    }
  }
  const host = hostOf({ name: "deno" }, { ...timers.modules, "node:v8": { GCProfiler } });
  return { host, timers, profiles: () => profiles };
}

test("garbage_collection: each collection is observed with its kind and the labels", () => {
  const { host, timers } = profiled();
  const client = recordingClient();
  collectDefaultMetricsOf(client, { gc }, () => host)({ labels: { app: "shop" } });
  const [[type, { config }]] = client.made;
  assertEquals([type, config.labelNames], ["Histogram", ["kind", "app"]]);
  assertEquals(config.buckets, [0.001, 0.01, 0.1, 1, 2, 5]);
  timers.goOff();
  if (isObserved) return;
  assertEquals(client.read().nodejs_gc_duration_seconds, [
    ["observe", { kind: "minor", app: "shop" }, 0.002],
  ]);
});

test("garbage_collection: the collections of this process are counted", async () => {
  const collectGarbage = await garbageCollector();
  const client = recordingClient();
  collectDefaultMetricsOf(client, { gc })({ gcDurationBuckets: [1] });
  assertEquals(client.made[0][1].config.buckets, [1]);
  for (let time = 0; time < 5; time++) collectGarbage();
  const { calls } = client.made[0][1];
  const majors = () =>
    (calls as [string, { kind: string }][]).filter(([, { kind }]) => kind === "major").length;
  assert(await until(() => majors() >= 5, Boolean, 10));
});

test("garbage_collection: a runtime that shows none has no family", () => {
  const client = recordingClient();
  collectDefaultMetricsOf(client, { gc }, () => hostOf())();
  assertEquals(client.made.length, isObserved ? 1 : 0);
});

test("garbage_collection: nothing goes on if the name is taken", () => {
  const { host, timers, profiles } = profiled();
  const client = recordingClient("nodejs_gc_duration_seconds");
  const collect = collectDefaultMetricsOf(client, { gc }, () => host);
  assertThrows(() => collect(), Error, "is taken");
  assertEquals([timers.running(), profiles()], [0, 0]);
});
