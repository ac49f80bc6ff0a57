import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { test } from "node:test";
import type { GaugeMerge } from "../../src/core.ts";
import { MetricsRegistry, RegistrationError } from "../../src/core.ts";
import { until } from "../support/until.ts";
import { withWallClock } from "../support/wall_clock.ts";
import type { SharedRegistry } from "../../src/workers.ts";
import { segmentDump } from "./segment_dump.ts";
import { samplesOf, simulatedThreads } from "./simulated_threads.ts";

test("SharedRegistry: counters of all threads add up, whichever thread is scraped", async () => {
  const { registries } = simulatedThreads(3);
  registries.forEach((registry, thread) => {
    const counter = registry.counter({ name: "jobs", help: "Jobs.", labels: ["queue"] });
    counter.inc({ queue: "all" }, thread + 1);
    counter.inc({ queue: `own_${thread}` });
  });
  for (const registry of registries) {
    assertEquals(await samplesOf(registry), [
      'jobs{queue="all"} 6',
      'jobs{queue="own_0"} 1',
      'jobs{queue="own_1"} 1',
      'jobs{queue="own_2"} 1',
    ]);
  }
});

test("SharedRegistry: series without an optional label add up, however it is left out", async () => {
  const { registries: [one, other] } = simulatedThreads(2);
  const define = (registry: SharedRegistry) =>
    registry.counter({
      name: "jobs",
      help: "Jobs.",
      labels: { queue: ["mail"], tenant: { optional: true } },
    });
  define(one).inc({ queue: "mail" });
  define(one).inc({ queue: "mail", tenant: 7 });
  define(other).inc({ tenant: undefined, queue: "mail" }, 2);
  define(other).inc({ queue: "mail", tenant: "7" }, 3);
  for (const registry of [one, other]) {
    assertEquals(await samplesOf(registry), [
      'jobs{queue="mail",tenant="7"} 4',
      'jobs{queue="mail"} 3',
    ]);
  }
  assertEquals(define(other).remove({ queue: "mail" }), true);
  assertEquals(await samplesOf(one), ['jobs{queue="mail",tenant="7"} 4']);
});

test("SharedRegistry: get() of an instrument returns what its own thread recorded", () => {
  const { registries: [one, other] } = simulatedThreads(2);
  const definition = { name: "jobs", help: "Jobs." };
  const counter = one.counter(definition);
  counter.inc(2);
  other.counter(definition).inc(3);
  assertEquals(counter.get(), 2);
});

test("SharedRegistry: a family that only another thread has is on the page", async () => {
  const { registries: [one, other] } = simulatedThreads(2);
  other.counter({ name: "other", help: "Made elsewhere." }).inc(7);
  assertEquals(await samplesOf(one), ["other 7"]);
});

test("SharedRegistry: histograms and summaries of all threads add up", async () => {
  const { registries } = simulatedThreads(2);
  registries.forEach((registry, thread) => {
    const histogram = registry.histogram({ name: "took", help: "Time.", buckets: [1, 2] });
    histogram.observe(thread + 0.5);
    histogram.observe(9);
    assertEquals(histogram.get().count, 2);
    assertEquals(histogram.get().sum, thread + 9.5);
    registry.summary({ name: "size", help: "Size." }).observe(thread);
  });
  assertEquals(
    await samplesOf(registries[0]),
    [
      "size_count 2",
      "size_sum 1",
      "took_count 4",
      "took_sum 20",
      'took_bucket{le="+Inf"} 4',
      'took_bucket{le="1.0"} 1',
      'took_bucket{le="2.0"} 2',
    ].sort(),
  );
});

const merges: readonly { merge?: GaugeMerge; living: string[]; dead: string[] }[] = [
  { living: ["level 6"], dead: ["level 4"] },
  { merge: "sum", living: ["level 6"], dead: ["level 6"] },
  { merge: "max", living: ["level 3"], dead: ["level 3"] },
  { merge: "min", living: ["level 1"], dead: ["level 1"] },
  { merge: "liveMin", living: ["level 1"], dead: ["level 1"] },
  { merge: "liveMax", living: ["level 3"], dead: ["level 3"] },
  { merge: "liveSum", living: ["level 6"], dead: ["level 4"] },
  {
    merge: "all",
    living: ['level{worker="w1"} 3', 'level{worker="w2"} 2', 'level{worker="w3"} 1'],
    dead: ['level{worker="w1"} 3', 'level{worker="w2"} 2', 'level{worker="w3"} 1'],
  },
  {
    merge: "liveAll",
    living: ['level{worker="w1"} 3', 'level{worker="w2"} 2', 'level{worker="w3"} 1'],
    dead: ['level{worker="w1"} 3', 'level{worker="w3"} 1'],
  },
];

