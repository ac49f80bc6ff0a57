import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import type { LabelRecord, MetricFamily } from "../../mod.ts";
import { activeCounts, activeResources } from "../../src/runtime/active_resources.ts";
import { eventLoopDelay } from "../../src/runtime/event_loop_delay.ts";
import { eventLoopLag } from "../../src/runtime/event_loop_lag.ts";
import { eventLoopTime } from "../../src/runtime/event_loop_time.ts";
import { profileGc } from "../../src/runtime/gc_profiles.ts";
import { garbageCollection } from "../../src/runtime/garbage_collection.ts";
import { heap, heapSpaces } from "../../src/runtime/heap.ts";
import { type BuiltinModules, findHost, type Host } from "../../src/runtime/host.ts";
import type { RunningProbe } from "../../src/runtime/probe.ts";
import {
  processFiles,
  processMemory,
  processThreads,
} from "../../src/runtime/process_resources.ts";
import { processCpu, processCpuModes } from "../../src/runtime/process_time.ts";
import { versionInfo } from "../../src/runtime/version_info.ts";
import { samplesOf } from "../../src/testing.ts";
import { withClock } from "../support/clock.ts";
import { garbageCollector } from "../support/garbage.ts";
import { until } from "../support/until.ts";

/** A runtime of one's own making. */
function hostOf(given: Partial<Host> = {}, modules: Partial<BuiltinModules> = {}): Host {
  return {
    name: "nodejs",
    prefix: given.name ?? "nodejs",
    version: "20.1.2",
    process: {
      uptime: () => 5,
      cpuUsage: () => ({ user: 1_500_000, system: 250_000 }),
      memoryUsage: () => ({ rss: 4000, heapTotal: 3000, heapUsed: 2000, external: 1000 }),
    },
    builtin: (name) => modules[name],
    mayRead: () => true,
    ...given,
  };
}

/** The files of `/proc/self`. */
function filesOf(files: Readonly<Record<string, string | readonly string[]>>) {
  const read = (path: string) => {
    if (!(path in files)) throw new Error(`there is no ${path}`);
    return files[path];
  };
  return {
    "node:fs": {
      readFileSync: (path: string) => read(path) as string,
      readdirSync: (path: string) => read(path) as readonly string[],
    },
  };
}

const procFiles = filesOf({
  "/proc/self/status": "Name:\tnode\nVmPeak:\t 99 kB\nVmSize:\t 762076 kB\nThreads:\t11\n",
  "/proc/self/limits":
    "Limit                     Soft Limit           Hard Limit           Units\n" +
    "Max open files            20000                524288               files\n" +
    "Max address space         unlimited            unlimited            bytes\n",
  "/proc/self/fd": ["0", "1", "2", "3"],
});

async function read(probe: RunningProbe | undefined): Promise<readonly (readonly unknown[])[]> {
  const families: readonly MetricFamily[] = await probe?.collector.collect() ?? [];
  return families.flatMap((family) => [...samplesOf(family)]).map(({ name, labels, value }) =>
    Object.keys(labels).length === 0 ? [name, value] : [name, labels as LabelRecord, value]
  );
}

test("process_cpu: the time is that of user and system", async () => {
  assertEquals(await read(processCpu(hostOf())), [["process_cpu_seconds_total", 1.75]]);
});

test("process_cpu_modes: the time of user and system, each by itself", async () => {
  assertEquals(await read(processCpuModes(hostOf())), [
    ["process_cpu_user_seconds_total", 1.5],
    ["process_cpu_system_seconds_total", 0.25],
  ]);
});

test("process_memory: sizes are in bytes, and a missing limit is left out", async () => {
  assertEquals(await read(processMemory(hostOf({}, procFiles))), [
    ["process_resident_memory_bytes", 4000],
    ["process_heap_bytes", 3000],
    ["process_virtual_memory_bytes", 762076 * 1024],
  ]);
  const limits = "Max address space         1048576              unlimited            bytes\n";
  const limited = filesOf({
    "/proc/self/status": "Name:\tnode\nVmSize:\t 1 kB\n",
    "/proc/self/limits": `Limit\n${limits}`,
  });
  assertEquals((await read(processMemory(hostOf({}, limited)))).at(-1), [
    "process_virtual_memory_max_bytes",
    1048576,
  ]);
});

test("process_files: the folder that is read to count is not counted", async () => {
  assertEquals(await read(processFiles(hostOf({}, procFiles))), [
    ["process_open_fds", 3],
    ["process_max_fds", 20000],
  ]);
  assertEquals(await read(processThreads(hostOf({}, procFiles))), [["process_threads", 11]]);
});

test("runtime probes: without /proc or a file system, the other metrics remain", async () => {
  for (const modules of [{}, filesOf({})]) {
    const host = hostOf({}, modules);
    assertEquals([processFiles(host), processThreads(host)], [undefined, undefined]);
    assertEquals((await read(processMemory(host))).length, 2);
  }
});

