import { assert, assertEquals, assertThrows } from "@std/assert";
import { test } from "node:test";
import { collectDefaultMetricsOf } from "../../../src/clients/defaults/collect_default_metrics.ts";
import type { DefaultMetricsConfig } from "../../../src/clients/defaults/config.ts";
import {
  promClientDefaults,
  prometheusClientDefaults,
} from "../../../src/clients/defaults/default_probes.ts";
import type { DefaultProbe } from "../../../src/clients/defaults/probe.ts";
import { processHandles, processRequests } from "../../../src/clients/defaults/active_objects.ts";
import { processResources } from "../../../src/clients/defaults/active_resources.ts";
import { heapSizeAndUsed } from "../../../src/clients/defaults/heap_size.ts";
import { heapSpacesSizeAndUsed } from "../../../src/clients/defaults/heap_spaces.ts";
import { processMaxFileDescriptors } from "../../../src/clients/defaults/max_file_descriptors.ts";
import { processOpenFileDescriptors } from "../../../src/clients/defaults/open_file_descriptors.ts";
import { processCpuTotal } from "../../../src/clients/defaults/process_cpu.ts";
import { osMemoryHeap } from "../../../src/clients/defaults/process_memory.ts";
import { processStartTime } from "../../../src/clients/defaults/process_start_time.ts";
import { version } from "../../../src/clients/defaults/version.ts";
import { findHost, type Host } from "../../../src/runtime/host.ts";
import { hostOf, linuxFiles, procFiles } from "./made_host.ts";
import { recordingClient } from "./recording_client.ts";

const onLinux = hostOf({}, procFiles(linuxFiles));

/** Starts one probe on a runtime. */
function started(probe: DefaultProbe, host: Host, config?: DefaultMetricsConfig) {
  const client = recordingClient();
  collectDefaultMetricsOf(client, { probe }, () => host)(config);
  return client;
}

/** What one probe sets on a runtime. */
function read(probe: DefaultProbe, host: Host, config?: DefaultMetricsConfig) {
  return started(probe, host, config).read();
}

test("collectDefaultMetrics(): a name stands for each probe of the client", () => {
  const { metricsList } = collectDefaultMetricsOf(recordingClient(), promClientDefaults);
  assertEquals(metricsList, [
    "processCpuTotal",
    "processStartTime",
    "osMemoryHeap",
    "processOpenFileDescriptors",
    "processMaxFileDescriptors",
    "eventLoopLag",
    "processResources",
    "processHandles",
    "processRequests",
    "heapSizeAndUsed",
    "heapSpacesSizeAndUsed",
    "version",
    "gc",
  ]);
  const other = collectDefaultMetricsOf(recordingClient(), prometheusClientDefaults).metricsList;
  assertEquals(other.toSpliced(6, 1), metricsList);
  assertEquals(other[6], "eventLoopUtilization");
});

test("collectDefaultMetrics(): this runtime shows what it has, and all can be read", () => {
  const client = recordingClient();
  collectDefaultMetricsOf(client, prometheusClientDefaults)();
  const names = Object.entries(client.read()).filter(([, calls]) => calls.length > 0)
    .map(([name]) => name);
  for (
    const name of [
      "process_cpu_seconds_total",
      "process_start_time_seconds",
      "process_resident_memory_bytes",
      "nodejs_eventloop_lag_p99_seconds",
      "nodejs_active_resources_total",
      "nodejs_heap_size_used_bytes",
      "nodejs_heap_space_size_used_bytes",
      "nodejs_version_info",
    ]
  ) assert(names.includes(name), name);
  const made = client.made.map(([, { config }]) => config.name);
  assert(made.includes("nodejs_gc_duration_seconds"));
  assert(made.includes("nodejs_eventloop_utilization_summary"));
});