for (const { merge, living, dead } of merges) {
  test(`SharedRegistry: gauges are merged by ${merge ?? "default"}`, async () => {
    const { registries } = simulatedThreads(3);
    registries.forEach((registry, thread) =>
      registry.gauge({ name: "level", help: "Level.", merge }).set(3 - thread)
    );
    assertEquals(await samplesOf(registries[0]), living);
    registries[1].close();
    assertEquals(await samplesOf(registries[0]), dead);
    assertEquals(await samplesOf(registries[2]), dead);
  });
}

test("SharedRegistry: gauges are merged by mostRecent to the one that was set last", async () => {
  const { registries: [one, other] } = simulatedThreads(2);
  const definition = { name: "level", help: "Level.", merge: "mostRecent" } as const;
  const gauges = [one.gauge(definition), other.gauge(definition)];
  await withWallClock(async (clock) => {
    for (const [at, value] of [[0, 5], [1, 4], [0, 3]]) {
      gauges[at].set(value);
      assertEquals(await samplesOf(one), [`level ${value}`]);
      clock.advance(0.001);
    }
  });
});

test("SharedRegistry: infos with equal labels merge, and a state is on if any thread has it on", async () => {
  const { registries } = simulatedThreads(2);
  registries.forEach((registry, thread) => {
    registry.info({ name: "build_info", help: "Build.", labels: ["version"] }).set({
      version: "1",
    });
    registry.stateSet({ name: "phase", help: "Phase.", states: ["a", "b", "c"] })
      .select(thread === 0 ? "a" : "b");
  });
  assertEquals(await samplesOf(registries[1]), [
    'build_info{version="1"} 1',
    'phase{phase="a"} 1',
    'phase{phase="b"} 1',
    'phase{phase="c"} 0',
  ]);
});

test("SharedRegistry: a series is as old as in the thread that created it first", async () => {
  const { registries: [one, other] } = simulatedThreads(2);
  await withWallClock(async (clock) => {
    const start = clock.now;
    one.counter({ name: "jobs", help: "Jobs." });
    clock.advance(20);
    other.counter({ name: "jobs", help: "Jobs." });
    for (const registry of [one, other]) {
      const { families: [jobs] } = await registry.gather();
      assert(jobs.type === "counter");
      assertEquals([...jobs.created as number[]], [start]);
    }
  });
});

test("SharedRegistry: a series that one thread removes is gone in all, and starts anew", async () => {
  const { registries } = simulatedThreads(3);
  const families = registries.map((registry) =>
    registry.counter({ name: "jobs", help: "Jobs.", labels: ["queue", "result"] })
  );
  const sets = [{ queue: "a", result: "ok" }, { queue: "a", result: "no" }, {
    queue: "b",
    result: "ok",
  }];
  for (const family of families) for (const set of sets) family.inc(set, 10);
  const removed = families[2].labels(sets[0]);

  assert(families[0].remove(sets[0]));
  assert(!families[1].remove(sets[0]));
  removed.inc();
  assertEquals((await samplesOf(registries[1])).length, 2);
  families[1].inc(sets[0]);
  for (const registry of registries) {
    assertEquals((await samplesOf(registry))[1], 'jobs{queue="a",result="ok"} 1');
  }
  assertEquals(families[2].removeMatching({ queue: "a" }), 2);
  assertEquals(await samplesOf(registries[0]), ['jobs{queue="b",result="ok"} 30']);
  families[0].clear();
  assertEquals(await samplesOf(registries[2]), []);
});

test("SharedRegistry: a removal applies in a thread that joins later, also after its thread ended", async () => {
  const { registries: [one, other], join } = simulatedThreads(2);
  const definition = { name: "jobs", help: "Jobs.", labels: ["queue"] } as const;
  const families = [one.counter(definition), other.counter(definition)];
  for (const family of families) family.inc({ queue: "a" });
  families[0].remove({ queue: "a" });
  one.close();
  const newcomer = join();
  assertEquals(await samplesOf(newcomer), []);
  families[1].inc({ queue: "a" });
  assertEquals(await samplesOf(newcomer), ['jobs{queue="a"} 1']);
});

