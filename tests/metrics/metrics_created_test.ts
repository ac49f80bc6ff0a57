import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { MetricsRegistry } from "../../mod.ts";
import { withWallClock } from "../support/wall_clock.ts";

const start = 1_700_000_000;

/** When the series of each family began, by family; nothing where a family does not tell. */
async function createdOf(registry: MetricsRegistry): Promise<Record<string, unknown>> {
  const { families } = await registry.gather();
  return Object.fromEntries(families.map((family) => [
    family.name,
    "created" in family && family.created !== undefined
      ? Array.from(family.created).slice(0, family.labels.rows)
      : undefined,
  ]));
}

test("created times: counters, histograms and summaries have them, other types do not", () =>
  withWallClock(async (clock) => {
    const registry = new MetricsRegistry();
    const labels = ["a"];
    const help = "Help.";
    const counter = registry.counter({ name: "counter", help, labels });
    const histogram = registry.histogram({ name: "histogram", help, labels });
    const summary = registry.summary({ name: "summary", help, labels });
    registry.gauge({ name: "gauge", help });
    registry.stateSet({ name: "states", help, states: ["on"] });
    registry.info({ name: "facts_info", help, labels }).set({ a: "1" });
    for (const a of ["1", "2"]) {
      counter.labels({ a });
      histogram.observe({ a }, 1);
      summary.observe({ a }, 1);
      clock.advance(5);
    }
    counter.inc({ a: "1" });
    const times = [start, start + 5];
    assertEquals(await createdOf(registry), {
      counter: times,
      facts_info: undefined,
      gauge: undefined,
      histogram: times,
      states: undefined,
      summary: times,
    });
  }));

test("created times: a removed series gets a new one, others do not", () =>
  withWallClock(async (clock) => {
    const registry = new MetricsRegistry();
    const counter = registry.counter({ name: "jobs", help: "Jobs.", labels: ["a"] });
    for (const a of ["1", "2", "3"]) counter.inc({ a });
    clock.advance(5);
    counter.remove({ a: "2" });
    counter.inc({ a: "2" });
    assertEquals(await createdOf(registry), { jobs: [start, start, start + 5] });
  }));

test("created times: a series made while the clock is 0 begins with the first scrape", () =>
  withWallClock(async (clock) => {
    const registry = new MetricsRegistry();
    const counter = registry.counter({ name: "jobs", help: "Jobs.", labels: ["a"] });
    counter.inc({ a: "1" });
    clock.advance(start);
    counter.inc({ a: "2" });
    clock.advance(7);
    assertEquals(await createdOf(registry), { jobs: [start + 7, start] });
    clock.advance(7);
    assertEquals(await createdOf(registry), { jobs: [start + 7, start] });
  }, 0));

test("created times: a counter with a callback has none", () =>
  withWallClock(async (clock) => {
    const registry = new MetricsRegistry();
    registry.counterWithCallback({ name: "served", help: "Served.", callback: () => 5 });
    const first = await createdOf(registry);
    clock.advance(15);
    assertEquals(await createdOf(registry), first);
  }));
