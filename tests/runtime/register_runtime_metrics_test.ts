import { assert, assertEquals } from "@std/assert";
import process from "node:process";
import { test } from "node:test";
import { constGauge, type MetricFamily, MetricsRegistry, RegistrationError } from "../../mod.ts";
import {
  registerRuntimeMetrics,
  type RuntimeMetrics,
  type RuntimeMetricsOptions,
  type RuntimeProbe,
} from "../../src/runtime.ts";
import { getSampleValue, lint, samplesOf } from "../../src/testing.ts";
import { collectorOf } from "../support/collectors.ts";
import { pause } from "../support/deferred.ts";
import { assertThrowsWith } from "../support/rejects.ts";

const prefix = "Deno" in globalThis ? "deno" : "Bun" in globalThis ? "bun" : "nodejs";

/** The families of a registry with the runtime's metrics in it. */
async function families(options?: RuntimeMetricsOptions): Promise<readonly MetricFamily[]> {
  const registry = new MetricsRegistry();
  const metrics = registerRuntimeMetrics(registry, options);
  // Counts of what goes on between scrapes, and Node's first turn of the event loop.
  await pause(0.15);
  const { families, errors } = await registry.gather();
  metrics.stop();
  assertEquals(errors, []);
  return families;
}

async function names(options?: RuntimeMetricsOptions): Promise<readonly string[]> {
  return (await families(options)).map(({ name }) => name);
}

const onLinux = process.platform === "linux";

const everywhere = [
  `${prefix}_eventloop_delay_seconds`,
  `${prefix}_external_memory_bytes`,
  `${prefix}_gc_duration_seconds`,
  `${prefix}_heap_size_total_bytes`,
  `${prefix}_heap_size_used_bytes`,
  `${prefix}_version_info`,
  "process_cpu_seconds_total",
  "process_heap_bytes",
  "process_resident_memory_bytes",
  "process_start_time_seconds",
  ...onLinux
    ? ["process_max_fds", "process_open_fds", "process_threads", "process_virtual_memory_bytes"]
    : [],
];

const heapSpaces = ["available", "total", "used"].map((what) =>
  `${prefix}_heap_space_size_${what}_bytes`
);

const only: Readonly<Record<string, readonly string[]>> = {
  nodejs: [...heapSpaces, "nodejs_heap_size_limit_bytes", "nodejs_eventloop_time_seconds_total"],
  deno: [...heapSpaces, "deno_heap_size_limit_bytes"],
  bun: [],
};

/** What is there at some times and not at others. */
const sometimes = [`${prefix}_active_resources`, "process_virtual_memory_max_bytes"];

test("registerRuntimeMetrics(): each runtime has the metrics that it exposes, and no others", async () => {
  const found = (await names()).filter((name) => !sometimes.includes(name));
  assertEquals(found, [...everywhere, ...only[prefix]].sort());
});

test("registerRuntimeMetrics(): every value is plausible", async () => {
  const samples = (await families()).flatMap((family) => [...samplesOf(family)]);
  for (const { name, value } of samples) assert(Number.isFinite(value) && value >= 0, name);
  const valueOf = (name: string) => samples.find((sample) => sample.name === name)?.value ?? NaN;
  const now = Date.now() / 1000;
  assert(valueOf("process_start_time_seconds") <= now);
  assert(valueOf("process_start_time_seconds") > now - 86_400);
  assert(valueOf("process_cpu_seconds_total") > 0);
  assert(valueOf("process_resident_memory_bytes") > 1e6);
  // Bun takes the two at different times, so that there may be more used than there is.
  for (const what of ["used", "total"]) assert(valueOf(`${prefix}_heap_size_${what}_bytes`) > 1e5);
  if (onLinux) {
    assert(valueOf("process_open_fds") >= 3);
    assert(valueOf("process_max_fds") > valueOf("process_open_fds"));
    assert(valueOf("process_threads") >= 1);
    assert(valueOf("process_virtual_memory_bytes") > valueOf("process_resident_memory_bytes"));
  }
});

