// A process of its own: pages of other tests begin the ten minutes.
import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { MetricsRegistry, openMetrics, prometheusText } from "../../../src/core.ts";
import { beginPage, PageCache } from "../../../src/exposition/encoding/page_cache.ts";
import { withClock } from "../../support/clock.ts";
import { withoutTimers } from "../../support/fake_timers.ts";

test("PageCache: what no page has used for ten minutes is gone by fifteen, cache by cache", async () => {
  await withClock(({ advance }) => {
    const [used, unused] = [new PageCache<object, number>(), new PageCache<object, number>()];
    const key = {};
    used.set(key, 1);
    unused.set(key, 2);
    beginPage();
    for (let minute = 0; minute < 10; minute++) {
      assertEquals(used.get(key), 1);
      advance(60);
      beginPage();
    }
    const before = new PageCache<object, number>();
    before.set(key, 3);
    for (let minute = 0; minute < 5; minute++) {
      used.get(key);
      advance(60);
      beginPage();
    }
    assertEquals([used.get(key), unused.get(key), before.get(key)], [1, undefined, 3]);
  });
});

test("PageCache: without any further page a timer empties it, and then there is no timer", async () => {
  const actions: (() => void)[] = [];
  const timers = { set: (action: () => void) => actions.push(action), clear() {} };
  await withClock(({ advance }) =>
    withoutTimers(async () => {
      const cache = new PageCache<object, number>();
      const key = {};
      advance(100_000);
      beginPage();
      cache.set(key, 1);
      advance(100_000);
      beginPage();
      for (let sweep = 0; sweep < 3; sweep++) {
        advance(300);
        for (const action of actions.splice(0)) action();
        await Promise.resolve();
      }
      assertEquals([cache.get(key), actions.length], [undefined, 0]);
    }, timers)
  );
});

test("PageCache: a page after its lines were dropped is the same to the byte", async () => {
  const registry = new MetricsRegistry();
  const jobs = registry.counter({ name: "jobs_total", help: "Jobs.", labels: ["queue"] });
  jobs.inc({ queue: "mail" }, 12);
  await withClock(async ({ advance }) => {
    const { families } = await registry.gather();
    const first = prometheusText.encode(families);
    // From the second page on lines are kept.
    assertEquals(prometheusText.encode(families), first);
    for (let minute = 0; minute < 20; minute++) {
      advance(60);
      openMetrics().encode(families);
    }
    assertEquals(prometheusText.encode(families), first);
  });
});
