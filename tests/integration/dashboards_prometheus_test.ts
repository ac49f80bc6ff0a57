/**
 * Every query of the dashboards of `examples/operations/grafana` has an answer from a real
 * Prometheus that scrapes what each of them is about.
 */
import { Hono } from "hono";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, test } from "node:test";
import { httpMetrics, instrumentFetch, MetricsRegistry, MetricsServer } from "../../mod.ts";
import type { GrafanaDashboard, GrafanaPanel } from "../../src/operations.ts";
import { RemoteWriter } from "../../src/push.ts";
import { registerRuntimeMetrics } from "../../src/runtime.ts";
import { dashboards } from "../generated/dashboards.ts";
import { findBun, findNode } from "../runner/executables.ts";
import { build } from "../runtimes/build.ts";
import { missing } from "../support/components.ts";
import { panelsOf } from "../support/dashboard_rules.ts";
import { pause } from "../support/deferred.ts";
import { freePort } from "../support/network.ts";
import { start } from "../support/process.ts";
import { serveAggregator } from "../support/served_aggregator.ts";
import { type Prometheus, startPrometheus } from "../support/prometheus.ts";
import { withoutVariables } from "../support/promql.ts";
import { until } from "../support/until.ts";

const needsPrometheus = { skip: missing("prometheus") };

/** Queries that need not have an answer here. */
const unanswered: [pattern: RegExp, reason: string][] = [
  [/process_virtual_memory_max_bytes/, "there is none if the memory is not limited"],
];

/** What ends with the tests. */
const stops: (() => unknown)[] = [];
/** The jobs by which a dashboard is asked. */
const jobs: Record<string, readonly string[]> = {
  stream_processor: ["demo"],
  http_service: ["classic", "native"],
  runtime: [".+"],
  edgeprom: [".+"],
  aggregator: ["aggregator", "sharded"],
};
let prometheus: Prometheus;

before(async () => {
  if (needsPrometheus.skip) return;
  const folder = await mkdtemp(join(tmpdir(), "edgeprom-dashboards-"));
  stops.push(() => rm(folder, { recursive: true }));
  const program = build("tests/integration/programs/runtime_page.ts", "deno", folder);
  const [demo, classic, native, aggregator, sharded, node, bun] = await Promise.all([
    startDemo(),
    startService({}),
    startService({ native: true }),
    startAggregator(),
    startAggregator(2),
    startRuntime("nodejs", program, findNode("20")()),
    startRuntime("bun", program, findBun()),
  ]);
  const targets = { demo, classic, native, aggregator, sharded, node, bun };
  const scrapes = Object.entries(targets).filter(([, target]) => target !== undefined)
    .map(([job, target]) => `{ job_name: ${job}, static_configs: [{ targets: ["${target}"] }] }`);
  prometheus = await startPrometheus({
    scrapeConfigs: `scrape_configs: [${scrapes.join(", ")}]`,
    features: ["native-histograms"],
    receives: true,
  });
  startPushes(prometheus.url);
});

after(async () => {
  for (const stop of stops.reverse()) await stop();
  await prometheus?.stop();
});

for (const { path, text } of dashboards) {
  const name = path.match(/(\w+)\.json$/)![1];
  for (const job of jobs[name]) {
    test(`${path}: each query has an answer, from ${job}`, needsPrometheus, async () => {
      const dashboard: GrafanaDashboard = JSON.parse(await text());
      let left = panelsOf(dashboard).flatMap((panel) => queriesOf(panel, job));
      // One after the other: what is scraped shares the cores with Prometheus.
      const ask = async () => {
        const asked = left;
        left = [];
        for (const query of asked) if (!await isDrawn(query)) left.push(query);
        await pause(0.2);
        return left;
      };
      await until(ask, ({ length }) => length === 0, 60);
    });
  }
  test(`${path}: the variables find jobs and instances`, needsPrometheus, async () => {
    const dashboard: GrafanaDashboard = JSON.parse(await text());
    const [, ...choices] = dashboard.templating.list;
    for (const { query } of choices) {
      const [, series, label] = query.match(/^label_values\((.+), (\w+)\)$/)!;
      const found = () =>
        prometheus.ask<readonly string[]>(`label/${label}/values`, {
          "match[]": withoutVariables(series),
        });
      await until(found, (values) => values.length > 0);
    }
  });
}

