import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { AggregateStore } from "../../../src/aggregate/log/store.ts";
import { StoreError } from "../../../src/aggregate/log/store_error.ts";
import type { Truth } from "../../../src/aggregate/log/truth.ts";
import { memoryStore } from "../../../src/aggregate/stores/memory_store.ts";
import { deferred } from "../../support/deferred.ts";
import { assertRejectsWith } from "../../support/rejects.ts";
import { begin, countOf, countsOn, gaugeOf, Host } from "../../support/truths.ts";
import { testsOf } from "../../support/tests_of.ts";

{
  const it = testsOf("truth");
  it("applies a batch, shows a new series at 0 once, and then its value", async () => {
    const host = new Host();
    const truth = host.truth(memoryStore());
    const answer = await truth.receive(countOf({ count: 5 }));
    assertEquals(answer, {
      result: "applied",
      status: 200,
      hasLiving: false,
      heartbeatSeconds: 100,
    });
    assertEquals(await counts(host, truth), [{ a: 0 }, { a: 5 }, { a: 5 }]);
    await truth.receive(countOf({ count: 2, sequence: 2 }));
    assertEquals(countsOn(await truth.page()), { a: 7 });
  });

  it("applies no batch twice, and says so", async () => {
    const host = new Host();
    const store = memoryStore();
    const truth = host.truth(store);
    const [first, second] = [countOf(), countOf({ sequence: 2 })];
    await truth.receive(first);
    await truth.receive(second);
    const { length } = (await store.load()).entries;
    for (const batch of [first, second, first]) {
      const { result, status } = await truth.receive(batch);
      assertEquals([result, status], ["duplicate", 200]);
    }
    assertEquals((await store.load()).entries.length, length);
    assertEquals((await counts(host, truth)).at(-1), { a: 2 });
    const { applied, duplicate } = truth.counts.batches;
    assertEquals([applied, duplicate], [2, 3]);
  });

  it("writes down nothing of a batch that it does not apply", async () => {
    const store = memoryStore();
    const truth = new Host().truth(store);
    await truth.receive(countOf());
    const cases: readonly [Uint8Array, string, number][] = [
      [countOf({ client: 2, sequence: 2 }), "unknown", 409],
      [countOf({ sequence: 3 }), "unknown", 409],
      [countOf({ sequence: 2, start: begin + 1 }), "refused", 400],
      [countOf({ client: 2, start: begin + 21_601 }), "unavailable", 503],
      [countOf({ client: 2, start: begin + 22_201 }), "unknown", 409],
      [new Uint8Array(), "refused", 400],
      [countOf({ client: 2 }).map((byte, at) => at === 50 ? byte ^ 1 : byte), "refused", 400],
    ];
    for (const [bytes, result, status] of cases) {
      const answer = await truth.receive(bytes);
      assertEquals([answer.result, answer.status], [result, status]);
      assert(answer.reason!.length > 10);
    }
    assertEquals((await store.load()).entries.length, 1);
    assertEquals(truth.counts.clients, 1);
  });

  it("refuses a batch that is longer than the store takes", async () => {
    const truth = new Host().truth({ ...memoryStore(), longestBytes: 150 });
    const { status, result, reason } = await truth.receive(countOf({ label: "x".repeat(200) }));
    assertEquals([status, result], [413, "refused"]);
    assertStringIncludes(reason!, "fewer series");
    assertEquals((await truth.receive(countOf())).status, 200);
  });

  it("names the families that it refuses, and applies the others", async () => {
    const truth = new Host().truth(memoryStore());
    await truth.receive(countOf({ family: "busy_total" }));
    const { result, refused } = await truth.receive(
      gaugeOf(1, { sequence: 2, family: "busy_total" }),
    );
    assertEquals([result, refused?.[0].family], ["applied", "busy_total"]);
  });

  it("counts the families that it refuses, and tells each once", async () => {
    const [host, warnings] = [new Host(), [] as string[]];
    const onWarning = (message: string) => void warnings.push(message);
    const truth = host.truth(memoryStore(), { onWarning });
    await truth.receive(countOf({ family: "x" }));
    const gauge = gaugeOf(1, { client: 2, family: "x" });
    await truth.receive(gauge);
    await truth.receive(gauge);
    await truth.receive(gaugeOf(2, { client: 2, sequence: 2, family: "x" }));
    assertEquals(truth.counts.refusedFamilies, 2);
    assertEquals(warnings.length, 1);
    assertStringIncludes(warnings[0], 'a family of a client is refused: x: its type "gauge"');
  });

  it("tells a client what it must send again, and when", async () => {
    const host = new Host();
    const truth = host.truth(memoryStore(), { staleSeconds: 60, idleSeconds: 3600 });
    const first = await truth.receive(gaugeOf(1));
    assertEquals([first.hasLiving, first.heartbeatSeconds, first.refreshSeconds], [
      false,
      20,
      1800,
    ]);
    assertEquals((await truth.receive(gaugeOf(1))).hasLiving, true);
    host.advance(60);
    assertEquals((await truth.receive(countOf({ sequence: 2 }))).hasLiving, true);
    host.advance(61);
    // It brings a value, but the one before is gone, whatever the clock of the client says.
    const third = gaugeOf(1, { sequence: 3, family: "other" });
    assertEquals((await truth.receive(third)).hasLiving, false);
    const eternal = host.truth(memoryStore(), { staleSeconds: Infinity });
    assertEquals((await eternal.receive(countOf())).heartbeatSeconds, undefined);
  });

  it("goes on where another one on the same store has ended", async () => {
    const [host, store] = [new Host(), memoryStore()];
    const first = host.truth(store);
    await first.receive(countOf({ count: 5 }));
    await counts(host, first);
    host.now = begin;
    const second = host.truth(store);
    assertEquals((await second.receive(countOf({ count: 5 }))).result, "duplicate");
    assertEquals(countsOn(await second.page()), { a: 5 });
  });

  it("appends together what comes while an append runs, in its order", async () => {
    const host = new Host();
    const [store, gate] = [memoryStore(), deferred()];
    const appended: number[] = [];
    const truth = host.truth({
      ...store,
      async append(entries) {
        appended.push(entries.length);
        if (appended.length === 1) await gate.promise;
        await store.append(entries);
      },
    });
    const answers = [countOf(), countOf(), countOf({ sequence: 2 }), countOf({ client: 2 })]
      .map((batch) => truth.receive(batch));
    const late = [countOf({ sequence: 2 }), countOf({ sequence: 3 }), countOf({ sequence: 3 })];
    while (appended.length === 0) await Promise.resolve();
    answers.push(...late.map((batch) => truth.receive(batch)));
    let areAnswered = false;
    const all = Promise.all(answers).finally(() => areAnswered = true);
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    assert(!areAnswered);
    gate.resolve();
    assertEquals((await all).map(({ result }) => result), [
      "applied",
      "duplicate",
      "applied",
      "applied",
      "duplicate",
      "applied",
      "duplicate",
    ]);
    assertEquals(appended, [3, 1]);
    assertEquals((await counts(host, truth)).at(-1), { a: 4 });
  });

  it("answers no duplicate before the batch is durable", async () => {
    const [store, gate] = [memoryStore(), deferred()];
    const truth = new Host().truth({ ...store, append: () => gate.promise });
    const answers = [truth.receive(countOf()), truth.receive(countOf())];
    gate.reject(new Error("the disk is full"));
    for (const { result, reason, status } of await Promise.all(answers)) {
      assertEquals([result, status], ["unavailable", 503]);
      assertStringIncludes(reason!, "the disk is full");
    }
  });

  it("writes nothing for a page without new series", async () => {
    const store = memoryStore();
    const truth = new Host().truth(store);
    await truth.receive(countOf());
    await Promise.all([truth.page(), truth.page(), truth.exact()]);
    assertEquals((await store.load()).entries.length, 2);
    await Promise.all([truth.page(), truth.exact()]);
    assertEquals((await store.load()).entries.length, 2);
  });

  it("gives those who ask together the same page", async () => {
    const truth = new Host().truth(memoryStore());
    await truth.receive(countOf());
    const [one, other] = await Promise.all([truth.page(), truth.page()]);
    assert(one === other);
    assertEquals(countsOn(one), { a: 0 });
  });

  it("takes no new client beyond the limit, until others are forgotten", async () => {
    const host = new Host();
    const truth = host.truth(memoryStore(), { maxClients: 2, clientSeconds: 100 });
    const [, , third] = await Promise.all(
      [1, 2, 3].map((client) => truth.receive(countOf({ client }))),
    );
    assertEquals((await truth.receive(countOf({ client: 3 }))).result, "unavailable");
    assertEquals([third.result, third.status], ["unavailable", 503]);
    assertStringIncludes(third.reason!, "maxClients");
    assertEquals(host.errors.length, 1);
    assertStringIncludes(host.errors[0].message, "new clients are not taken: 2 clients are known");
    assertEquals((await truth.receive(countOf({ sequence: 2 }))).result, "applied");
    host.advance(101);
    await truth.maintain();
    assertEquals(truth.counts.clients, 0);
    assertEquals((await truth.receive(countOf({ client: 3 }))).result, "unknown");
    const start = host.now;
    assertEquals((await truth.receive(countOf({ client: 3, start }))).result, "applied");
  });

  it("never applies a first batch again after it has forgotten the client", async () => {
    const [host, store] = [new Host(), memoryStore()];
    const truth = host.truth(store, { clientSeconds: 100 });
    await truth.receive(countOf({ count: 5 }));
    host.advance(150);
    await truth.maintain();
    assertEquals(truth.counts.clients, 0);
    for (const each of [truth, host.truth(store, { clientSeconds: 100 })]) {
      // Whatever its clock says: what it had said lies in the log.
      host.now = begin;
      assertEquals((await each.receive(countOf({ count: 5 }))).result, "unknown");
    }
    assertEquals((await counts(host, truth)).at(-1), { a: 5 });
  });

  it("never tells a client to begin anew whose first batch it would take soon", async () => {
    for (let ahead = 21_590; ahead < 22_400; ahead += 10) {
      const host = new Host();
      const truth = host.truth(memoryStore());
      const batch = countOf({ start: begin + ahead });
      const { result } = await truth.receive(batch);
      // A copy of it, after the client has sent the same under another name.
      host.advance(500);
      const later = await truth.receive(batch);
      if (result === "unknown") assert(later.result !== "applied", `${ahead} s ahead`);
    }
  });

  it("takes new clients also after its clock was far ahead for a moment", async () => {
    const [host, store] = [new Host(), memoryStore()];
    const truth = host.truth(store, { clientSeconds: 100 });
    await truth.receive(countOf());
    host.now += 1e9;
    await truth.receive(countOf({ sequence: 2 }));
    host.now -= 1e9;
    host.advance(250);
    await truth.maintain();
    assertEquals(truth.counts.clients, 0);
    // It says what time it is for it, which is when the client then begins.
    const { result, time } = await truth.receive(countOf({ client: 2, start: host.now }));
    assertEquals([result, Math.trunc(time! / 1e9)], ["unknown", 2]);
    assertEquals((await truth.receive(countOf({ client: 3, start: time }))).result, "applied");
    assertEquals((await truth.receive(countOf())).result, "unknown");
  });

  it("removes series that are idle with the next page, and writes that down", async () => {
    const [host, store] = [new Host(), memoryStore()];
    const truth = host.truth(store, { idleSeconds: 60 });
    await truth.receive(countOf());
    await counts(host, truth);
    host.advance(61);
    assertEquals((await truth.page()).families, []);
    // The settings, the batch, a page and the sweep.
    assertEquals((await store.load()).entries.length, 4);
    await truth.page();
    assertEquals((await store.load()).entries.length, 4);
    const again = host.truth(store, { idleSeconds: 60 });
    assertEquals((await again.page()).families, []);
  });

  it("is closed once everything is answered", async () => {
    const [store, gate] = [memoryStore(), deferred()];
    let isClosed = false;
    const truth = new Host().truth({
      ...store,
      append: (entries) => gate.promise.then(() => store.append(entries)),
      close: () => void (isClosed = true),
    });
    const answer = truth.receive(countOf());
    const closing = truth.close();
    assert(!isClosed);
    gate.resolve();
    assertEquals((await answer).result, "applied");
    await closing;
    assert(isClosed);
    assertEquals((await truth.receive(countOf())).result, "unavailable");
    await assertRejectsWith(() => truth.page(), StoreError, "closed");
    await truth.maintain();
    await truth.close();
  });

  it("asks the store to be woken when something may expire", async () => {
    const [host, woken] = [new Host(), [] as number[]];
    const store: AggregateStore = { ...memoryStore(), wake: (seconds) => void woken.push(seconds) };
    const truth = host.truth(store, { staleSeconds: 60, clientSeconds: 100 });
    await truth.maintain();
    await truth.receive(countOf());
    await truth.maintain();
    host.advance(101);
    await truth.maintain();
    assertEquals(woken, [Infinity, 60, 60, Infinity]);
  });

  it("asks to be woken again if the store could not be read", async () => {
    const [host, store, woken] = [new Host(), memoryStore(), [] as number[]];
    let isBroken = true;
    const truth = host.truth({
      ...store,
      load() {
        if (isBroken) throw new Error("no disk");
        return store.load();
      },
      wake: (seconds) => void woken.push(seconds),
    });
    await truth.maintain();
    isBroken = false;
    await truth.maintain();
    assertEquals(woken, [10, Infinity]);
  });

  it("serves on if the store cannot be woken", async () => {
    const host = new Host();
    const wake = () => Promise.reject(new Error("no alarm"));
    const truth = host.truth({ ...memoryStore(), wake });
    assertEquals((await truth.receive(countOf())).result, "applied");
    await truth.maintain();
    assertStringIncludes(host.errors[0].message, "no alarm");
  });
}

/** Three pages, one after the other, each a second later than the answer before. */
async function counts(host: Host, truth: Truth) {
  const pages: Readonly<Record<string, number>>[] = [];
  for (let page = 0; page < 3; page++) {
    host.advance(1);
    pages.push(countsOn(await truth.page()));
  }
  return pages;
}
