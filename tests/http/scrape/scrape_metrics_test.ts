import { assertEquals, assertStrictEquals } from "@std/assert";
import { test } from "node:test";
import { type Gatherer, MetricsRegistry, scrape, type ScrapeOptions } from "../../../mod.ts";
import { ScrapeMetrics } from "../../../src/http/scrape/scrape_metrics.ts";
import { scrapeTargetOf } from "../../../src/http/scrape/scrape_target.ts";
import { lint, samplesOf } from "../../../src/testing.ts";
import { withClock } from "../../support/clock.ts";
import { collectorThrowing } from "../../support/collectors.ts";
import { gaugeOf } from "../../support/families.ts";
import { sampleLines } from "../../support/pages.ts";
import { familyOf } from "../../support/typed_family.ts";
import { simulatedThreads } from "../../threads/simulated_threads.ts";

/** What a page says of scrapes. */
async function own(gatherer: Gatherer, options?: ScrapeOptions): Promise<readonly string[]> {
  const response = await scrape(new Request("http://localhost/metrics"), gatherer, options);
  return sampleLines(await response.text()).filter((line) => line.startsWith("edgeprom_"));
}

test("ScrapeMetrics: a page reports on earlier scrapes, and its own series", async () => {
  const registry = new MetricsRegistry();
  registry.counter({ name: "jobs", help: "Jobs." });
  registry.gauge({ name: "tasks", help: "Tasks.", labels: { a: ["b", "c"] } }).init();
  await withClock(async () => {
    assertEquals(await own(registry), [
      "edgeprom_scrape_duration_seconds_sum 0",
      "edgeprom_scrape_duration_seconds_count 0",
      'edgeprom_scrape_errors_total{cause="collector"} 0',
      'edgeprom_scrape_errors_total{cause="encoding"} 0',
      'edgeprom_scrapes_total{code="200"} 0',
      'edgeprom_scrapes_total{code="500"} 0',
      'edgeprom_scrapes_total{code="503"} 0',
      'edgeprom_series{family="jobs"} 1',
      'edgeprom_series{family="tasks"} 2',
    ]);
    registry.register(collectorThrowing(new Error("out of order")));
    await own(registry);
    assertEquals((await own(registry)).slice(1, 5), [
      "edgeprom_scrape_duration_seconds_count 2",
      'edgeprom_scrape_errors_total{cause="collector"} 2',
      'edgeprom_scrape_errors_total{cause="encoding"} 0',
      'edgeprom_scrapes_total{code="200"} 2',
    ]);
  });
});

test("edgeprom_series: each page has the series that there are, also if families stay the same", async () => {
  const registry = new MetricsRegistry();
  const jobs = registry.counter({ name: "jobs", help: "Jobs.", labels: ["queue"] });
  const series = async () => (await own(registry)).filter((line) => line.includes("_series{"));
  for (const [at, queue] of ["mail", "sms", "push"].entries()) {
    jobs.inc({ queue });
    assertEquals(await series(), [`edgeprom_series{family="jobs"} ${at + 1}`]);
  }
  jobs.remove({ queue: "sms" });
  assertEquals(await series(), ['edgeprom_series{family="jobs"} 2']);
});

test("edgeprom_scrape_duration_seconds is the time to gather and encode a page", async () => {
  await withClock(async (clock) => {
    const gatherer: Gatherer = {
      gather() {
        clock.advance(0.25);
        return Promise.resolve({ families: [], errors: [] });
      },
    };
    await own(gatherer);
    assertEquals((await own(gatherer)).slice(0, 2), [
      "edgeprom_scrape_duration_seconds_sum 0.25",
      "edgeprom_scrape_duration_seconds_count 1",
    ]);
  });
});

test("ScrapeMetrics: requests with other methods are no scrapes", async () => {
  const registry = new MetricsRegistry();
  await scrape(new Request("http://localhost/metrics", { method: "POST" }), registry);
  assertEquals((await own(registry))[1], "edgeprom_scrape_duration_seconds_count 0");
});

test("edgeprom_series_overflowed_total counts label sets over a limit", async () => {
  const registry = new MetricsRegistry({ cardinality: { seriesPerFamily: 1, onOverflow() {} } });
  const jobs = registry.counter({ name: "jobs", help: "Jobs.", labels: ["user"] });
  const overflows = async (options?: ScrapeOptions) =>
    (await own(registry, options)).filter((line) => line.includes("overflowed"));
  jobs.inc({ user: "a" });
  assertEquals(await overflows(), []);
  for (const user of ["b", "c", "a", "c"]) jobs.inc({ user });
  assertEquals(await overflows(), ['edgeprom_series_overflowed_total{family="jobs"} 3']);
  jobs.clear();
  assertEquals(await overflows(), ['edgeprom_series_overflowed_total{family="jobs"} 3']);
  assertEquals(await overflows({ selfMetrics: false }), []);
  const { families } = await registry.gather();
  const page = await scrapeTargetOf(registry).metrics.collect({
    families,
    overflows: new Map([["jobs", 3]]),
  });
  assertEquals(lint(page), []);
});

