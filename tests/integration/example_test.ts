import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { after, before, test } from "node:test";
import { codeBlocks, documents } from "../runner/documents.ts";
import { missing } from "../support/components.ts";
import { answering, freePort } from "../support/network.ts";
import { type Running, start } from "../support/process.ts";
import { type Prometheus, scrapeOf, startPrometheus } from "../support/prometheus.ts";
import { checkMetrics } from "../support/promtool.ts";
import { root } from "../support/root.ts";
import { until } from "../support/until.ts";

interface Catalogue {
  readonly metrics: readonly { readonly name: string; readonly type: string }[];
}

const read = (path: string) => readFileSync(join(root, path), "utf8");
const { metrics }: Catalogue = JSON.parse(read("tests/cases/catalogue.json"));
/** The queries of all documents: a paragraph of a block of PromQL each. */
const queries = new Set(
  documents().flatMap((document) => codeBlocks(document, "promql"))
    .flatMap((block) => block.trim().split(/\n{2,}/)),
);

const port = await freePort();
const address = `127.0.0.1:${port}`;
const needsPrometheus = { skip: missing("prometheus") };
let example: Running;
let prometheus: Prometheus;

before(async () => {
  example = startExample(port);
  await answering(`http://${address}/ready`);
  if (!needsPrometheus.skip) {
    prometheus = await startPrometheus({ scrapeConfigs: scrapeOf(address) });
  }
});

after(async () => {
  await prometheus?.stop();
  await example.stop();
});

test("Prometheus scrapes the example without an error", needsPrometheus, async () => {
  const scraped = await until(
    () => prometheus.targets(),
    ([target]) => target?.health === "up",
  );
  assertEquals(scraped.map(({ health, lastError }) => [health, lastError]), [["up", ""]]);
  const [up] = await until(() => prometheus.query("up"), (samples) => samples.length > 0);
  assertEquals(up.value[1], "1");
});

test("Prometheus knows the catalogue's metrics by name and type", needsPrometheus, async () => {
  const known = await until(
    () => prometheus.metadata(),
    ({ processor_events_received }) => processor_events_received !== undefined,
  );
  assertEquals(
    metrics.map(({ name }) => [name, known[name]?.map(({ type }) => type)]),
    metrics.map(({ name, type }) => [name, [type]]),
  );
});

test("the documentation has a PromQL query for each question", () => {
  assert(queries.size >= 7, `${queries.size} queries`);
});

for (const query of queries) {
  test(
    `PromQL, asked of Prometheus: ${query.replaceAll(/\s+/g, " ")}`,
    needsPrometheus,
    async () => {
      const numbers = async () =>
        (await prometheus.query(query)).map(({ value }) => Number(value[1]));
      await until(numbers, (all) => all.length > 0 && all.every(Number.isFinite));
    },
  );
}

test("promtool objects to the example's bare counter names and nothing else", {
  skip: missing("promtool"),
}, async () => {
  const page = await answering(`http://${address}/metrics`);
  const counters = metrics.filter(({ type }) => type === "counter").map(({ name }) => name);
  const { code, lines } = checkMetrics(await page.bytes());
  assertEquals(code, 3);
  assertEquals(
    [...lines].sort(),
    counters.map((name) => `${name} counter metrics should have "_total" suffix`).sort(),
  );
});

test("the example ends in order on SIGTERM", async () => {
  const other = await freePort();
  const running = startExample(other);
  await answering(`http://127.0.0.1:${other}/metrics`);
  assertEquals(await running.stop("SIGTERM"), { code: 0, signal: null }, running.output());
});

test("the example says in a line that its port is taken", async () => {
  const second = startExample(port);
  const { code } = await second.exit;
  assertEquals(code, 1);
  assertStringIncludes(second.output(), String(port));
  assertMatch(second.output(), /^.+\n$/);
});

function startExample(port: number): Running {
  const options = ["--loop", "--host", "127.0.0.1", "--port", String(port)];
  return start(process.execPath, ["run", "-A", "examples/stream_processor.ts", ...options]);
}
