/** The rules of examples/operations: as promtool sees them, and in a Prometheus. */
import { assert, assertEquals } from "@std/assert";
import { Hono } from "hono";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, test } from "node:test";
import { createMetricsApp, httpMetrics, MetricsRegistry } from "../../mod.ts";
import { toYaml } from "../../src/operations.ts";
import { PushMetrics } from "../../src/push/remote_writer/push_metrics.ts";
import { registerRuntimeMetrics, type RuntimeMetrics } from "../../src/runtime.ts";
import { alertsOf, promtoolTests, ruleSetFiles } from "../generated/rules.ts";
import { missing } from "../support/components.ts";
import { garbageCollector } from "../support/garbage.ts";
import { answering, freePort } from "../support/network.ts";
import { type Running, start } from "../support/process.ts";
import { type Prometheus, startPrometheus } from "../support/prometheus.ts";
import { root } from "../support/root.ts";
import { serveAggregator, type ServedAggregator } from "../support/served_aggregator.ts";
import { until } from "../support/until.ts";

/** A rule as `/api/v1/rules` has it. */
interface LoadedRule {
  readonly name: string;
  readonly query: string;
  readonly health: "ok" | "unknown" | "err";
  readonly lastError?: string;
  readonly type: "alerting" | "recording";
}

const folder = join(root, "examples/operations/prometheus");
const noPromtool = { skip: missing("promtool") };
const noPrometheus = { skip: missing("prometheus") };

/** How long to wait for a Prometheus whose machine has much else to do, in seconds. */
const patience = 90;

test("rules: each alert has a case in which it is raised, and one in which it is not", () => {
  for (const { name, rules, cases } of ruleSetFiles) {
    assertEquals(cases.map(({ alert }) => alert), [...alertsOf(rules).keys()], name);
    for (const { alert, quiet } of cases) assert(quiet.length > 0, alert);
  }
});

function promtool(...args: string[]) {
  const { status, stdout, stderr } = spawnSync("promtool", args, { cwd: folder, encoding: "utf8" });
  return { status, output: `${stdout}${stderr}` };
}

for (const files of ruleSetFiles) {
  test(`rules: promtool accepts ${files.name}.rules.yaml and its tests`, noPromtool, () => {
    for (
      const args of [["check", "rules", `${files.name}.rules.yaml`], [
        "test",
        "rules",
        `${files.name}.test.yaml`,
      ]]
    ) {
      const { status, output } = promtool(...args);
      assertEquals(status, 0, output);
    }
  });
}

test("rules: promtool notices an alert that is raised too early or too late", noPromtool, () => {
  const [files] = ruleSetFiles;
  const directory = mkdtempSync(join(tmpdir(), "edgeprom-rules-"));
  const outcomes = [30, 60, 90].map((threshold) => {
    const rules = toYaml(files.rules).replace("lag_seconds > 60", `lag_seconds > ${threshold}`);
    writeFileSync(join(directory, "processor.rules.yaml"), rules);
    const path = join(directory, "processor.test.yaml");
    writeFileSync(path, toYaml(promtoolTests(files)));
    return promtool("test", "rules", path).status;
  });
  rmSync(directory, { recursive: true });
  assertEquals(outcomes, [1, 0, 1]);
});

/** What a registry of a service has lost. */
function loseSomething(registry: MetricsRegistry): void {
  const family = registry.counter({ name: "jobs_total", help: "Jobs.", labels: ["queue"] });
  for (const queue of ["a", "b", "c"]) family.inc({ queue });
  family.inc({ queue: "a" }, -1);
  family.inc({ queue: "a" }, 1, { exemplar: { trace_id: "a".repeat(200) } });
}

/** What is pushed is on no page, so this shows it. */
function pushMetrics(): PushMetrics {
  const metrics = new PushMetrics("http://localhost:9091/api/v1/write");
  metrics.pushed({ written: 10, refused: 0, unsent: 0 }, false, 0.1);
  return metrics;
}

const registry = new MetricsRegistry({
  cardinality: { seriesPerFamily: 2, onOverflow: () => {} },
  onInvalid: () => {},
});
let demo: Running | undefined;
let service: Deno.HttpServer<Deno.NetAddr> | undefined;
let runtime: RuntimeMetrics | undefined;
let aggregator: ServedAggregator | undefined;
let prometheus: Prometheus | undefined;
let rulesPath = "";
let clients: ReturnType<typeof setInterval> | undefined;

