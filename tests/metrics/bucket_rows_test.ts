import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { MetricsRegistry } from "../../src/core.ts";
import type { HistogramSnapshot } from "../../src/model/snapshot.ts";
import { BucketRows } from "../../src/metrics/bucket_rows.ts";

test("BucketRows: each row has its own zeros, and a first one has no others beside it", () => {
  const rows = new BucketRows(2);
  const taken = Array.from({ length: 200 }, () => ({ start: rows.take(), cells: rows.cells }));
  assertEquals(taken[0].cells.length, 3);
  assertEquals(rows.rows, 200);
  for (const [at, { start, cells }] of taken.entries()) {
    assertEquals([...cells.subarray(start, start + 3)], [0, 0, 0]);
    cells.fill(at + 1, start, start + 3);
  }
  for (const [at, { start, cells }] of taken.entries()) {
    assertEquals([...cells.subarray(start, start + 3)], [at + 1, at + 1, at + 1]);
  }
});

test("BucketRows: arrays get larger with the family, up to 64 rows", () => {
  const rows = new BucketRows(1);
  const lengths = new Set<number>();
  for (let row = 0; row < 1000; row++) {
    rows.take();
    lengths.add(rows.cells.length / rows.size);
  }
  assertEquals([...lengths], [1, 2, 4, 8, 16, 32, 64]);
});

test("a histogram family: what stays of many series keeps its numbers, and goes on counting", async () => {
  const registry = new MetricsRegistry();
  const family = registry.histogram({
    name: "job_seconds",
    help: "Jobs.",
    labels: ["job"],
    buckets: [1, 2],
  });
  const children = Array.from({ length: 500 }, (_, job) => family.labels({ job: String(job) }));
  children.forEach((child, job) => child.observe(job % 4));
  for (let job = 0; job < 500; job++) if (job % 50 !== 0) family.remove({ job: String(job) });
  // The page moves those that stay; the removed ones have kept theirs.
  await registry.text();
  children.forEach((child) => child.observe(1.5));
  family.labels({ job: "new" }).observe(7);
  const page = await registry.text();
  for (let job = 0; job < 500; job++) {
    const { count, sum, buckets } = children[job].get();
    assertEquals([count, sum], [2, job % 4 + 1.5]);
    const below = job % 4 <= 1 ? 1 : 0;
    const below2 = job % 4 <= 2 ? 2 : 1;
    assertEquals(buckets.map(({ count }) => count), [below, below2, 2]);
    assertEquals(page.includes(`job_seconds_sum{job="${job}"} ${sum}\n`), job % 50 === 0);
  }
  assertEquals(page.includes('job_seconds_sum{job="new"} 7\n'), true);
});

test("a histogram family: of many series some move with each page, and all keep their numbers", () => {
  const registry = new MetricsRegistry({ cardinality: { seriesPerFamily: 12_100 } });
  const family = registry.histogram({
    name: "job_seconds",
    help: "Jobs.",
    labels: ["job"],
    buckets: [1],
  });
  const { take } = BucketRows.prototype;
  let taken = 0;
  BucketRows.prototype.take = function (this: BucketRows): number {
    taken++;
    return take.call(this);
  };
  try {
    const observe = (job: number) => family.observe({ job: String(job) }, job);
    /** Rows that a page takes; it has to show that each job was observed so often. */
    const rowsOfPage = (times: number) => {
      taken = 0;
      const [{ labels, sums, buckets }] = family.collect() as HistogramSnapshot[];
      for (let row = 0; row < labels.rows; row++) {
        const job = Number(labels.values[row]);
        const expected = job === 5000 || job >= 12_000 ? 1 : times;
        assertEquals(
          [sums[row], buckets[2 * row] + buckets[2 * row + 1]],
          [job * expected, expected],
        );
      }
      return taken;
    };
    for (let job = 0; job < 12_000; job++) observe(job);
    assertEquals(rowsOfPage(1), 0);
    for (let job = 0; job < 7000; job++) family.remove({ job: String(job) });
    assertEquals(rowsOfPage(1), 4096);
    // One comes between two of the pages, and has a row before some that are older.
    observe(12_000);
    for (let job = 7000; job < 12_000; job++) observe(job);
    assertEquals(rowsOfPage(2), 904);
    observe(12_001);
    observe(5000);
    assertEquals(rowsOfPage(2), 0);
    assertEquals(family.collect()[0].labels.rows, 5003);
  } finally {
    BucketRows.prototype.take = take;
  }
});

