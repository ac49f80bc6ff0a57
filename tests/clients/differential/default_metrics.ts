/**
 * Compares our default metrics with a client's own, both made of its classes, and prints what differs.
 *
 *     node default_metrics.mjs prom-client
 */
import process from "node:process";
import { collectDefaultMetricsOf } from "../../../src/clients/defaults/collect_default_metrics.ts";
import {
  promClientDefaults,
  prometheusClientDefaults,
} from "../../../src/clients/defaults/default_probes.ts";
import { pause } from "../../support/deferred.ts";
import { type Client, loadClient } from "./client.ts";

const [name] = process.argv.slice(2);
const client = await loadClient(name);
const probes = name === "prom-client" ? promClientDefaults : prometheusClientDefaults;
const theirs = client.collectDefaultMetrics;
const ours = collectDefaultMetricsOf(client, probes);

const isNode = !("Deno" in globalThis) && !("Bun" in globalThis);

/** Whatever else a program may say, all at once. */
const everything = {
  prefix: "shop_",
  labels: { app: "shop", instance: 0 },
  eventLoopMonitoringPrecision: 20,
  gcDurationBuckets: [0.5, 1],
  eventLoopUtilizationTimeout: 20,
  eventLoopUtilizationBuckets: [0.5, 1],
  eventLoopUtilizationPercentiles: [0.5],
  eventLoopUtilizationMaxAgeSeconds: 30,
  eventLoopUtilizationAgeBuckets: 2,
};

/** How far two numbers may be apart, of which the second is read after the first. */
const allowances: readonly (readonly [pattern: RegExp, allowed: number])[] = [
  [/process_start_time_seconds|process_max_fds|nodejs_version_info/, 0],
  [/process_open_fds|nodejs_active_\w+_total/, 3],
  [/process_cpu_\w+/, 0.1],
  [/_memory_bytes|process_heap_bytes|_heap_size_|_heap_space_size_/, 5e6],
  ...isNode ? [[/eventloop_lag_(max|mean|p50)_/, 0.1], [/utilization_\w+_count/, 5]] as const : [],
];

const differences: string[] = [];

function same(what: string, expected: unknown, actual: unknown): void {
  const [one, other] = [expected, actual].map((value) => JSON.stringify(value));
  if (one !== other) differences.push(`${what}\n  the client: ${one}\n  ours:       ${other}`);
}

same("metricsList", theirs.metricsList, ours.metricsList);
await compareFamilies("by default", {});
await compareFamilies("with everything", everything);
await compareFamilies("without what is empty", {
  prefix: null,
  labels: null,
  gcDurationBuckets: 0,
});
await compareExemplars();
compareErrors();
await compareGlobal();

for (const difference of differences) console.log(difference);
console.log(`${differences.length} differences`);
// Nothing of ours keeps the process alive.
process.exitCode = differences.length > 0 ? 1 : 0;

async function compareFamilies(title: string, config: object): Promise<void> {
  const registries = [theirs, ours].map((collect) => {
    const register = new client.Registry();
    collect({ ...config, register });
    return register;
  });
  const [expected, actual] = registries.map((registry) =>
    registry.getMetricsAsArray().map(headerOf)
  );
  same(`${title}: names`, namesOf(expected), namesOf(actual));
  for (const [index, header] of expected.entries()) same(title, header, actual[index]);
  // On the first page there is no lag yet.
  await Promise.all(registries.map((registry) => registry.metrics()));
  await pause(0.25);
  const [page, ownPage] = await Promise.all(registries.map((registry) => registry.metrics()));
  same(`${title}: samples`, shapeOf(page), shapeOf(ownPage));
  compareValues(title, page, ownPage);
  const gone = gcLines(page).filter((line) => !gcLines(ownPage).includes(line));
  if (isNode) same(`${title}: collections that are not counted`, [], gone);
  // After a reset all that can be read is there again.
  for (const registry of registries) registry.resetMetrics();
  const [again, ownAgain] = await Promise.all(registries.map((registry) => registry.metrics()));
  same(`${title}: samples after a reset`, shapeOf(again), shapeOf(ownAgain));
}

function namesOf(headers: readonly Client[]): readonly string[] {
  return headers.map((header) => header.name);
}

