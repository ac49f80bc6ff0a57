import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { test } from "node:test";
import type { Truth } from "../../../src/aggregate/log/truth.ts";
import { nextTurn } from "../../../src/model/platform/time_slices.ts";
import { memoryStore } from "../../../src/aggregate/stores/memory_store.ts";
import { Sums } from "../../../src/aggregate/sums/sums.ts";
import { withChecksum } from "../../support/batches.ts";
import { withHastyClock } from "../../support/clock.ts";
import { deferred } from "../../support/deferred.ts";
import { laps } from "../../support/laps.ts";
import { countOf, countsOn, gaugeOf, Host } from "../../support/truths.ts";

/** Series that take several steps to be read, and to be applied. */
const series = 3000;
/** With so many of them the others are counted together. */
const seriesPerFamily = 2000;

function limited(): Truth {
  const newSums = () =>
    new Sums({ cardinality: { seriesPerFamily }, staleSeconds: 300, zeroSeconds: 0 });
  return new Host().truth(memoryStore(), { newSums });
}

/** The different values of a family on a page, and how many label sets had no room. */
async function seen(truth: Truth, name: string): Promise<string> {
  const page = await truth.look();
  const values = new Set(Object.values(countsOn(page, name)));
  return [...values, `${page.overflows.get(name) ?? 0} without room`].join(", ");
}

test("Truth lets other work run while it reads and applies a long batch, and makes a page", async () => {
  await withHastyClock(async () => {
    const truth = new Host().truth(memoryStore());
    const receiving = await laps(() => truth.receive(gaugeOf(1, { series })));
    assertEquals(receiving.result.result, "applied");
    assert(receiving.turns >= 5, `${receiving.turns} turns`);
    const looking = await laps(() => truth.look());
    assertEquals(Object.keys(countsOn(looking.result, "busy")).length, series);
    assert(looking.turns >= 3, `${looking.turns} turns`);
  });
});

test("Truth shows a long batch as a whole, whenever it is asked", async () => {
  await withHastyClock(async () => {
    const truth = limited();
    await truth.receive(countOf({ client: 9, family: "other_total" }));
    const before = await truth.look();
    const pages = new Set<string>();
    let isDone = false;
    const answers = Promise.all(
      [1, 2].map((client) => truth.receive(countOf({ client, series }))),
    ).finally(() => isDone = true);
    while (!isDone) pages.add(await seen(truth, "jobs_total"));
    pages.add(await seen(truth, "jobs_total"));
    assertEquals((await answers).map(({ result }) => result), ["applied", "applied"]);
    const without = series - seriesPerFamily;
    const whole = [
      "0 without room",
      `1, ${without}, ${without} without room`,
      `2, ${2 * without}, ${2 * without} without room`,
    ];
    assertEquals([...pages].filter((page) => !whole.includes(page)), []);
    assert(pages.has(whole[0]) && pages.has(whole[2]));
    assertEquals(before.overflows.size, 0);
  });
});

test("Truth applies no long batch while a page is being made", async () => {
  await withHastyClock(async () => {
    const truth = new Host().truth(memoryStore());
    for (const client of [1, 2, 3]) await truth.receive(gaugeOf(0, { client, series }));
    const pages = new Set<string>();
    let isDone = false;
    const answers = Promise.all(
      [2, 3].map((sequence) => truth.receive(gaugeOf(sequence, { client: 3, sequence, series }))),
    ).finally(() => isDone = true);
    while (!isDone) pages.add(await seen(truth, "busy"));
    for (const { result } of await answers) assertEquals(result, "applied");
    pages.add(await seen(truth, "busy"));
    const whole = [0, 2, 3].map((value) => `${value}, 0 without room`);
    assertEquals([...pages].filter((page) => !whole.includes(page)), []);
    assert(pages.has(whole[0]) && pages.has(whole[2]));
  });
});

test("Truth applies no short batch while a page is being made", async () => {
  await withHastyClock(async (goBy) => {
    const truth = new Host().truth(memoryStore());
    // It goes on while the page is made, and stands still for the batches.
    goBy(0);
    for (const client of [1, 2, 3]) await truth.receive(gaugeOf(0, { client, series }));
    goBy(20);
    const page = seen(truth, "busy");
    goBy(0);
    const answer = truth.receive(gaugeOf(1, { client: 3, sequence: 2, series: 1 }));
    assertEquals(await page, "0, 0 without room");
    assertEquals((await answer).result, "applied");
    assertEquals(await seen(truth, "busy"), "1, 0, 0 without room");
  });
});