test("registerRuntimeMetrics(): the version is an info", async () => {
  const [info] = await families({ include: ["version"] });
  const [{ labels }] = samplesOf(info);
  const { node, deno, bun } = process.versions as Record<string, string | undefined>;
  assertEquals(labels.version, `v${{ nodejs: node, deno, bun }[prefix]}`);
  assertEquals(`v${labels.major}.${labels.minor}.${labels.patch}`, labels.version);
});

test("registerRuntimeMetrics(): promtool accepts the names", async () => {
  assertEquals(lint(await families()), []);
});

const selections: readonly (readonly [RuntimeMetricsOptions, readonly string[]])[] = [
  [{ include: [] }, []],
  [{ include: ["process_cpu"] }, ["process_cpu_seconds_total"]],
  [{ include: ["process_cpu", "version"], exclude: ["version"] }, ["process_cpu_seconds_total"]],
  [{ include: ["gc", "gc"] }, [`${prefix}_gc_duration_seconds`]],
];

test("registerRuntimeMetrics(): probes are chosen by name", async () => {
  for (const [options, expected] of selections) assertEquals(await names(options), expected);
  const rest = await names({ exclude: ["heap", "heap_spaces", "gc"] });
  assertEquals(rest.filter((name) => /heap_s|external|gc/.test(name)), []);
  assert(rest.includes("process_heap_bytes"));
});

/** The default metrics of prom-client 15, without what only a process with handles or GC shows. */
const promClientNames = [
  "nodejs_active_resources_total",
  "nodejs_eventloop_lag_max_seconds",
  "nodejs_eventloop_lag_mean_seconds",
  "nodejs_eventloop_lag_min_seconds",
  "nodejs_eventloop_lag_p50_seconds",
  "nodejs_eventloop_lag_p90_seconds",
  "nodejs_eventloop_lag_p99_seconds",
  "nodejs_eventloop_lag_seconds",
  "nodejs_eventloop_lag_stddev_seconds",
  "nodejs_external_memory_bytes",
  "nodejs_gc_duration_seconds",
  "nodejs_heap_size_total_bytes",
  "nodejs_heap_size_used_bytes",
  "nodejs_version_info",
  "process_cpu_seconds_total",
  "process_cpu_system_seconds_total",
  "process_cpu_user_seconds_total",
  "process_heap_bytes",
  "process_resident_memory_bytes",
  "process_start_time_seconds",
  ...onLinux ? ["process_max_fds", "process_open_fds", "process_virtual_memory_bytes"] : [],
  ...prefix === "bun"
    ? []
    : ["available", "total", "used"].map((what) => `nodejs_heap_space_size_${what}_bytes`),
  ...prefix === "nodejs" ? ["nodejs_active_handles_total", "nodejs_active_requests_total"] : [],
];

test("registerRuntimeMetrics(): with promClientNames, dashboards for prom-client find theirs", async () => {
  const found = await names({ promClientNames: true });
  assertEquals(promClientNames.filter((name) => !found.includes(name)), []);
  assertEquals(found.filter((name) => /^(deno|bun)_/.test(name)), []);
});

test("registerRuntimeMetrics(): with promClientNames, the version is the one of Node that this imitates", async () => {
  const [info] = await families({ include: ["version"], promClientNames: true });
  const [{ name, labels }] = samplesOf(info);
  assertEquals([name, labels.version], ["nodejs_version_info", `v${process.versions.node}`]);
});

/** Units by family, of those that have one. */
const units: Readonly<Record<string, string>> = {
  [`${prefix}_eventloop_delay_seconds`]: "seconds",
  [`${prefix}_gc_duration_seconds`]: "seconds",
  process_cpu_seconds_total: "seconds",
  process_start_time_seconds: "seconds",
  process_heap_bytes: "bytes",
  process_resident_memory_bytes: "bytes",
  [`${prefix}_heap_size_total_bytes`]: "bytes",
  [`${prefix}_heap_size_used_bytes`]: "bytes",
  [`${prefix}_external_memory_bytes`]: "bytes",
};