test("edgeprom_exemplars_dropped_total counts exemplars that no server takes", async () => {
  const registry = new MetricsRegistry();
  const jobs = registry.counter({ name: "jobs", help: "Jobs." });
  const foreign = {
    ...familyOf("counter", "foreign_total"),
    exemplars: [{ labels: { "a-b": "1" }, value: 1, timestamp: 1 }],
  };
  registry.register({ collect: () => [foreign] });
  const dropped = async () =>
    (await own(registry)).filter((line) => line.startsWith("edgeprom_exemplars"));
  const { warn } = console;
  console.warn = () => {};
  try {
    jobs.inc(1, { exemplar: { "trace-id": "1" } });
    registry.view({ prefix: "v_" }).counter({ name: "jobs", help: "Jobs." })
      .inc(1, { exemplar: { a: "\0" } });
    for (const foreign of [1, 2]) {
      assertEquals(await dropped(), [
        'edgeprom_exemplars_dropped_total{family="jobs"} 1',
        'edgeprom_exemplars_dropped_total{family="v_jobs"} 1',
        `edgeprom_exemplars_dropped_total{family="foreign_total"} ${foreign}`,
      ]);
    }
  } finally {
    console.warn = warn;
  }
  const page = await new ScrapeMetrics().collect({
    families: [],
    invalid: new Map([["mails", 2]]),
    droppedExemplars: new Map([["jobs", 1]]),
  });
  assertEquals(lint(page), []);
  const counted = page.flatMap((family) => [...samplesOf(family)])
    .filter(({ labels }) => labels.family !== undefined)
    .map(({ name, labels, value }) => [name, labels.family, value]);
  assertEquals(counted, [
    ["edgeprom_invalid_recordings_total", "mails", 2],
    ["edgeprom_exemplars_dropped_total", "jobs", 1],
  ]);
});

test("ScrapeMetrics: with selfMetrics off, a page has none of them", async () => {
  assertEquals(await own(new MetricsRegistry(), { selfMetrics: false }), []);
});

test("edgeprom_series follows the families, those that were removed too", async () => {
  const metrics = new ScrapeMetrics();
  const series = async (...names: readonly string[]) => {
    const families = await metrics.collect({
      families: names.map((name) => gaugeOf(name, {}, {})),
    });
    const family = families.find(({ name }) => name === "edgeprom_series");
    return family?.labels.values.slice(0, family.labels.rows);
  };
  assertEquals(await series("a", "b"), ["a", "b"]);
  assertEquals(await series("b"), ["b"]);
  assertEquals(await series("b", "c", "d"), ["b", "c", "d"]);
  assertEquals(await series(), []);
});

test("ScrapeMetrics: a gatherer's own family of the same name is the one on the page", async () => {
  const page = await new ScrapeMetrics().collect({ families: [gaugeOf("edgeprom_series", {})] });
  const names = page.map(({ name }) => name);
  assertEquals(names.includes("edgeprom_series"), false);
  assertEquals(names.length, 3);
});

test("ScrapeMetrics: promtool accepts the names", async () => {
  assertEquals(lint(await new ScrapeMetrics().collect({ families: [gaugeOf("a", {})] })), []);
});

test("scrapeTargetOf: a gatherer is one target for all servers", () => {
  const registry = new MetricsRegistry();
  assertStrictEquals(scrapeTargetOf(registry), scrapeTargetOf(registry));
  assertEquals(scrapeTargetOf(registry) === scrapeTargetOf(new MetricsRegistry()), false);
});

test("ScrapeMetrics: threads that share a registry count their scrapes together", async () => {
  const { registries: [one, other] } = simulatedThreads(2);
  const counts = async (gatherer: Gatherer, options?: ScrapeOptions) =>
    (await own(gatherer, options)).filter((line) => /code="200"|cause="coll/.test(line));
  assertEquals(await counts(one, { selfMetrics: false }), []);
  await own(one);
  other.register(collectorThrowing(new Error("out of order")));
  await own(other.view({ prefix: "app_" }));
  await own(other);
  const expected = [
    'edgeprom_scrape_errors_total{cause="collector"} 2',
    'edgeprom_scrapes_total{code="200"} 3',
  ];
  assertEquals(await counts(one), expected);
});

test("ScrapeMetrics: a metric of that name in a shared registry is the one on the page", async () => {
  const { registries: [registry] } = simulatedThreads(1);
  registry.gauge({ name: "edgeprom_scrapes_total", help: "Mine." }).set(5);
  await own(registry);
  const lines = (await own(registry)).filter((line) =>
    /^edgeprom_scrapes_total|duration.*count/.test(line)
  );
  assertEquals(lines, ["edgeprom_scrapes_total 5", "edgeprom_scrape_duration_seconds_count 1"]);
});

test("ScrapeMetrics: a name that a gatherer gives twice has one series", async () => {
  const registry = new MetricsRegistry();
  registry.gauge({ name: "tasks", help: "Tasks.", labels: { a: ["b", "c"] } }).init();
  const gatherer: Gatherer = {
    async gather() {
      const { families } = await registry.gather();
      return { families: [...families, ...families], errors: [] };
    },
  };
  const lines = await own(gatherer);
  assertEquals(lines.filter((line) => line.startsWith("edgeprom_series")), [
    'edgeprom_series{family="tasks"} 2',
  ]);
});
