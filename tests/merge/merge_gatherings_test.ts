import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { test } from "node:test";
import {
  constGauge,
  type GaugeMerge,
  type MetricFamily,
  MetricsError,
  MetricsRegistry,
} from "../../src/core.ts";
import { mergeGatherings, type WorkerGathering } from "../../src/workers.ts";
import { mergeNative } from "../../src/merge/merge_native.ts";
import { withWallClock } from "../support/wall_clock.ts";
import {
  deserializeFamilies,
  type SerializedFamily,
  serializeFamilies,
} from "../../src/processes/serialized_families.ts";

type Fill = (registry: MetricsRegistry, worker: number) => void;

async function merged(fill: Fill, ended: readonly number[] = [], workers = 3) {
  const gatherings = Array.from({ length: workers }, async (_, worker) => {
    const registry = new MetricsRegistry();
    fill(registry, worker);
    // Serialized and deserialized, as between processes.
    const families = sent((await registry.gather()).families);
    return { worker: `w${worker}`, families, ended: ended.includes(worker) };
  });
  return mergeGatherings(await Promise.all(gatherings));
}

/** Families as another process receives them, by JSON. */
function sent(families: readonly MetricFamily[]): readonly MetricFamily[] {
  return deserializeFamilies(JSON.parse(JSON.stringify(serializeFamilies(families))));
}

test("mergeGatherings(): counters, histograms and summaries of workers add up", async () => {
  const { families, errors } = await merged((registry, worker) => {
    registry.counter({ name: "jobs", help: "Jobs.", labels: ["queue"] })
      .inc({ queue: worker === 0 ? "a" : "b" }, worker + 1);
    registry.histogram({ name: "took", help: "Time.", buckets: [1] }).observe(worker);
    registry.summary({ name: "size", help: "Size.", quantiles: [0.5] }).observe(worker);
  }, [2]);
  assertEquals(errors, []);
  const [jobs, size, took] = families;
  assert(jobs.type === "counter" && size.type === "summary" && took.type === "histogram");
  assertEquals([...jobs.labels.values], ["a", "b"]);
  assertEquals([...jobs.values], [1, 5]);
  assertEquals([...size.counts, ...size.sums, size.quantiles.length], [3, 3, 0]);
  assertEquals([...took.buckets, ...took.sums], [2, 1, 3]);
});

const merges: readonly [GaugeMerge | undefined, number[]][] = [
  [undefined, [5 + 3]],
  ["sum", [5 + 9 + 3]],
  ["max", [9]],
  ["liveMax", [5]],
  ["min", [3]],
  ["liveMin", [3]],
  ["liveSum", [5 + 3]],
  ["mostRecent", [9]],
  ["liveMostRecent", [5]],
  ["all", [5, 9, 3]],
  ["liveAll", [5, 3]],
];

for (const [merge, expected] of merges) {
  test(`mergeGatherings(): gauges of workers are merged by ${merge ?? "default"}`, async () => {
    await withWallClock(async (clock) => {
      const { families: [gauge] } = await merged((registry, worker) => {
        registry.gauge({ name: "level", help: "Level.", merge }).set([5, 9, 3][worker]);
        // The second worker's is the newest, and the last one's the oldest.
        clock.advance([60, -120, 0][worker]);
      }, [1]);
      assert(gauge.type === "gauge");
      assertEquals([...gauge.values], expected);
    });
  });
}

test("mergeGatherings(): gauges with a series for each worker keep their other labels", async () => {
  const { families: [gauge] } = await merged(
    (registry, worker) => {
      const level = registry.gauge({ name: "a", help: "A.", labels: ["x", "y"], merge: "all" });
      level.set({ x: "1", y: "2" }, 10 + worker);
      level.set({ x: "3", y: "4" }, 20 + worker);
    },
    [],
    2,
  );
  assert(gauge.type === "gauge");
  const { labels: { names, values, rows } } = gauge;
  assertEquals([names, rows, values.length], [["x", "y", "worker"], 4, 12]);
  assertEquals(values, [..."12"].concat("w0", ..."34", "w0", ..."12", "w1", ..."34", "w1"));
  assertEquals([...gauge.values], [10, 20, 11, 21]);
});

test("mergeGatherings(): the newest exemplar stays, and the earliest start", async () => {
  for (const [steps, newest] of [[[60, -90], "1"], [[-90, 60], "0"], [[60, 60], "2"]] as const) {
    await withWallClock(async (clock) => {
      const starts: number[] = [];
      const { families: [jobs, took] } = await merged((registry, worker) => {
        const exemplar = { worker: String(worker) };
        starts.push(clock.now);
        registry.counter({ name: "jobs", help: "Jobs." }).inc(1, { exemplar });
        registry.histogram({ name: "took", help: "Time.", buckets: [1] })
          .observe(worker === 0 ? 0.5 : 2, { exemplar });
        clock.advance(steps[worker] ?? 0);
      });
      assert(jobs.type === "counter" && took.type === "histogram");
      assertEquals(jobs.exemplars?.[0]?.labels, { worker: newest });
      assertEquals([...jobs.created as number[]], [Math.min(...starts)]);
      const [low, high] = took.exemplars!;
      assertEquals(low?.labels, { worker: "0" });
      assertEquals(high?.labels, { worker: starts[1] > starts[2] ? "1" : "2" });
    });
  }
});

