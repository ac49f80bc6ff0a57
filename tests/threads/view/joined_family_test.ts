import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { test } from "node:test";
import type { CounterSnapshot, HistogramSnapshot, MetricFamily } from "../../../src/core.ts";
import { samplesOf, simulatedThreads } from "../simulated_threads.ts";

const cardinality = { seriesPerFamily: 2, onOverflow: () => {} };
const labels = ["queue"] as const;
const jobs = { name: "jobs", help: "Jobs.", labels };

async function familyOf(
  registry: { gather(): Promise<{ readonly families: readonly MetricFamily[] }> },
): Promise<MetricFamily> {
  const { families } = await registry.gather();
  assertEquals(families.length, 1);
  return families[0];
}

test("JoinedFamily: the overflow series is a row of the same table at each scrape", async () => {
  const { registries: [one, other] } = simulatedThreads(2, { cardinality });
  const counter = one.counter(jobs);
  const others = other.counter(jobs);
  for (const queue of ["a", "b", "c"]) counter.inc({ queue });
  for (const registry of [one, other]) {
    const { labels: first, ...before } = await familyOf(registry) as CounterSnapshot;
    assertEquals(first.names, ["queue", "otel_metric_overflow"]);
    assertEquals(first.values, ["a", "", "b", "", "", "true"]);
    assertEquals(before.created?.length, 3);
    assert((before.created as Float64Array).every((time) => time > 1e9));
    counter.inc({ queue: "b" });
    others.inc({ queue: "d" }, 2);
    const { labels: second, ...after } = await familyOf(registry) as CounterSnapshot;
    assert(second.values === first.values && second.names === first.names);
    assertEquals(
      after.values.map((value, row) => value - before.values[row]),
      Float64Array.of(0, 1, 2),
    );
  }
});

test("JoinedFamily: a series that is removed and one that is new are in their rows", async () => {
  const { registries: [one] } = simulatedThreads(1, { cardinality });
  const counter = one.counter(jobs);
  for (const [by, queue] of ["a", "b", "c"].entries()) counter.inc({ queue }, by + 1);
  const { labels: { names, values } } = await familyOf(one);
  counter.remove({ queue: "a" });
  assertEquals(await samplesOf(one), ['jobs{otel_metric_overflow="true"} 3', 'jobs{queue="b"} 2']);
  const { labels: { values: after } } = await familyOf(one);
  counter.inc({ queue: "e" }, 9);
  // Behind the row of the overflow series, so that the others stay where they are.
  const last = await familyOf(one) as CounterSnapshot;
  assert(last.labels.values === after && after !== values);
  assert(last.labels.names === names, "formats know the family by its names");
  assertEquals(after, ["b", "", "", "true", "e", ""]);
  assertEquals([...last.values], [2, 3, 9]);
});

test("JoinedFamily: histograms and their exemplars keep together", async () => {
  const { registries: [one] } = simulatedThreads(1, { cardinality });
  const took = one.histogram({ ...jobs, buckets: [1, 2] });
  for (const [value, queue] of ["a", "b", "c"].entries()) {
    took.observe({ queue }, value + 0.5, { exemplar: { id: queue } });
  }
  const { buckets, sums, exemplars, bounds } = await familyOf(one) as HistogramSnapshot;
  assertEquals([bounds, [...sums]], [[1, 2], [0.5, 1.5, 2.5]]);
  assertEquals([...buckets], [1, 0, 0, 0, 1, 0, 0, 0, 1]);
  const ids = exemplars?.map((exemplar) => exemplar?.labels.id);
  const none = undefined;
  assertEquals(ids, ["a", none, none, none, "b", none, none, none, "c"]);
});

test("JoinedFamily: gauges of all threads are one family, whoever has defined them", async () => {
  const { registries: [one, two, three], join } = simulatedThreads(3);
  const level = { name: "level", help: "Level.", merge: "liveAll" } as const;
  two.gauge(level).set(2);
  three.gauge(level).set(3);
  const remote = await familyOf(one);
  assertEquals([remote.labels.names, remote.labels.values], [["worker"], ["w2", "w3"]]);
  assert((await familyOf(one)).labels.values === remote.labels.values);
  one.gauge(level).set(1);
  const lines = [1, 2, 3].map((thread) => `level{worker="w${thread}"} ${thread}`);
  for (const registry of [one, two, three]) assertEquals(await samplesOf(registry), lines);
  const { labels: { values } } = await familyOf(one);
  join().gauge(level).set(4);
  const grown = await familyOf(one);
  assertEquals(grown.labels.values, ["w1", "w2", "w3", "w4"]);
  assert(grown.labels.values === values);
  two.close();
  assertEquals(await samplesOf(one), [lines[0], lines[2], 'level{worker="w4"} 4']);
});

test("JoinedFamily: what differs, or may have the same series, is checked as other families are", async () => {
  const { registries: [one, other] } = simulatedThreads(2);
  const inRegion = (region: string) => one.view({ labels: { region } });
  inRegion("eu").counter({ name: "jobs", help: "Jobs." }).inc();
  other.view({ labels: { region: "us" } }).counter({ name: "jobs", help: "Other." }).inc();
  const { families, errors } = await one.gather();
  assertEquals(families.map(({ labels: { values } }) => values), [["eu"]]);
  assertStringIncludes(errors[0].message, "two collectors give it a different help");

  const { registries: [first, second] } = simulatedThreads(2);
  first.counter(jobs).inc({ queue: "a" });
  second.view({ labels: { queue: "a" } }).counter({ name: "jobs", help: "Jobs." }).inc();
  const both = await first.gather();
  assertEquals(both.families.map(({ labels: { values } }) => values), [["a"]]);
  assertStringIncludes(both.errors[0].message, "two series have the labels");
});