test("registerRuntimeMetrics(): a family whose name ends in a unit has it", async () => {
  const found = await families({ include: undefined, promClientNames: false });
  for (const [family, unit] of Object.entries(units)) {
    assertEquals(found.find(({ name }) => name === family)?.unit, unit, family);
  }
  for (const { name, unit } of [...found, ...await families({ promClientNames: true })]) {
    const [, ending] = name.match(/_(seconds|bytes)(?:_total)?$/) ?? [];
    assertEquals(unit, ending, name);
  }
});

test("registerRuntimeMetrics(): a wrong argument of JavaScript is told", () => {
  const cases: readonly (readonly [unknown, unknown, string])[] = [
    [{ registry: new MetricsRegistry() }, {}, "write registerRuntimeMetrics(registry, options)"],
    [null, {}, "must be a MetricsRegistry"],
    [new MetricsRegistry(), { probes: ["gc"] }, 'unknown option "probes"'],
    [new MetricsRegistry(), { includes: ["gc"] }, 'it is called "include" here'],
    [new MetricsRegistry(), { include: "gc" }, 'include "gc" must be a list'],
    [new MetricsRegistry(), null, "the options null must be an object"],
  ];
  for (const [registry, options, message] of cases) {
    assertThrowsWith(
      () => registerRuntimeMetrics(registry as MetricsRegistry, options as RuntimeMetricsOptions),
      RegistrationError,
      message,
    );
  }
});

/** Runs something while what the probes start is counted, and what they end. */
async function counting(use: () => void): Promise<Readonly<Record<string, number>>> {
  const timers = await import("node:timers");
  const { getBuiltinModule } = process;
  const { PerformanceObserver } = globalThis;
  const counts = { timers: 0, observers: 0 };
  process.getBuiltinModule = ((name: string) =>
    name === "node:timers"
      ? {
        ...timers,
        setInterval(callback: () => void, milliseconds: number) {
          counts.timers++;
          return timers.setInterval(callback, milliseconds);
        },
        clearInterval(timer: NodeJS.Timeout) {
          counts.timers--;
          timers.clearInterval(timer);
        },
      }
      : getBuiltinModule.call(process, name)) as typeof getBuiltinModule;
  if (PerformanceObserver !== undefined) {
    globalThis.PerformanceObserver = class extends PerformanceObserver {
      override observe(options: Parameters<PerformanceObserver["observe"]>[0]) {
        counts.observers++;
        super.observe(options);
      }
      override disconnect() {
        counts.observers--;
        super.disconnect();
      }
    };
  }
  try {
    use();
  } finally {
    process.getBuiltinModule = getBuiltinModule;
    globalThis.PerformanceObserver = PerformanceObserver;
  }
  return counts;
}

test("registerRuntimeMetrics(): stop() ends every timer and observer of the probes", async () => {
  let running: RuntimeMetrics | undefined;
  const counts = await counting(() => {
    running = registerRuntimeMetrics(new MetricsRegistry(), { promClientNames: true });
  });
  assert(counts.timers + counts.observers >= 3, JSON.stringify(counts));
  running?.stop();
  assertEquals(counts, { timers: 0, observers: 0 });
});

test("registerRuntimeMetrics(): a probe that is not there is refused, with those that are", () => {
  for (const options of [{ include: ["cpu"] }, { exclude: ["gcc"] }]) {
    const register = () =>
      registerRuntimeMetrics(new MetricsRegistry(), options as unknown as RuntimeMetricsOptions);
    assertThrowsWith(register, RegistrationError, "is not a probe", "process_cpu", "gc");
  }
  // @ts-expect-error -- the compiler knows the names
  const wrong: RuntimeProbe = "cpu";
  assertEquals(wrong, "cpu");
});