test("ThreadGroup: the counts of ended threads stay, through any number of compactions", async () => {
  const { registries: [first], groups, join } = simulatedThreads(1);
  const watcher = join();
  for (let thread = 0; thread < 40; thread++) {
    const registry = join();
    registry.counter({ name: "jobs", help: "Jobs." }).inc();
    registry.histogram({ name: "took", help: "Time.", buckets: [1] }).observe(thread % 2);
    registry.close();
    const samples = await samplesOf(thread % 3 === 0 ? first : watcher);
    const message = [...samples, ...groups[0].segments.map(segmentDump)].join("\n");
    assert(samples.includes(`jobs ${thread + 1}`), message);
    assert(samples.includes(`took_count ${thread + 1}`), message);
  }
  // Each of the two scraped threads has a segment and a compaction; others have just been added.
  await until(
    () => samplesOf(first).then(() => groups[0].segments.length),
    (segments) => segments < 10,
  );
});

test("ThreadGroup: the compaction of a thread that ends is compacted in turn", async () => {
  const { registries: [one, other, third], join } = simulatedThreads(3);
  const count = () => samplesOf(third);
  one.counter({ name: "jobs", help: "Jobs." }).inc(1);
  one.close();
  assertEquals(await samplesOf(other), ["jobs 1"]);
  other.counter({ name: "jobs", help: "Jobs." }).inc(10);
  other.close();
  assertEquals(await count(), ["jobs 11"]);
  const newcomer = join();
  assertEquals(await samplesOf(newcomer), ["jobs 11"]);
  third.close();
  assertEquals(await samplesOf(newcomer), ["jobs 11"]);
});

test("SharedRegistry.close(): instruments record on in the thread, and not on the page", async () => {
  const { registries: [one, other] } = simulatedThreads(2);
  const counter = one.counter({ name: "jobs", help: "Jobs." });
  counter.inc();
  one.close();
  counter.inc();
  assertEquals(counter.get(), 2);
  assertEquals(await samplesOf(other), ["jobs 1"]);
});

test("SharedRegistry: definitions that conflict are reported, and the first is on the page", async () => {
  const { registries: [one, other] } = simulatedThreads(2);
  await withWallClock((clock) => {
    one.counter({ name: "jobs", help: "Jobs." }).inc(1);
    clock.advance(0.001);
    other.counter({ name: "jobs", help: "Other jobs." }).inc(10);
  });
  for (const registry of [one, other]) {
    const { families, errors } = await registry.gather();
    assertEquals(families.map(({ help }) => help), ["Jobs."]);
    assertEquals(errors.length, 1);
    assertStringIncludes(errors[0].message, "Other jobs.");
  }
});

test("SharedRegistry: unregister() and clear() remove the share of one thread", async () => {
  const { registries: [one, other] } = simulatedThreads(2);
  for (const registry of [one, other]) registry.counter({ name: "jobs", help: "Jobs." }).inc();
  assert(one.unregister("jobs"));
  assertEquals(await samplesOf(one), ["jobs 1"]);
  one.counter({ name: "jobs", help: "Jobs." }).inc(5);
  assertEquals(await samplesOf(other), ["jobs 6"]);
  other.clear();
  assertEquals(await samplesOf(other), ["jobs 5"]);
});

test("SharedRegistry.view(): families of views are shared too", async () => {
  const { registries } = simulatedThreads(2);
  for (const registry of registries) {
    for (const zone of ["east", "west"]) {
      registry.view({ prefix: "shop_", labels: { zone } })
        .counter({ name: "sales", help: "Sales." }).inc();
    }
  }
  assertEquals(await samplesOf(registries[0]), [
    'shop_sales{zone="east"} 2',
    'shop_sales{zone="west"} 2',
  ]);
});

test("SharedRegistry: callbacks are called only in the thread that is scraped", async () => {
  const { registries } = simulatedThreads(2);
  registries.forEach((registry, thread) =>
    registry.gaugeWithCallback({ name: "heap", help: "Heap.", callback: () => thread })
  );
  assertEquals(await samplesOf(registries[1]), ["heap 1"]);
});