test("mergeGatherings(): a sum is as old as its newest part, and has no time if one has none", async () => {
  const times = [[100, 100, undefined], [200, undefined, undefined], [150, 300, undefined]];
  const { families: [gauge], errors } = await merged((registry, worker) => {
    const samples = times[worker].map((timestamp, at) => ({
      labels: { at: String(at) },
      value: 1,
      timestamp,
    }));
    registry.register({ collect: () => [constGauge({ name: "g", help: "G.", samples })] });
  });
  assertEquals(errors, []);
  assert(gauge.type === "gauge");
  assertEquals([...gauge.values], [3, 3, 3]);
  assertEquals([...gauge.timestamps!], [200, NaN, NaN]);
  const { families: [mixed] } = await merged((registry, worker) => {
    const timestamp = worker === 1 ? undefined : 100;
    const samples = [{ labels: { worker: String(worker) }, value: 1, timestamp }];
    registry.register({ collect: () => [constGauge({ name: "g", help: "G.", samples })] });
  });
  assert(mixed.type === "gauge");
  assertEquals([...mixed.timestamps!], [100, NaN, 100]);
});

test("mergeGatherings(): a worker that defines a family differently is reported", async () => {
  const { families: [jobs], errors } = await merged((registry, worker) => {
    const help = worker === 1 ? "Other jobs." : "Jobs.";
    registry.counter({ name: "jobs", help }).inc();
  });
  assert(jobs.type === "counter");
  assertEquals([...jobs.values], [2]);
  assertEquals(errors.length, 1);
  assertStringIncludes(errors[0].message, "worker w1");
});

test("serializeFamilies(): numbers reach another process exactly", async () => {
  const values = [NaN, Infinity, -Infinity, -0, 5e-324, 2 ** 53];
  const registry = new MetricsRegistry();
  const gauge = registry.gauge({ name: "level", help: "Level.", labels: ["at"] });
  values.forEach((value, at) => gauge.set({ at }, value));
  const [there] = sent((await registry.gather()).families);
  assert(there.type === "gauge");
  assertEquals([...there.values], values);
});

test("serializeFamilies(): exemplars reach another process, whatever their value", async () => {
  const registry = new MetricsRegistry();
  const took = registry.histogram({ name: "took", help: "Time.", buckets: [1, 2], native: true });
  const exemplar = { trace_id: "a" };
  took.observe(Infinity, { exemplar });
  took.observe(2, { exemplar });
  const [there] = sent((await registry.gather()).families);
  assert(there.type === "histogram");
  assertEquals(there.exemplars?.map((each) => each?.value), [undefined, 2, Infinity]);
  assertEquals(there.native?.[0].exemplars.map(({ value }) => value), [2, Infinity]);
});

test("mergeGatherings(): label sets in any order are merged", async () => {
  const { families: [jobs] } = await merged((registry, worker) => {
    const family = registry.counter({ name: "jobs", help: "Jobs.", labels: ["queue", "result"] });
    const queues = [["a", "b"], ["b", "a", "c"], []][worker];
    for (const queue of queues) family.inc({ queue, result: "ok" }, worker + 1);
  });
  assert(jobs.type === "counter");
  assertEquals(jobs.labels.values, ["a", "ok", "b", "ok", "c", "ok"]);
  assertEquals([...jobs.values], [3, 3, 2]);
});

test("mergeGatherings(): native histograms merge at the lower resolution, without loss", async () => {
  const observed: number[] = [];
  const { families: [took] } = await merged((registry, worker) => {
    const histogram = registry.histogram({
      name: "took",
      help: "Time.",
      native: { factor: [1.1, 2, 1.5][worker], zeroThreshold: [0, 0.01, 1e-9][worker] },
    });
    for (let step = 1; step < 200; step++) {
      const value = (step % 7 === 0 ? -1 : 1) * step ** 3 / 1e6;
      histogram.observe(value);
      observed.push(value);
    }
  });
  assert(took.type === "histogram");
  const [native] = took.native!;
  assertEquals(native.schema, 0);
  // 0.01 lies within (0.0078125, 0.015625], which is taken in whole.
  assertEquals(native.zeroThreshold, 0.015625);
  assertEquals(native.zeroCount, observed.filter((value) => Math.abs(value) <= 0.015625).length);
  const bucketOf = (value: number) => Math.ceil(Math.log2(Math.abs(value)));
  for (
    const [sign, { indexes, counts }] of [[1, native.positive], [-1, native.negative]] as const
  ) {
    indexes.forEach((index, at) => {
      const there = observed.filter((value) =>
        value * sign > 0.015625 && bucketOf(value) === index
      );
      assertEquals(counts[at], there.length, `bucket ${sign * index}`);
    });
  }
  const count = [native.positive, native.negative].flatMap(({ counts }) => counts)
    .reduce((total, each) => total + each, native.zeroCount);
  assertEquals(count, observed.length);
});

