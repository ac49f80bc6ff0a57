import { assertEquals, assertStrictEquals } from "@std/assert";
import { test } from "node:test";
import { type Gatherer, MetricsRegistry, scrape, type ScrapeOptions } from "../../../mod.ts";
import { ScrapeMetrics } from "../../../src/http/scrape/scrape_metrics.ts";
import { scrapeTargetOf } from "../../../src/http/scrape/scrape_target.ts";
import { lint } from "../../../src/testing.ts";
import { withClock } from "../../support/clock.ts";
import { collectorThrowing } from "../../support/collectors.ts";
import { gaugeOf } from "../../support/families.ts";
import { sampleLines } from "../../support/pages.ts";
import { simulatedThreads } from "../../threads/simulated_threads.ts";

/** What a page says of scrapes. */
async function own(gatherer: Gatherer, options?: ScrapeOptions): Promise<readonly string[]> {
  const response = await scrape(new Request("http://localhost/metrics"), gatherer, options);
  return sampleLines(await response.text()).filter((line) => line.startsWith("edgeprom_"));
}

test("a page tells of the scrapes before it, and of its own series", async () => {
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

test("the duration is the time to gather and write a page", async () => {
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

test("other methods are no scrapes", async () => {
  const registry = new MetricsRegistry();
  await scrape(new Request("http://localhost/metrics", { method: "POST" }), registry);
  assertEquals((await own(registry))[1], "edgeprom_scrape_duration_seconds_count 0");
});

test("label sets without room are counted", async () => {
  const registry = new MetricsRegistry({ cardinality: { seriesPerFamily: 1, onOverflow() {} } });
  const jobs = registry.counter({ name: "jobs", help: "Jobs.", labels: ["user"] });
  const told = async (options?: ScrapeOptions) =>
    (await own(registry, options)).filter((line) => line.includes("overflowed"));
  jobs.inc({ user: "a" });
  assertEquals(await told(), []);
  for (const user of ["b", "c", "a", "c"]) jobs.inc({ user });
  assertEquals(await told(), ['edgeprom_series_overflowed_total{family="jobs"} 3']);
  jobs.clear();
  assertEquals(await told(), ['edgeprom_series_overflowed_total{family="jobs"} 3']);
  assertEquals(await told({ selfMetrics: false }), []);
  const { families } = await registry.gather();
  const page = await scrapeTargetOf(registry).metrics.collect(families, new Map([["jobs", 3]]));
  assertEquals(lint(page), []);
});

test("switched off, a page tells nothing of itself", async () => {
  assertEquals(await own(new MetricsRegistry(), { selfMetrics: false }), []);
});

test("series follow the families, those that are gone too", async () => {
  const metrics = new ScrapeMetrics();
  const series = async (...names: readonly string[]) => {
    const families = await metrics.collect(names.map((name) => gaugeOf(name, {}, {})));
    const family = families.find(({ name }) => name === "edgeprom_series");
    return family?.labels.values.slice(0, family.labels.rows);
  };
  assertEquals(await series("a", "b"), ["a", "b"]);
  assertEquals(await series("b"), ["b"]);
  assertEquals(await series("b", "c", "d"), ["b", "c", "d"]);
  assertEquals(await series(), []);
});

test("a gatherer's own family of the same name is the one on the page", async () => {
  const page = await new ScrapeMetrics().collect([gaugeOf("edgeprom_series", {})]);
  const names = page.map(({ name }) => name);
  assertEquals(names.includes("edgeprom_series"), false);
  assertEquals(names.length, 3);
});

test("the names are those that promtool likes", async () => {
  assertEquals(lint(await new ScrapeMetrics().collect([gaugeOf("a", {})])), []);
});

test("a gatherer is one target, whoever scrapes it", () => {
  const registry = new MetricsRegistry();
  assertStrictEquals(scrapeTargetOf(registry), scrapeTargetOf(registry));
  assertEquals(scrapeTargetOf(registry) === scrapeTargetOf(new MetricsRegistry()), false);
});

test("threads that share a registry count their scrapes together", async () => {
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

test("where threads have a metric of theirs by such a name, it is the one on the page", async () => {
  const { registries: [registry] } = simulatedThreads(1);
  registry.gauge({ name: "edgeprom_scrapes_total", help: "Mine." }).set(5);
  await own(registry);
  const lines = (await own(registry)).filter((line) =>
    /^edgeprom_scrapes_total|duration.*count/.test(line)
  );
  assertEquals(lines, ["edgeprom_scrapes_total 5", "edgeprom_scrape_duration_seconds_count 1"]);
});