test("a histogram family: rows of a snapshot are those of its series, whatever came and went", () => {
  const registry = new MetricsRegistry({ onInvalid: "report" });
  const definition = {
    name: "job_seconds",
    help: "Jobs.",
    labels: ["job"],
    buckets: [1, 2],
  } as const;
  const family = registry.histogram(definition);
  const expectRows = () => {
    const [{ labels, buckets, sums }] = family.collect() as HistogramSnapshot[];
    assertEquals(buckets.length, labels.rows * 3);
    for (let row = 0; row < labels.rows; row++) {
      const { count, sum, buckets: read } = family.labels({ job: labels.values[row] as never })
        .get();
      assertEquals([sums[row], buckets.slice(row * 3).slice(0, 3).reduce((a, b) => a + b)], [
        sum,
        count,
      ]);
      assertEquals(buckets[row * 3], read[0].count);
      assertEquals(buckets[row * 3 + 1], read[1].count - read[0].count);
    }
  };
  const observe = (first: number, end: number) => {
    for (let job = first; job < end; job++) {
      family.observe({ job: String(job) }, job % 3 + job / 1000);
    }
  };
  observe(0, 150);
  expectRows();
  // A recording that is refused has a histogram that is on no page.
  family.observe({ job: Symbol("none") } as never, 1);
  observe(150, 200);
  expectRows();
  family.remove({ job: "3" });
  expectRows();
  observe(3, 4);
  expectRows();
  for (let job = 10; job < 190; job++) family.remove({ job: String(job) });
  expectRows();
  observe(0, 300);
  expectRows();
  family.reset();
  observe(50, 100);
  expectRows();
  family.observe({ job: "60" }, 1, { exemplar: { trace_id: "a" } });
  const [{ exemplars }] = family.collect() as HistogramSnapshot[];
  assertEquals(exemplars?.filter((exemplar) => exemplar !== undefined).length, 1);
});

test("a histogram family: series that come back in another order have their own rows", () => {
  const registry = new MetricsRegistry();
  const family = registry.histogram({
    name: "job_seconds",
    help: "Jobs.",
    labels: ["job"],
    buckets: [1],
  });
  const jobs = ["a", "b", "c"];
  for (const job of jobs) family.observe({ job }, 1);
  family.reset();
  for (const [at, job] of jobs.toReversed().entries()) family.observe({ job }, at);
  const [{ labels, sums }] = family.collect() as HistogramSnapshot[];
  assertEquals([labels.values, [...sums]], [["c", "b", "a"], [0, 1, 2]]);
});

test("a histogram family: what a refused label set recorded is never that of a series that came back", () => {
  const registry = new MetricsRegistry({ onInvalid: () => {} });
  const family = registry.histogram({
    name: "job_seconds",
    help: "Jobs.",
    labels: ["job"],
    buckets: [1],
  });
  const kept = family.labels({ job: "kept" });
  for (let job = 0; job < 100; job++) family.observe({ job: String(job) }, 1);
  family.reset();
  // Nothing is left, so the rows begin anew; the kept histogram has its own elsewhere.
  family.collect();
  kept.observe(2);
  family.observe({ job: Symbol("none") } as never, 7);
  const [{ labels, sums }] = family.collect() as HistogramSnapshot[];
  assertEquals([labels.values, [...sums]], [["kept"], [2]]);
});