test("Truth makes pages one after the other while an append takes its time", async () => {
  await withHastyClock(async (goBy) => {
    const inner = memoryStore();
    const [begun, gate] = [deferred(), deferred()];
    let appends = 0;
    const append = async (entries: readonly Uint8Array[]) => {
      if (appends++ > 0) {
        begun.resolve();
        await gate.promise;
      }
      await inner.append(entries);
    };
    const truth = new Host().truth({ ...inner, append });
    goBy(0);
    await truth.receive(gaugeOf(0, { series }));
    const answer = truth.receive(gaugeOf(1, { sequence: 2, series: 1 }));
    await begun.promise;
    goBy(20);
    const pages = [seen(truth, "busy"), seen(truth, "busy")];
    for (const page of pages) assertEquals(await page, "0, 0 without room");
    gate.resolve();
    assertEquals((await answer).result, "applied");
    assertEquals(await seen(truth, "busy"), "1, 0, 0 without room");
  });
});

test("Truth keeps the order of batches, however long each is", async () => {
  await withHastyClock(async () => {
    const truth = new Host().truth(memoryStore());
    const batches = [
      countOf({ series }),
      countOf({ sequence: 2 }),
      countOf({ series }),
      countOf({ sequence: 3, series }),
      countOf({ sequence: 4 }),
    ];
    const answers = await Promise.all(batches.map((batch) => truth.receive(batch)));
    assertEquals(answers.map(({ result }) => result), [
      "applied",
      "applied",
      "duplicate",
      "applied",
      "applied",
    ]);
    const counts = countsOn(await truth.look());
    assertEquals([counts.a, counts.a0, counts[`a${series - 1}`]], [2, 2, 2]);
  });
});

test("Truth refuses a long batch that is malformed at its end, and takes those behind it", async () => {
  await withHastyClock(async () => {
    const store = memoryStore();
    const truth = new Host().truth(store);
    const [refused, applied] = await Promise.all([
      truth.receive(withChecksum(countOf({ series }).slice(0, -100))),
      truth.receive(countOf({ client: 2 })),
    ]);
    assertEquals([refused.result, refused.status], ["refused", 400]);
    assertStringIncludes(refused.reason!, "malformed");
    assertEquals(applied.result, "applied");
    assertEquals((await store.load()).entries.length, 1);
    assertEquals(countsOn(await truth.look()), { a: 1 });
  });
});

test("Truth closes the store once a long batch is applied", async () => {
  await withHastyClock(async () => {
    let isClosed = false;
    const store = { ...memoryStore(), close: () => void (isClosed = true) };
    const truth = new Host().truth(store);
    const answer = truth.receive(countOf({ series })).then(({ result }) => [result, isClosed]);
    await truth.close();
    assertEquals(await answer, ["applied", false]);
    assert(isClosed);
    assertEquals(Object.keys(countsOn(await new Host().truth(store).look())).length, series);
  });
});

test("Truth shows no part of a batch to a listener that it calls while it applies it", async () => {
  const looks: Promise<string>[] = [];
  const onOverflow = () => void looks.push(seen(truth, "jobs_total"));
  const newSums = () =>
    new Sums({
      cardinality: { seriesPerFamily: 2, onOverflow },
      staleSeconds: 300,
      zeroSeconds: 0,
    });
  const truth = new Host().truth(memoryStore(), { newSums });
  await truth.receive(countOf({ series: 3 }));
  assertEquals(await Promise.all(looks), ["1, 1 without room"]);
});

test("Truth shows no value as 0 again while it reads the first long batch of a process", async () => {
  await withHastyClock(async () => {
    const zeroSeconds = 60;
    const newSums = () => new Sums({ staleSeconds: 300, zeroSeconds });
    const [store, host] = [memoryStore(), new Host()];
    const first = host.truth(store, { zeroSeconds, newSums });
    await first.receive(countOf({ client: 9 }));
    await first.page();
    host.advance(zeroSeconds + 1);
    assertEquals(countsOn(await first.page()), { a: 1 });
    // The clock of this one is behind.
    const second = new Host().truth(store, { zeroSeconds, newSums });
    let isDone = false;
    const answer = second.receive(gaugeOf(1, { series })).finally(() => isDone = true);
    const pages = [];
    for (; !isDone; await nextTurn()) pages.push(second.page());
    assertEquals((await answer).result, "applied");
    const counts = await Promise.all(pages.map(async (page) => countsOn(await page).a));
    assertEquals([...new Set(counts)], [1]);
  });
});
