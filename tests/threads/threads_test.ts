// A process of its own: its threads run this file again.
import { assert, assertEquals } from "@std/assert";
import { type SharedRegistry, sharedRegistry } from "../../src/workers.ts";
import { milliseconds } from "../../src/model/platform/clock.ts";
import { until } from "../support/until.ts";
import { isTester, startThread } from "./real_threads.ts";
import { samplesOf } from "./simulated_threads.ts";

const tasks = {
  count: (registry: SharedRegistry, by: number) => {
    jobs(registry).inc(by);
    took(registry).observe(by);
    registry.gauge({ name: "level", help: "Level." }).set(by);
  },
  page: samplesOf,
  labelled: (registry: SharedRegistry, count: number) => {
    const family = queues(registry);
    for (let queue = 0; queue < count; queue++) family.inc({ queue });
  },
  remove: (registry: SharedRegistry, queue: number) => queues(registry).remove({ queue }),
  /** Counts until it is stopped, without ever yielding to the event loop. */
  spin: (registry: SharedRegistry) => {
    const counter = jobs(registry);
    const histogram = took(registry);
    const stop = new Int32Array(new SharedArrayBuffer(4));
    setTimeout(() => {
      while (Atomics.load(stop, 0) === 0) {
        for (let times = 0; times < 999; times++) {
          counter.inc();
          histogram.observe(times % 3);
        }
      }
    });
    return stop;
  },
};

