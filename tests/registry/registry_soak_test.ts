// A process of its own: it measures the growth of the heap.
import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import { MetricsRegistry } from "../../mod.ts";
import { sampleValueSum } from "../support/pages.ts";
import { type Clock, withClock } from "../support/clock.ts";
import { heapGrowth } from "../support/garbage.ts";

const of = { help: "Help.", labels: ["user"] } as const;

/** Records under so many label sets that never were before, and reads a page now and then. */
function visitors(registry: MetricsRegistry, clock?: Clock) {
  const counter = registry.counter({ name: "visits", ...of });
  const gauge = registry.gauge({ name: "level", ...of });
  const histogram = registry.histogram({ name: "seconds", ...of, buckets: [1, 2, 4] });
  const native = registry.histogram({ name: "native", ...of, native: true });
  const summary = registry.summary({ name: "size", ...of, quantiles: [0.5] });
  let user = 0;
  return async (times: number) => {
    for (let time = 0; time < times; time++) {
      const set = { user: `user-${user++}` };
      counter.inc(set);
      gauge.set(set, time);
      for (const family of [histogram, native, summary]) family.observe(set, time % 5);
      if (time % 1000 !== 0) continue;
      clock?.advance(60);
      await registry.encode();
    }
  };
}

// The long form, with a million, is part of the benchmark: "heap growth, 1 M values of a label".
test("MetricsRegistry: an endless stream of label values does not grow the memory", async () => {
  const cardinality = { seriesPerFamily: 1000, onOverflow() {} };
  const registry = new MetricsRegistry({ cardinality });
  const visit = visitors(registry);
  const grown = await heapGrowth(() => visit(40_000));
  assert(grown < 1, `${grown} MB`);
  assertEquals(await sampleValueSum(registry, "visits"), 80_000);
});

test("MetricsRegistry: series that come and go do not grow the memory", async () => {
  await withClock(async (clock) => {
    const registry = new MetricsRegistry({ cardinality: { idleSeconds: 90 } });
    const visit = visitors(registry, clock);
    // As many series as there will be at any time; what is compared comes after.
    await visit(8000);
    const grown = await heapGrowth(() => visit(8000));
    // Those that have gone would take some 30 MB; a weak reference may hold the last of them.
    assert(grown < 10, `${grown} MB`);
    const { series, families } = await registry.cardinality();
    assert(series < 5 * 4000, `${series}`);
    assert(families.every(({ overflows }) => overflows === 0));
  });
});