test("mergeNative(): the result does not depend on the order", () => {
  const side = (...indexes: number[]) => ({ indexes, counts: indexes.map((index) => index + 20) });
  const one = {
    schema: 3,
    zeroThreshold: 0,
    zeroCount: 1,
    positive: side(-9, 0, 1, 8),
    negative: side(4),
    exemplars: [],
  };
  const other = { ...one, schema: 1, zeroThreshold: 0.3, positive: side(-3, 2), negative: side() };
  assertEquals(mergeNative(one, other), mergeNative(other, one));
});

test("mergeGatherings(): a family of an unknown type is an error, and the others are merged", () => {
  const strange = { ...familyOf("strange"), type: "ratio" } as unknown as MetricFamily;
  const { families, errors } = mergeGatherings([
    { worker: "a", families: [strange, familyOf("jobs")] },
    { worker: "b", families: [familyOf("jobs")] },
  ]);
  assertEquals(families.map(({ name }) => name), ["jobs"]);
  assertEquals(errors.map(({ message }) => message), [
    'worker a: strange: "ratio" is not a type of metric',
  ]);
});

test("deserializeFamilies(): a family of an unknown type arrives as it was sent", () => {
  const strange = { type: "ratio", name: "strange", help: "Help." } as unknown as SerializedFamily;
  assertEquals<unknown>(deserializeFamilies([strange]), [strange]);
});

test("mergeGatherings(): families that are none are errors, and the others are merged", () => {
  const table = { names: ["a"], values: ["x", "y"], rows: 2 };
  const [one] = [{ worker: "a", families: [familyOf("jobs")] }];
  const buckets = { schema: 0, zeroThreshold: 0, zeroCount: 0 };
  const histogram = { type: "histogram", name: "took", help: "Help.", bounds: [1] };
  const row = { names: [], values: [], rows: 1 };
  const numbers = { buckets: Float64Array.of(1, 0), sums: Float64Array.of(1), labels: row };
  const broken = { ...histogram, ...numbers, native: [{ ...buckets, exemplars: [] }] };
  const cases: readonly [unknown, string][] = [
    [null, "worker b: null is not a family"],
    [5, "worker b: 5 is not a family"],
    [{ ...familyOf("bad"), labels: undefined }, "worker b: bad: its label table is malformed"],
    [{ ...familyOf("bad"), labels: { ...table, rows: 3 } }, "worker b: bad: its label table"],
    [{ ...familyOf("bad"), labels: table }, "worker b: bad: values has fewer entries than its"],
    [{ ...familyOf("bad"), labels: table, values: Float64Array.of(1, 2), created: [1] }, "created"],
    [{ ...familyOf("bad"), values: undefined }, "worker b: bad: values has fewer entries than its"],
    [{ ...histogram, ...numbers, bounds: undefined }, "worker b: took: bounds has fewer entries"],
    [{ ...histogram, ...numbers, bounds: [1, 2] }, "worker b: took: buckets has fewer entries"],
    [{ ...histogram, ...numbers, exemplars: [undefined] }, "exemplars has fewer entries than its"],
  ];
  for (const [family, message] of cases) {
    const { families, errors } = mergeGatherings([one, {
      worker: "b",
      families: [family as MetricFamily, familyOf("jobs")],
    }]);
    assertEquals(families.map(({ name }) => name), ["jobs"]);
    assert(families[0].type === "counter");
    assertEquals([...families[0].values], [2]);
    assertEquals(errors.length, 1);
    assertStringIncludes(errors[0].message, message);
  }
  const twice = ["a", "b"].map((worker) => ({ worker, families: [broken, familyOf("jobs")] }));
  const { families, errors } = mergeGatherings(twice as unknown as WorkerGathering[]);
  assertEquals(families.map(({ name }) => name), ["jobs"]);
  assertEquals(errors.length, 1);
  assertStringIncludes(errors[0].message, "took: ");
});

test("mergeGatherings(): wrong arguments are refused, a gathering that was spread is none", async () => {
  const wrong: readonly [unknown, string][] = [
    [undefined, "mergeGatherings(): workers undefined must be a list"],
    [[undefined], "mergeGatherings(): the options undefined must be an object"],
    [[{ families: [] }], "mergeGatherings(): worker undefined must be a string"],
    [[{ worker: 5, families: [] }], "mergeGatherings(): worker 5 must be a string"],
    [[{ worker: "a" }], "mergeGatherings(): families undefined must be a list"],
    [[{ worker: "a", families: [], ended: 1 }], "mergeGatherings(): ended 1 must be true or false"],
    [[{ worker: "a", familys: [] }], 'mergeGatherings(): unknown option "familys"'],
  ];
  for (const [workers, message] of wrong) {
    assertThrows(() => mergeGatherings(workers as WorkerGathering[]), MetricsError, message);
  }
  const registry = new MetricsRegistry();
  assertEquals(mergeGatherings([{ worker: "a", ...await registry.gather() }]).errors, []);
});

function familyOf(name: string): MetricFamily {
  const labels = { names: [], values: [], rows: 1 };
  return { type: "counter", name, help: "Help.", labels, values: Float64Array.of(1) };
}