before(async () => {
  if (noPrometheus.skip) return;
  const port = await freePort();
  const script = join(root, "examples/stream_processor.ts");
  demo = start(process.execPath, [
    "run",
    "-A",
    "--no-check",
    script,
    "--loop",
    "--rate=200",
    `--port=${port}`,
  ]);

  runtime = registerRuntimeMetrics(registry);
  loseSomething(registry);
  const pushed = pushMetrics();
  registry.register({ name: "pushes", collect: () => pushed.collect() });
  const app = new Hono();
  app.route("/", createMetricsApp({ registry }));
  app.use(httpMetrics({ registry }));
  app.get(
    "/:status",
    (context) => new Response("", { status: Number(context.req.param("status")) }),
  );
  service = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, app.fetch);
  const collect = await garbageCollector();
  clients = setInterval(() => {
    collect();
    void app.request("/200");
    void app.request("/500");
  }, 500);

  aggregator = await serveAggregator();
  rulesPath = join(mkdtempSync(join(tmpdir(), "edgeprom-rules-")), "all.rules.yaml");
  const groups = ruleSetFiles.flatMap(({ rules }) => rules.groups)
    .map((group) => ({ ...group, interval: "1s" }));
  writeFileSync(rulesPath, toYaml({ groups }));
  await answering(`http://127.0.0.1:${port}/ready`);
  const job = (name: string, address: string) =>
    `{ job_name: ${name}, static_configs: [{ targets: ["${address}"] }] }`;
  const jobs = [
    job("processor", `127.0.0.1:${port}`),
    job("service", `127.0.0.1:${service.addr.port}`),
    job("aggregator", aggregator.address),
  ];
  prometheus = await startPrometheus({
    scrapeConfigs: `rule_files: ["${rulesPath}"]\nscrape_configs: [${jobs.join(", ")}]`,
  });
});

after(async () => {
  clearInterval(clients);
  runtime?.stop();
  await prometheus?.stop();
  await Promise.all([demo?.stop(), service?.shutdown(), aggregator?.stop()]);
  if (rulesPath !== "") rmSync(join(rulesPath, ".."), { recursive: true });
});

async function loadedRules(): Promise<readonly LoadedRule[]> {
  const { groups } = await prometheus!.ask<{ groups: { rules: LoadedRule[] }[] }>("rules");
  return groups.flatMap(({ rules }) => rules);
}

test("rules: a Prometheus evaluates each of them without an error", noPrometheus, async () => {
  const rules = await until(
    loadedRules,
    (rules) => rules.length > 0 && rules.every(({ health }) => health !== "unknown"),
    patience,
  );
  const written = ruleSetFiles.flatMap(({ rules }) => rules.groups.flatMap(({ rules }) => rules));
  assertEquals(rules.length, written.length);
  assertEquals(rules.filter(({ health, lastError }) => health !== "ok" || lastError), []);
});

test("rules: each recording of a Prometheus has data", noPrometheus, async () => {
  const names = ruleSetFiles.flatMap(({ rules }) => rules.groups.flatMap(({ rules }) => rules))
    .flatMap((rule) => "record" in rule ? rule.record : []);
  await until(
    async () => {
      const found = await prometheus!.query('{__name__=~".+:.+|sloth_slo_info"}');
      const values = new Map(found.map(({ metric, value }) => [metric.__name__, value[1]]));
      return names.filter((name) => !Number.isFinite(Number(values.get(name))));
    },
    (absent) => absent.length === 0,
    patience,
  );
  // Half of the requests fail, and the budget is a thousandth.
  const burning = 'slo:current_burn_rate:ratio{job="service", sloth_slo="requests-availability"}';
  await until(
    () => prometheus!.query(`${burning} > 450 < 550`),
    (found) => found.length === 1,
    patience,
  );
});

test("rules: the metrics and labels that they name exist", noPrometheus, async () => {
  const rules = ruleSetFiles.flatMap(({ rules }) => rules.groups.flatMap(({ rules }) => rules));
  const all = rules.map(({ expr }) => expr).join("\n");
  // Of the runtimes, this is Deno.
  const selectors = all.matchAll(
    /\b((?:processor|process|deno|edgeprom|http)_[a-z_]+)\b(?:\{(.*?)})?(?!:)/g,
  );
  const wanted = new Map(
    [...selectors].map(([, name, matchers = ""]) => {
      const labels = [...matchers.matchAll(/(\w+)(?:=~|!~|=)"/g)].map(([, label]) => label);
      return [`${name} ${labels}`, { name, labels }] as const;
    }),
  );
  assert(wanted.size > 30, `${wanted.size}`);
  await until(
    async () => {
      const absent: string[] = [];
      for (const [words, { name, labels }] of wanted) {
        const matchers = labels.map((label) => `${label}!=""`);
        if ((await prometheus!.query(`${name}{${matchers}}`)).length === 0) absent.push(words);
      }
      return absent;
    },
    (absent) => absent.length === 0,
    patience,
  );
});