test("runtime probes: no file is read without permission, because that would prompt", async () => {
  const read = () => {
    throw new Error("nobody asked");
  };
  const asked: string[] = [];
  let reads = 0;
  const counted = () => {
    reads++;
    return read();
  };
  const host = hostOf({ mayRead: (path) => asked.push(path) < 0 }, {
    "node:fs": { readFileSync: counted, readdirSync: counted },
  });
  assertEquals([processFiles(host), processThreads(host)], [undefined, undefined]);
  await processMemory(host).collector.collect();
  assertEquals(reads, 0);
  assertEquals([...new Set(asked)].sort(), ["/proc/self/fd", "/proc/self/status"]);
});

test("version: it is left out if it is malformed", async () => {
  assertEquals(await read(versionInfo(hostOf())), [
    ["nodejs_version_info", { version: "v20.1.2", major: "20", minor: "1", patch: "2" }, 1],
  ]);
  const nightly = hostOf({ name: "deno", version: "3.0.1+abc" });
  assertEquals((await read(versionInfo(nightly)))[0][1], {
    version: "v3.0.1+abc",
    major: "3",
    minor: "0",
    patch: "1",
  });
  assertEquals(versionInfo(hostOf({ version: "" })), undefined);
});

const space = {
  space_name: "new_space",
  space_size: 8,
  space_used_size: 5,
  space_available_size: 3,
};

test("heap: its limit is exposed if it is real", async () => {
  const modules = { "node:v8": { getHeapStatistics: () => ({ heap_size_limit: 9000 }) } };
  const sizes = [["total", 3000], ["used", 2000]].map(([what, bytes]) =>
    [`heap_size_${what}_bytes`, bytes] as const
  );
  const rest = ["external_memory_bytes", 1000] as const;
  const of = (name: string, entries: readonly (readonly unknown[])[]) =>
    entries.map(([metric, bytes]) => [`${name}_${metric}`, bytes]);
  assertEquals(
    await read(heap(hostOf({}, modules))),
    of("nodejs", [...sizes, ["heap_size_limit_bytes", 9000], rest]),
  );
  assertEquals(await read(heap(hostOf({ name: "bun" }, modules))), of("bun", [...sizes, rest]));
  assertEquals(await read(heap(hostOf())), of("nodejs", [...sizes, rest]));
});

test("heap_spaces: they are exposed if they are real", async () => {
  const modules = { "node:v8": { getHeapSpaceStatistics: () => [space] } };
  assertEquals(await read(heapSpaces(hostOf({}, modules))), [
    ["nodejs_heap_space_size_total_bytes", { space: "new" }, 8],
    ["nodejs_heap_space_size_used_bytes", { space: "new" }, 5],
    ["nodejs_heap_space_size_available_bytes", { space: "new" }, 3],
  ]);
  assertEquals(heapSpaces(hostOf({ name: "bun" }, modules)), undefined);
  assertEquals(heapSpaces(hostOf()), undefined);
});

test("active_resources: they are counted by type", async () => {
  const host = hostOf();
  const getActiveResourcesInfo = () => ["Timeout", "TCPSocketWrap", "Timeout"];
  const process = { ...host.process, getActiveResourcesInfo };
  assertEquals(await read(activeResources({ ...host, process })), [
    ["nodejs_active_resources", { type: "Timeout" }, 2],
    ["nodejs_active_resources", { type: "TCPSocketWrap" }, 1],
  ]);
  const none = { ...host.process, getActiveResourcesInfo: () => [] };
  assertEquals(await read(activeResources({ ...host, process: none })), []);
  assertEquals(activeResources(host), undefined);
});

test("active_counts: totals, and handles and requests by class", async () => {
  class Socket {}
  class Server {}
  const process = {
    ...hostOf().process,
    getActiveResourcesInfo: () => ["Timeout", "TCPSocketWrap", "Timeout"],
    _getActiveHandles: () => [new Socket(), new Server(), new Socket()],
    _getActiveRequests: () => [],
  };
  assertEquals(await read(activeCounts(hostOf({ process }))), [
    ["nodejs_active_handles", { type: "Socket" }, 2],
    ["nodejs_active_handles", { type: "Server" }, 1],
    ["nodejs_active_resources_total", 3],
    ["nodejs_active_handles_total", 3],
    ["nodejs_active_requests_total", 0],
  ]);
  const without = { ...hostOf().process, getActiveResourcesInfo: () => ["Timeout"] };
  assertEquals(await read(activeCounts(hostOf({ process: without }))), [
    ["nodejs_active_resources_total", 1],
  ]);
  assertEquals(activeCounts(hostOf()), undefined);
});

test("eventloop_time: seconds, active and idle, and nothing if the runtime reports zeros", async () => {
  const own = performance as { eventLoopUtilization?: unknown };
  const descriptor = Object.getOwnPropertyDescriptor(performance, "eventLoopUtilization");
  let time = { idle: 7_250, active: 1_500 };
  Object.defineProperty(own, "eventLoopUtilization", { value: () => time, configurable: true });
  try {
    const probe = eventLoopTime(hostOf());
    assertEquals(await read(probe), [
      ["nodejs_eventloop_time_seconds_total", { state: "active" }, 1.5],
      ["nodejs_eventloop_time_seconds_total", { state: "idle" }, 7.25],
    ]);
    time = { idle: 0, active: 0 };
    assertEquals(await read(probe), []);
  } finally {
    if (descriptor === undefined) delete own.eventLoopUtilization;
    else Object.defineProperty(own, "eventLoopUtilization", descriptor);
  }
});