if (isTester(tasks)) {
  const { test } = await import("node:test");
  const start = (name: string) => startThread(import.meta.url, { name });

  test("sharedRegistry(): threads find each other by the name, and each can be scraped for all", async () => {
    const name = "find";
    const registry = sharedRegistry({ name });
    tasks.count(registry, 1);
    const threads = [await start(name), await start(name), await start(name)];
    for (const [at, thread] of threads.entries()) await thread.run("count", 10 ** (at + 1));
    const pages = [samplesOf(registry), ...threads.map((thread) => thread.run("page"))];
    for (const page of await Promise.all(pages) as string[][]) {
      assert(page.includes("jobs 1111"), page.join());
      assert(page.includes("took_sum 1111"), page.join());
      assert(page.includes("level 1111"), page.join());
    }
    await Promise.all(threads.map((thread) => thread.exit()));
    const page = await samplesOf(registry);
    assert(page.includes("jobs 1111"), page.join());
    assert(page.includes("level 1"), page.join());
  });

  test("sharedRegistry(): a registry that is opened in the turn in which the last one was closed works", async () => {
    for (const name of ["again", "again", "another"]) {
      sharedRegistry({ name: "before" }).close();
      const registry = sharedRegistry({ name });
      // Even if the turn is long, in which Deno's channel cannot be told to be deaf.
      const end = milliseconds() + 50;
      while (milliseconds() < end);
      registry.handle();
      const thread = await start(name);
      await thread.run("count", 5);
      await until(() => samplesOf(registry), (page) => page.includes("jobs 5"), 10);
      assert((await thread.run("page") as string[]).includes("jobs 5"));
      await thread.exit();
      registry.close();
    }
  });

  test("joinSharedRegistry(): a thread joins with a handle", async () => {
    const name = "handle";
    const registry = sharedRegistry({ name });
    const thread = await startThread(import.meta.url, { name, handle: registry.handle() });
    await thread.run("count", 5);
    assert((await samplesOf(registry)).includes("jobs 5"));
    await thread.exit();
    assert((await samplesOf(registry)).includes("jobs 5"));
  });

  test("joinSharedRegistry(): threads with one handle do not write to the same memory", async () => {
    const name = "pool";
    const registry = sharedRegistry({ name });
    const handle = registry.handle();
    const threads = [1, 2, 3].map(() => startThread(import.meta.url, { name, handle }));
    for (const thread of threads) await (await thread).run("count", 1);
    const samples = await until(() => samplesOf(registry), (page) => page.includes("jobs 3"));
    assert(samples.includes("took_count 3"));
    for (const thread of threads) await (await thread).exit();
  });

  test("SharedRegistry: a thread in a busy loop is on the page, with a consistent histogram", async () => {
    const name = "busy";
    const registry = sharedRegistry({ name });
    const threads = [await start(name), await start(name)];
    await samplesOf(registry);
    const stops: Int32Array[] = [];
    const seen: number[] = [];
    try {
      for (const thread of threads) stops.push(await thread.run("spin") as Int32Array);
      for (let scrape = 0; scrape < 100 || seen.at(-1) === seen[0]; scrape++) {
        const { families, errors } = await registry.gather();
        assertEquals(errors, []);
        for (const family of families) {
          if (family.type === "counter") seen.push(family.values[0]);
          if (family.type !== "histogram" || family.labels.rows === 0) continue;
          // 0, 1 and 2 in turns, so that the sum is close to the count.
          const count = family.buckets.reduce((sum, bucket) => sum + bucket, 0);
          const deviation = Math.abs(family.sums[0] - count);
          assert(deviation <= threads.length, `${count} observations, sum ${family.sums[0]}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    } finally {
      // Also if the test fails: otherwise the threads would keep the runtime alive.
      for (const stop of stops) Atomics.store(stop, 0, 1);
    }
    assertEquals(seen, [...seen].sort((one, other) => one - other));
    for (const thread of threads) await thread.exit();
  });

  test("SharedRegistry: a killed thread leaves its counts on the page", async () => {
    const name = "killed";
    const registry = sharedRegistry({ name });
    jobs(registry);
    const threads = [await start(name), await start(name), await start(name)];
    await samplesOf(registry);
    const spinning = [...threads];
    const stops: Int32Array[] = [];
    try {
      for (const thread of threads) stops.push(await thread.run("spin") as Int32Array);
      let last = 0;
      for (let scrape = 0; scrape < 400; scrape++) {
        if (scrape % 120 === 80) spinning.pop()!.kill();
        const { families } = await registry.gather();
        for (const family of families) {
          if (family.type !== "counter") continue;
          assert(family.values[0] >= last, `${family.values[0]} after ${last}`);
          last = family.values[0];
        }
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      assert(last > 0);
      assertEquals(spinning.length, 0);
    } finally {
      for (const thread of threads) await thread.kill();
      // On Deno the loop of a killed thread may go on, and would take its core from later tests.
      for (const stop of stops) Atomics.store(stop, 0, 1);
    }
  });

  test("SharedRegistry: labels that one thread removes are gone in all threads", async () => {
    const name = "labels";
    const registry = sharedRegistry({ name });
    const thread = await start(name);
    await thread.run("labelled", 3);
    tasks.labelled(registry, 3);
    assertEquals(await thread.run("remove", 1), true);
    assertEquals(await samplesOf(registry), ['queues{queue="0"} 2', 'queues{queue="2"} 2']);
    tasks.labelled(registry, 3);
    assertEquals((await thread.run("page") as string[])[1], 'queues{queue="1"} 1');
    await thread.exit();
  });

  test("SharedRegistry: threads that come and go leave their counts and no memory", async () => {
    const name = "soak";
    const registry = sharedRegistry({ name });
    const count = 30;
    const comeAndGo = async () => {
      const { run, exit } = await start(name);
      await run("count", 1);
      await exit();
    };
    for (let thread = 0; thread < count; thread += 5) {
      await Promise.all(Array.from({ length: 5 }, comeAndGo));
    }
    const page = await samplesOf(registry);
    assert(page.includes(`jobs ${count}`), page.join());
    assert(page.includes(`took_count ${count}`), page.join());
    assert(page.length < 20);
    // Each handle is one more; of the 30 threads there are a compaction, and those that just ended.
    await until(
      () => registry.gather().then(() => registry.handle().others.length),
      (all) => all < 15,
    );
  });
}

function jobs(registry: SharedRegistry) {
  return registry.counter({ name: "jobs", help: "Jobs." });
}

function took(registry: SharedRegistry) {
  return registry.histogram({ name: "took", help: "Time.", buckets: [0, 1, 2] });
}

function queues(registry: SharedRegistry) {
  return registry.counter({ name: "queues", help: "Queues.", labels: ["queue"] });
}