test("collectDefaultMetrics(): without a process, as on Workers, there is nothing", () => {
  const client = recordingClient();
  const collect = collectDefaultMetricsOf(client, prometheusClientDefaults, () => undefined);
  collect();
  assertEquals([client.made, collect.metricsList.length], [[], 14]);
  assertThrows(() => collect("x" as never), TypeError, "config must be");
});

test("collectDefaultMetrics(): a runtime that has nothing shows the process alone", () => {
  const client = recordingClient();
  collectDefaultMetricsOf(client, prometheusClientDefaults, () => hostOf({ name: "deno" }))();
  assertEquals(Object.keys(client.read()), [
    "process_cpu_user_seconds_total",
    "process_cpu_system_seconds_total",
    "process_cpu_seconds_total",
    "process_start_time_seconds",
    "process_resident_memory_bytes",
    "nodejs_eventloop_lag_seconds",
    "nodejs_heap_size_total_bytes",
    "nodejs_heap_size_used_bytes",
    "nodejs_external_memory_bytes",
    "nodejs_version_info",
    ...onNode ? ["nodejs_gc_duration_seconds"] : [],
  ]);
});

/** Node's observer of collections is a global. */
const onNode = findHost()?.name === "nodejs";

test("collectDefaultMetrics(): a configuration is an object, or none", () => {
  const collect = collectDefaultMetricsOf(recordingClient(), promClientDefaults, () => hostOf());
  for (const config of ["x", "", 5, true, () => {}]) {
    assertThrows(
      () => collect(config as never),
      TypeError,
      "config must be null, undefined, or an object",
    );
  }
  for (const config of [undefined, null, {}, []]) collect(config as never);
});

test("collectDefaultMetrics(): a prefix, labels and a registry are those of every family", () => {
  const register = {};
  const labels = { app: "shop", instance: 0 };
  const host = hostOf({
    process: {
      ...hostOf().process,
      getActiveResourcesInfo: () => ["Timeout"],
    },
  }, procFiles(linuxFiles));
  const client = recordingClient();
  const collect = collectDefaultMetricsOf(client, promClientDefaults, () => host);
  collect({ register, labels, prefix: "shop_" });
  assertEquals(client.made.length > 15, true);
  for (const [, { config }] of client.made) {
    assertEquals(config.name.startsWith("shop_"), true);
    assertEquals(config.labelNames.slice(-2), ["app", "instance"]);
    assertEquals(config.registers?.[0] === register, true);
  }
  for (const [name, calls] of Object.entries(client.read())) {
    for (const [method, given] of calls as [string, object?][]) {
      if (method !== "reset") assertEquals({ ...given, ...labels }, given, name);
    }
  }
  client.clear();
  collect({ prefix: "", labels: undefined });
  assertEquals(client.made.map(([, { config }]) => config.registers).filter(Boolean), []);
});

test("collectDefaultMetrics(): what a class throws is thrown", () => {
  const client = recordingClient("process_start_time_seconds");
  const collect = collectDefaultMetricsOf(client, promClientDefaults, () => hostOf());
  assertThrows(() => collect(), Error, "process_start_time_seconds is taken");
});

test("process_cpu: counters grow by the time between two readings", () => {
  let [user, system] = [3_000_000, 1_000_000];
  const process = { ...hostOf().process, cpuUsage: () => ({ user, system }) };
  const client = started(processCpuTotal, hostOf({ process }));
  [user, system] = [3_500_000, 1_250_000];
  const increases = (seconds: readonly number[]) =>
    Object.fromEntries(
      ["user_", "system_", ""].map((mode, index) => [
        `process_cpu_${mode}seconds_total`,
        [["inc", {}, seconds[index]]],
      ]),
    );
  assertEquals(client.read(), increases([0.5, 0.25, 0.75]));
  assertEquals(client.read(), increases([0, 0, 0]));
});

