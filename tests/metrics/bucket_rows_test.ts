import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { MetricsRegistry } from "../../src/core.ts";
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