/** Timers that go off when they are told to. */
function manualTimers() {
  const running = new Map<unknown, () => void>();
  let unreferenced = 0;
  const modules: Pick<BuiltinModules, "node:timers"> = {
    "node:timers": {
      setInterval(callback) {
        const timer = { unref: () => unreferenced++ };
        running.set(timer, callback);
        return timer;
      },
      clearInterval: (timer) => void running.delete(timer),
    },
  };
  return {
    modules,
    goOff: () => running.forEach((callback) => callback()),
    counts: () => [running.size, unreferenced],
  };
}

test("eventloop_delay: the delay is how late a timer fires", async () => {
  await withClock(async (clock) => {
    const { modules, goOff, counts } = manualTimers();
    const probe = eventLoopDelay(hostOf({}, modules));
    for (const seconds of [0.1, 0.35, 0.0999]) {
      clock.advance(seconds);
      goOff();
    }
    const samples = await read(probe);
    const valueOf = (name: string) => samples.find(([found]) => found === name)?.at(-1);
    assertEquals(valueOf("nodejs_eventloop_delay_seconds_count"), 3);
    assertEquals(Math.round(Number(valueOf("nodejs_eventloop_delay_seconds_sum")) * 1e6), 250_000);
    // It keeps no process alive, and leaves nothing behind.
    assertEquals(counts(), [1, 1]);
    probe?.stop?.();
    assertEquals(counts(), [0, 1]);
  });
});

test("eventloop_lag: the statistics are those of the last 600 delays", async () => {
  await withClock(async (clock) => {
    const { modules, goOff, counts } = manualTimers();
    const probe = eventLoopLag(hostOf({}, modules));
    assertEquals(await read(probe), []);
    const delay = (seconds: number) => {
      clock.advance(0.1 + seconds);
      goOff();
    };
    // The first is forgotten again.
    for (const seconds of [9, ...Array.from({ length: 599 }, () => 0.01), 0.03]) delay(seconds);
    const samples = (await read(probe)).map(([name, value]) => [
      String(name).replace("nodejs_eventloop_lag_", ""),
      Math.round(Number(value) * 1e6),
    ]);
    assertEquals(samples, [
      ["seconds", 30_000],
      ["min_seconds", 10_000],
      ["max_seconds", 30_000],
      ["mean_seconds", 10_033],
      ["stddev_seconds", 816],
      ["p50_seconds", 10_000],
      ["p90_seconds", 10_000],
      ["p99_seconds", 10_000],
    ]);
    delay(0.05);
    for (let more = 0; more < 9; more++) delay(0.04);
    const [, p99] = (await read(probe)).at(-1) ?? [];
    assertEquals(Math.round(Number(p99) * 1e6), 40_000);
    probe?.stop?.();
    assertEquals(counts(), [0, 1]);
  });
});

test("gc: every collection of a profile is counted, and none falls between two profiles", () => {
  const order: string[] = [];
  let made = 0;
  class GCProfiler {
    readonly #number = ++made;
    start() {
      order.push(`start ${this.#number}`);
    }
    stop() {
      order.push(`stop ${this.#number}`);
      const types = ["Scavenge", "MarkSweepCompact", "Scavenge", "Unheard of"];
      return { statistics: types.map((gcType) => ({ gcType, cost: 2000 })) };
    }
  }
  for (const [name, seconds] of [["nodejs", 0.002], ["bun", 0.002], ["deno", 0.000002]] as const) {
    const { modules, goOff, counts } = manualTimers();
    const noted: unknown[] = [];
    [made, order.length] = [0, 0];
    const host = hostOf({ name }, { ...modules, "node:v8": { GCProfiler } });
    const stop = profileGc(host, (kind, seconds) => noted.push([kind, seconds]));
    goOff();
    const profile = [["minor", seconds], ["major", seconds], ["minor", seconds]];
    assertEquals(noted, profile);
    stop?.();
    assertEquals(noted, [...profile, ...profile]);
    assertEquals(order, ["start 1", "start 2", "stop 1", "stop 2"]);
    assertEquals(counts(), [0, 1]);
  }
  assertEquals(profileGc(hostOf(), () => {}), undefined);
});

test("gc: ten collections of this process are counted", async () => {
  const host = findHost();
  assert(host !== undefined);
  const collect = await garbageCollector();
  const probe = garbageCollection(host);
  const majors = async () => {
    const name = `${host.name}_gc_duration_seconds_count`;
    const samples = await read(probe);
    return Number(
      samples.find(([found, labels]) => found === name && isMajor(labels))?.at(-1) ?? 0,
    );
  };
  try {
    for (let time = 0; time < 10; time++) collect();
    await until(async () => await majors() >= 10, Boolean, 10);
  } finally {
    probe?.stop?.();
  }
});

function isMajor(labels: unknown): boolean {
  return (labels as LabelRecord).kind === "major";
}