test("process_cpu: exemplars are the ids of OpenTelemetry's current span", () => {
  const key = Symbol.for("opentelemetry.js.api.1");
  const shared = globalThis as { [key]?: unknown };
  const before = shared[key];
  const client = started(processCpuTotal, hostOf(), {
    enableExemplars: true,
    labels: { app: "shop" },
  });
  const exemplars = () =>
    client.read().process_cpu_seconds_total.map((call) =>
      (call as [string, { exemplarLabels: unknown }])[1]
    );
  const without = { labels: { app: "shop" }, value: 0, exemplarLabels: {} };
  try {
    delete shared[key];
    assertEquals(exemplars(), [without]);
    const spans: unknown[] = [];
    const getValue = (asked: symbol) =>
      asked === Symbol.for("OpenTelemetry Context Key SPAN") ? spans[0] : "another";
    shared[key] = { context: { active: () => ({ getValue }) } };
    assertEquals(exemplars(), [without]);
    spans.push({ spanContext: () => ({ traceId: "4bf9", spanId: "00f0", traceFlags: 1 }) });
    assertEquals(exemplars(), [
      { ...without, exemplarLabels: { traceId: "4bf9", spanId: "00f0" } },
    ]);
  } finally {
    if (before === undefined) delete shared[key];
    else shared[key] = before;
  }
});

test("process_start_time: it stays the same, in whole seconds", () => {
  const process = { ...hostOf().process };
  const client = recordingClient();
  const host = hostOf({ process });
  const collect = collectDefaultMetricsOf(client, { processStartTime }, () => host);
  const start = Math.round(Date.now() / 1000 - 5);
  collect();
  process.uptime = () => 1000;
  const [[, , value]] = client.read().process_start_time_seconds as [[string, object, number]];
  assertEquals(Number.isInteger(value) && value - start <= 1, true);
  collect();
  assertEquals(client.read().process_start_time_seconds, [["set", {}, value]]);
  assertEquals(client.made[0][1].config.aggregator, "omit");
});

test("process_memory: on Linux it is from /proc, and elsewhere only what is resident", () => {
  assertEquals(read(osMemoryHeap, onLinux), {
    process_resident_memory_bytes: [["set", {}, 30 * 1024]],
    process_virtual_memory_bytes: [["set", {}, 700 * 1024]],
    process_heap_bytes: [["set", {}, 20 * 1024]],
  });
  const resident = { process_resident_memory_bytes: [["set", {}, 4000]] };
  const process = { ...hostOf().process, platform: "darwin" };
  assertEquals(read(osMemoryHeap, hostOf({ process }, procFiles(linuxFiles))), resident);
  // A Deno that may not read, and containers without /proc.
  const denied = hostOf({ mayRead: () => false }, procFiles(linuxFiles));
  assertEquals(read(osMemoryHeap, denied), resident);
  assertEquals(read(osMemoryHeap, hostOf({}, procFiles({}))), resident);
});

test("process_memory: what cannot be read any more stays as it is", () => {
  const files: Record<string, string> = { ...linuxFiles, "/proc/self/fd": "" };
  const client = started(osMemoryHeap, hostOf({}, procFiles(files)));
  delete files["/proc/self/status"];
  assertEquals(Object.values(client.read()), [[], [], []]);
});

test("process_memory, heap: a process that hides its memory has no numbers", () => {
  const memoryUsage = () => {
    throw new Error("ENOENT");
  };
  const host = hostOf({ process: { ...hostOf().process, memoryUsage } });
  assertEquals(Object.values(read(osMemoryHeap, host)), [[]]);
  assertEquals(Object.values(read(heapSizeAndUsed, host)), [[], [], []]);
});

test("process_open_fds: the folder that is read to count is not counted; Linux only", () => {
  assertEquals(read(processOpenFileDescriptors, onLinux), {
    process_open_fds: [["set", {}, 3]],
  });
  const process = { ...hostOf().process, platform: "freebsd" };
  const elsewhere = hostOf({ process }, procFiles(linuxFiles));
  assertEquals(read(processOpenFileDescriptors, elsewhere), {});
  assertEquals(read(processOpenFileDescriptors, hostOf({}, procFiles({}))), {});
  const files: Record<string, readonly string[]> = { "/proc/self/fd": ["0"] };
  const client = started(processOpenFileDescriptors, hostOf({}, procFiles(files)));
  delete files["/proc/self/fd"];
  assertEquals(client.read(), { process_open_fds: [] });
});