test("registerRuntimeMetrics(): a registry has the metrics once, however often they are registered", async () => {
  const registry = new MetricsRegistry();
  const metrics = registerRuntimeMetrics(registry, { include: ["process_cpu"] });
  assertEquals(registerRuntimeMetrics(registry), metrics);
  const { families, errors } = await registry.gather();
  assertEquals([families.length, errors.length], [1, 0]);
  metrics.stop();
});

test("registerRuntimeMetrics() registers again in a registry that was cleared", async () => {
  const registry = new MetricsRegistry();
  registerRuntimeMetrics(registry, { include: ["process_cpu"] });
  registry.clear();
  const metrics = registerRuntimeMetrics(registry);
  assertEquals((await registry.gather()).families.length, 1);
  metrics.stop();
});

test("registerRuntimeMetrics(): after stop() the metrics are gone, and may be registered again", async () => {
  const registry = new MetricsRegistry();
  registerRuntimeMetrics(registry).stop();
  assertEquals((await registry.gather()).families, []);
  const metrics = registerRuntimeMetrics(registry, { include: ["process_cpu"] });
  assertEquals((await registry.gather()).families.length, 1);
  metrics.stop();
  metrics.stop();
});

test("registerRuntimeMetrics(): a second stop() does nothing, also to metrics registered since", async () => {
  const registry = new MetricsRegistry();
  const first = registerRuntimeMetrics(registry);
  first.stop();
  const second = registerRuntimeMetrics(registry);
  first.stop();
  assertEquals(registerRuntimeMetrics(registry), second);
  assertEquals((await registry.gather()).errors, []);
  second.stop();
  assertEquals((await registry.gather()).families, []);
});

test("registerRuntimeMetrics() uses the default registry if no other is given", async () => {
  const metrics = registerRuntimeMetrics();
  try {
    const bytes = await getSampleValue(MetricsRegistry.global(), "process_resident_memory_bytes");
    assert(bytes !== undefined);
  } finally {
    metrics.stop();
  }
  assertEquals((await MetricsRegistry.global().gather()).families, []);
});

test("registerRuntimeMetrics(): a view adds its prefix and labels", async () => {
  const registry = new MetricsRegistry();
  const view = registry.view({ prefix: "worker_", labels: { worker: "1" } });
  const metrics = registerRuntimeMetrics(view, { include: ["process_start_time"] });
  const name = "worker_process_start_time_seconds";
  assert(await getSampleValue(registry, name, { worker: "1" }) !== undefined);
  metrics.stop();
  assertEquals((await registry.gather()).families, []);
});

test("registerRuntimeMetrics(): if another metric has a name, all are unregistered again", async () => {
  const registry = new MetricsRegistry();
  registry.histogram({ name: `${prefix}_gc_duration_seconds`, help: "Somebody else's." });
  assertThrowsWith(
    () => registerRuntimeMetrics(registry),
    RegistrationError,
    "gc_duration_seconds",
  );
  assertEquals((await registry.gather()).families.length, 1);
});

test("registerRuntimeMetrics(): if a collector has a family of the same name, only one of the two is lost", async () => {
  const registry = new MetricsRegistry();
  const name = "process_threads";
  registry.register(collectorOf(constGauge({ name, help: "Mine.", samples: [] })));
  const metrics = registerRuntimeMetrics(registry);
  const { families, errors } = await registry.gather();
  metrics.stop();
  assertEquals(errors.length, onLinux ? 1 : 0);
  assert(families.some(({ name }) => name === "process_cpu_seconds_total"));
});

test("registerRuntimeMetrics(): on Workers there are no metrics, and nothing is read", async () => {
  const own = Object.getOwnPropertyDescriptor(globalThis, "navigator");
  const value = { userAgent: "Cloudflare-Workers" };
  Object.defineProperty(globalThis, "navigator", { value, configurable: true });
  try {
    const registry = new MetricsRegistry();
    registerRuntimeMetrics(registry).stop();
    registerRuntimeMetrics(registry);
    assertEquals((await registry.gather()).families, []);
  } finally {
    if (own === undefined) Reflect.deleteProperty(globalThis, "navigator");
    else Object.defineProperty(globalThis, "navigator", own);
  }
});