test("SharedRegistry: a family that cannot be registered is not in the log", async () => {
  const { registries: [one, other] } = simulatedThreads(2);
  one.histogram({ name: "took", help: "Time.", buckets: [1] });
  assertThrows(() => one.counter({ name: "took_sum", help: "Sum." }), RegistrationError);
  assertEquals((await other.gather()).families.map(({ name }) => name), ["took"]);
});

test("SegmentWriter: cells of removed series are not reused while a scrape may read them", async () => {
  const { registries: [one, other] } = simulatedThreads(2);
  const family = one.gauge({ name: "level", help: "Level.", labels: ["id"] });
  for (let id = 0; id < 2000; id++) {
    family.set({ id }, id);
    if (id >= 3) family.remove({ id: id - 3 });
  }
  assertEquals((await samplesOf(other)).length, 3);
});

test("SharedRegistry: native histograms of all threads add up, as if one had observed all", async () => {
  const { registries } = simulatedThreads(3);
  const [watcher] = registries;
  const alone = new MetricsRegistry().histogram({ name: "took", help: "Time.", native: true });
  const histograms = registries.map((registry) =>
    registry.histogram({ name: "took", help: "Time.", native: true })
  );
  for (let step = 1; step < 3000; step++) {
    const value = (step % 11 === 0 ? -1 : 1) * (step % 100) ** 2 / 300;
    histograms[step % 3].observe(value);
    alone.observe(value);
    if (step === 1000) registries[1].close();
  }
  for (let scrape = 0; scrape < 3; scrape++) {
    const { families: [took] } = await watcher.gather();
    assert(took.type === "histogram");
    const [native] = took.native!;
    const count = [native.positive, native.negative].flatMap(({ counts }) => counts)
      .reduce((total, each) => total + each, native.zeroCount);
    // What the second thread observed after it had left is missing.
    assertEquals(count, 2333);
    assertEquals([...took.buckets], [2333]);
    assertEquals(native.schema, 3);
  }
  assertEquals(histograms[1].get().count, 1000);
});

test("SharedRegistry: the latest exemplar of all threads is on the page of each", async () => {
  const { registries } = simulatedThreads(3);
  const record = (thread: number) => {
    const exemplar = { thread: String(thread) };
    registries[thread].counter({ name: "jobs", help: "Jobs." }).inc(1, { exemplar });
    registries[thread].histogram({ name: "took", help: "Time.", buckets: [1, 2] })
      .observe(thread, { exemplar });
  };
  await withWallClock((clock) => {
    record(0);
    clock.advance(0.001);
    record(1);
  });
  const labelsIn = async (registry: SharedRegistry) => {
    const { families } = await registry.gather();
    return families.flatMap((family) =>
      "exemplars" in family ? family.exemplars?.map((exemplar) => exemplar?.labels.thread) : []
    );
  };
  const expected = ["1", "1", undefined, undefined];
  for (const registry of registries) {
    await until(() => labelsIn(registry), (labels) => String(labels) === String(expected), 5);
  }
});

test("SharedRegistry: a native histogram has the exemplars of all threads, up to its limit", async () => {
  const { registries } = simulatedThreads(3);
  const few = { name: "few", help: "Few.", labels: ["id"], native: { exemplars: 4 } } as const;
  const some = { name: "some", help: "Some.", labels: ["id"], native: true } as const;
  for (let step = 0; step < 9; step++) {
    const exemplar = { step: String(step) };
    for (const definition of [few, some]) {
      registries[step % 3].histogram(definition).observe({ id: "a" }, 2 ** step, { exemplar });
      registries[step % 3].histogram(definition).observe({ id: "b" }, 1);
    }
  }
  const exemplarsIn = async (registry: SharedRegistry) => {
    const { families } = await registry.gather();
    return families.map((family) => {
      assert(family.type === "histogram");
      const [a, b] = family.native!;
      assertEquals(b.exemplars, []);
      return a.exemplars.map(({ value, labels }) => [value, labels.step]);
    });
  };
  const all = Array.from({ length: 9 }, (_, step) => [2 ** step, String(step)]);
  for (const registry of registries) {
    const good = ([, some]: unknown[][]) => some.length === all.length;
    const [limited, unlimited] = await until(() => exemplarsIn(registry), good, 5);
    assertEquals(unlimited, all);
    assertEquals(limited.length, 4);
  }
});