test("process_max_fds: the soft limit, on every system that has /proc", () => {
  const process = { ...hostOf().process, platform: "freebsd" };
  assertEquals(read(processMaxFileDescriptors, hostOf({ process }, procFiles(linuxFiles))), {
    process_max_fds: [["set", {}, 20000]],
  });
  assertEquals(read(processMaxFileDescriptors, hostOf()), {});
});

test("active resources, handles and requests: by type, and in all", () => {
  class Socket {}
  let resources = ["Timeout", "TCPSocketWrap", "Timeout"];
  const process = {
    ...hostOf().process,
    getActiveResourcesInfo: () => resources,
    _getActiveHandles: () => [new Socket(), new Socket(), Object.create(null), null],
    _getActiveRequests: () => [],
  };
  const client = started(processResources, hostOf({ process }), { labels: { app: "shop" } });
  assertEquals(client.read(), {
    nodejs_active_resources: [
      ["reset"],
      ["set", { type: "Timeout", app: "shop" }, 2],
      ["set", { type: "TCPSocketWrap", app: "shop" }, 1],
    ],
    nodejs_active_resources_total: [["set", { app: "shop" }, 3]],
  });
  resources = [];
  assertEquals(client.read().nodejs_active_resources, [["reset"]]);
  assertEquals(read(processHandles, hostOf({ process })), {
    nodejs_active_handles: [["reset"], ["set", { type: "Socket" }, 2]],
    nodejs_active_handles_total: [["set", {}, 4]],
  });
  assertEquals(read(processRequests, hostOf({ process })), {
    nodejs_active_requests: [["reset"]],
    nodejs_active_requests_total: [["set", {}, 0]],
  });
  for (const probe of [processResources, processHandles, processRequests]) {
    assertEquals(read(probe, hostOf()), {});
  }
});

test("heap: its size, and the spaces of V8", () => {
  assertEquals(read(heapSizeAndUsed, hostOf()), {
    nodejs_heap_size_total_bytes: [["set", {}, 3000]],
    nodejs_heap_size_used_bytes: [["set", {}, 2000]],
    nodejs_external_memory_bytes: [["set", {}, 1000]],
  });
  const space = {
    space_name: "new_large_object_space",
    space_size: 8,
    space_used_size: 5,
    space_available_size: 3,
  };
  const modules = { "node:v8": { getHeapSpaceStatistics: () => [space] } };
  const labels = { space: "new_large_object" };
  assertEquals(read(heapSpacesSizeAndUsed, hostOf({}, modules)), {
    nodejs_heap_space_size_total_bytes: [["set", labels, 8]],
    nodejs_heap_space_size_used_bytes: [["set", labels, 5]],
    nodejs_heap_space_size_available_bytes: [["set", labels, 3]],
  });
  const notImplemented = () => {
    throw new Error("not implemented");
  };
  const lacking = [{}, { "node:v8": {} }, {
    "node:v8": { getHeapSpaceStatistics: notImplemented },
  }];
  for (const modules of lacking) assertEquals(read(heapSpacesSizeAndUsed, hostOf({}, modules)), {});
});

test("version: its parts are numbers", () => {
  const client = started(version, hostOf(), { labels: { app: "shop" } });
  assertEquals(client.read(), {
    nodejs_version_info: [
      ["set", { version: "v24.1.2", major: 24, minor: 1, patch: 2, app: "shop" }, 1],
    ],
  });
  const { labelNames, aggregator } = client.made[0][1].config;
  assertEquals(labelNames, ["version", "major", "minor", "patch", "app"]);
  assertEquals(aggregator, "first");
});