function headerOf(metric: Client): unknown {
  const { name, help, aggregator, labelNames, enableExemplars } = metric;
  const { upperBounds, percentiles, maxAgeSeconds, ageBuckets, registers } = metric;
  const type = metric.constructor.name;
  return {
    ...{ type, name, help, aggregator, labelNames, enableExemplars: enableExemplars ?? false },
    ...{ upperBounds, percentiles, maxAgeSeconds, ageBuckets, registries: registers?.length },
  };
}

/**
 * The lines of a page without their numbers. What comes and goes is left out, and the utilization
 * where there is none.
 */
function shapeOf(page: string): readonly string[] {
  return page.split("\n").filter((line) =>
    !/^\w*nodejs_gc_duration_seconds\w*\{/.test(line) &&
    !/^\w*nodejs_active_\w+\{/.test(line) &&
    (isNode || !/^\w*nodejs_eventloop_utilization_/.test(line))
  ).map((line) => line.startsWith("#") ? line : line.replace(/ \S+$/, " …"));
}

function gcLines(page: string): readonly string[] {
  return page.split("\n").filter((line) => /^\w*nodejs_gc_duration_seconds_count/.test(line))
    .map((line) => line.replace(/ \S+$/, ""));
}

function compareValues(title: string, page: string, ownPage: string): void {
  const own = new Map(samplesOf(ownPage));
  for (const [series, value] of samplesOf(page)) {
    const actual = own.get(series);
    const [, allowed = Infinity] = allowances.find(([pattern]) => pattern.test(series)) ?? [];
    if (actual !== undefined && Math.abs(actual - value) > allowed) {
      same(`${title}: ${series}`, value, actual);
    }
  }
}

function samplesOf(page: string): readonly (readonly [string, number])[] {
  return page.split("\n").filter((line) => line !== "" && !line.startsWith("#")).map((line) => {
    const end = line.lastIndexOf(" ");
    return [line.slice(0, end), Number(line.slice(end + 1))] as const;
  });
}

/** The counters have the span in which a page is asked for. */
async function compareExemplars(): Promise<void> {
  // The clients install it, and it is none of ours.
  const { context, trace } = await loadClient(["@opentelemetry", "api"].join("/"));
  const span = { spanContext: () => ({ traceId: "4bf92f35", spanId: "00f067aa", traceFlags: 1 }) };
  const root = context.active();
  for (const active of [root, trace.setSpan(root, span)]) {
    context.setGlobalContextManager({ active: () => active, disable() {} });
    const pages = await Promise.all([theirs, ours].map((collect) => {
      const register = new client.Registry(client.Registry.OPENMETRICS_CONTENT_TYPE);
      collect({ register, enableExemplars: true, labels: { app: "shop" } });
      return register.metrics();
    }));
    const [expected, actual] = pages.map((page) =>
      page.split("\n").filter((line: string) => /^process_cpu/.test(line))
        .map((line: string) => line.replaceAll(/ [\d.e-]+/g, " …"))
    );
    same("exemplars", expected, actual);
    context.disable();
  }
}

function compareErrors(): void {
  const configs: readonly unknown[] = [
    "x",
    "",
    5,
    true,
    () => {},
    { prefix: "1" },
    { prefix: 5 },
    { labels: "ab" },
    { labels: { "1b": 1 } },
    { enableExemplars: true },
    { register: "x" },
    // Deno itself ends at these.
    ...isNode
      ? [0, 0.5, -1, "x", null].map((precision) => ({ eventLoopMonitoringPrecision: precision }))
      : [],
  ];
  for (const config of configs) {
    const [expected, actual] = [theirs, ours].map((collect) => {
      const register = new client.Registry();
      try {
        collect(
          typeof config === "object" && config !== null ? { register, ...config } : config,
        );
      } catch (error) {
        return [String(error), (error as { code?: string }).code, registered(register)];
      }
      return ["fine", registered(register)];
    });
    same(`error for ${JSON.stringify(config)}`, expected, actual);
  }
  const [expected, actual] = [theirs, ours].map((collect) => {
    const register = new client.Registry();
    collect({ register });
    try {
      collect({ register });
    } catch (error) {
      return String(error);
    }
  });
  same("error for a second call", expected, actual);
}

function registered(registry: Client): readonly string[] {
  return namesOf(registry.getMetricsAsArray());
}

/** Without a registry it is the client's own. */
async function compareGlobal(): Promise<void> {
  for (const config of [undefined, null, {}]) {
    const [expected, actual] = [theirs, ours].map((collect) => {
      client.register.clear();
      collect(config);
      return registered(client.register);
    });
    same("global registry", expected, actual);
  }
  await client.register.metrics();
}