/** The queries of a panel that need an answer. */
function queriesOf(panel: GrafanaPanel, job: string): readonly string[] {
  return panel.targets.map(({ expr }) => expr)
    .filter((expr) => !unanswered.some(([pattern]) => pattern.test(expr)))
    .map((expr) => withoutVariables(expr, "10s").replaceAll('job=~".+"', `job=~"${job}"`));
}

/** Whether a query finds something that could be drawn. */
async function isDrawn(query: string): Promise<boolean> {
  const samples = await prometheus.query(query);
  // A sample of a native histogram has buckets in place of a value.
  return samples.some(({ value }) => value === undefined || !isNaN(Number(value[1])));
}

async function startDemo(): Promise<string> {
  const port = await freePort();
  const options = ["--loop", "--host", "127.0.0.1", "--port", String(port), "--rate", "4000"];
  const demo = start(process.execPath, ["run", "-A", "examples/stream_processor.ts", ...options]);
  stops.push(() => demo.stop());
  return `127.0.0.1:${port}`;
}

/** A service in this process that is asked and asks others all the time, and loses something. */
async function startService(duration: { readonly native?: boolean }): Promise<string> {
  const registry = new MetricsRegistry({
    onInvalid: "report",
    cardinality: { seriesPerFamily: 50, onOverflow: () => {} },
  });
  const runtime = registerRuntimeMetrics(registry);
  const lossy = registry.counter({ name: "lossy_total", help: "What is lost.", labels: ["key"] });
  for (let key = 0; key < 60; key++) lossy.inc({ key: String(key) });
  const { warn } = console;
  console.warn = () => {};
  lossy.inc({ key: "0" }, -1);
  lossy.inc({ key: "0" }, 1, { exemplar: { trace_id: "x".repeat(200) } });
  console.warn = warn;

  const shapes = { registry, duration, requestSize: duration, responseSize: duration };
  const app = new Hono();
  app.use(httpMetrics(shapes));
  app.get("/users/:id", (context) => context.text("Ada"));
  app.get("/broken", () => new Response("no", { status: 500 }));
  app.get("/endless", () => new Response(new ReadableStream()));
  const upstream = (url: string) =>
    url.endsWith("/away")
      ? Promise.reject(new TypeError("nobody listens"))
      : Promise.resolve(new Response("ok", { headers: { "Content-Length": "2" } }));
  const measured = instrumentFetch(upstream, shapes);

  const ask = async () => {
    for (const path of ["/users/1", "/users/2", "/broken", "/nowhere"]) {
      await (await app.request(path)).text();
    }
    await (await app.request("/endless")).body?.cancel();
    await measured("https://api.example.com/");
    await measured("https://api.example.com/away").catch(() => {});
  };
  const load = setInterval(ask, 50);
  const server = new MetricsServer({ registry, hostname: "127.0.0.1", port: 0 });
  await server.start();
  stops.push(async () => {
    clearInterval(load);
    runtime.stop();
    await server.shutdown();
  });
  return new URL(server.url!).host;
}

/** An aggregator to which isolates send all the time; gives its address. */
async function startAggregator(shards?: number): Promise<string> {
  const { address, stop } = await serveAggregator(shards);
  stops.push(stop);
  return address;
}

/** A runtime that serves its own metrics; gives its address, if the runtime is there. */
async function startRuntime(
  prefix: string,
  program: Promise<string>,
  find: ReturnType<typeof findBun>,
): Promise<string | undefined> {
  const found = await find;
  if (!("executable" in found)) return void unanswered.push([RegExp(`${prefix}_`), found.reason]);
  const running = start(found.executable, [await program]);
  stops.push(() => running.stop());
  const [address] = await running.matching(/127\.0\.0\.1:\d+/);
  return address;
}

function startPushes(url: string): void {
  const writer = new RemoteWriter({
    url: `${url}/api/v1/write`,
    gatherer: new MetricsRegistry(),
    labels: { job: "push", instance: "one" },
    intervalSeconds: 0.5,
  });
  writer.start();
  stops.push(() => writer.stop());
}
