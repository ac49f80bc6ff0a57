import { assertEquals, assertStringIncludes } from "@std/assert";
import type { AggregateStore } from "../../../src/aggregate/log/store.ts";
import { StoreError } from "../../../src/aggregate/log/store_error.ts";
import { memoryStore } from "../../../src/aggregate/stores/memory_store.ts";
import { withClock } from "../../support/clock.ts";
import { deferred } from "../../support/deferred.ts";
import { assertRejectsWith } from "../../support/rejects.ts";
import { countOf, countsOn, Host } from "../../support/truths.ts";
import { testsOf } from "../../support/tests_of.ts";

{
  const it = testsOf("truth of a store that fails");
  it("applies nothing of an append that did not happen, and takes it again", async () => {
    const { host, store } = failing();
    const truth = host.truth(store);
    await truth.receive(countOf());
    store.next = "before";
    assertEquals((await truth.receive(countOf({ sequence: 2 }))).status, 503);
    assertEquals((await truth.receive(countOf({ sequence: 2 }))).result, "applied");
    await truth.page();
    host.advance(1);
    assertEquals(countsOn(await truth.page()), { a: 2 });
  });

  it("finds out that an append happened although it failed", async () => {
    const { host, store } = failing();
    const truth = host.truth(store);
    await truth.receive(countOf());
    store.next = "after";
    assertEquals((await truth.receive(countOf({ sequence: 2 }))).status, 503);
    await truth.page();
    assertEquals((await truth.receive(countOf({ sequence: 2 }))).result, "duplicate");
    host.advance(1);
    assertEquals(countsOn(await truth.page()), { a: 2 });
    assertEquals(truth.counts.failedAppends, 1);
  });

  it("reports an error once, and again after it went well", async () => {
    await withClock(async (clock) => {
      const { host, store } = failing();
      const truth = host.truth(store);
      for (const errors of [1, 1, 1, 1]) {
        store.next = "before";
        assertEquals((await truth.receive(countOf())).status, 503);
        assertEquals(host.errors.length, errors);
        clock.advance(11);
      }
      assertStringIncludes(host.errors[0].message, "the disk is full");
      await truth.receive(countOf());
      store.next = "before";
      await truth.receive(countOf({ sequence: 2 }));
      assertEquals(host.errors.length, 2);
    });
  });

  it("does not ask a store that keeps failing with each batch, and shows what it knows", async () => {
    await withClock(async (clock) => {
      const { host, store } = failing();
      const truth = host.truth(store);
      await truth.receive(countOf());
      await truth.page();
      host.advance(1);
      for (let sequence = 2; sequence < 4; sequence++) {
        store.next = "before";
        await truth.receive(countOf({ sequence: 2 }));
      }
      const { loads } = store;
      assertEquals((await truth.receive(countOf({ sequence: 2 }))).status, 503);
      assertEquals(countsOn(await truth.page()), { a: 1 });
      assertEquals(store.loads, loads);
      clock.advance(1.1);
      assertEquals((await truth.receive(countOf({ sequence: 2 }))).status, 200);
      // Now that it went well, it is tried again at once.
      store.next = "before";
      assertEquals((await truth.receive(countOf({ sequence: 3 }))).status, 503);
      assertEquals((await truth.receive(countOf({ sequence: 3 }))).status, 200);
    });
  });

  it("answers a page whose entry cannot be appended, with new series at 0", async () => {
    const { host, store } = failing();
    const truth = host.truth(store);
    await truth.receive(countOf());
    store.next = "before";
    assertEquals(countsOn(await truth.page()), { a: 0 });
    assertStringIncludes(host.errors[0].message, "the disk is full");
    host.advance(1);
    assertEquals(countsOn(await truth.page()), { a: 0 });
    host.advance(1);
    assertEquals(countsOn(await truth.page()), { a: 1 });
  });

  it("rejects pages and takes no batch until the store can be read", async () => {
    await withClock(async (clock) => {
      const { host, store } = failing();
      await host.truth(store).receive(countOf());
      const truth = host.truth(store);
      store.next = "load";
      await assertRejectsWith(() => truth.page(), StoreError, "the disk is full");
      store.next = "load";
      const { status, reason } = await truth.receive(countOf());
      assertEquals(status, 503);
      assertStringIncludes(reason!, "the disk is full");
      await truth.maintain();
      clock.advance(2);
      assertEquals((await truth.receive(countOf())).result, "duplicate");
    });
  });

  it("takes nothing if an entry is damaged, or from a newer version", async () => {
    const damages: readonly [string, (entry: Uint8Array) => Uint8Array][] = [
      ["its checksum is wrong", (entry) => entry.map((byte, at) => at === 60 ? byte ^ 1 : byte)],
      ["its checksum is wrong", (entry) => entry.subarray(0, -1)],
      ["only 3 bytes", (entry) => entry.subarray(0, 3)],
      ["version 2", (entry) => entry.map((byte, at) => at === 0 ? 2 : byte)],
    ];
    for (const [problem, damage] of damages) {
      const host = new Host();
      const store = memoryStore();
      const first = host.truth(store);
      await first.receive(countOf());
      await first.receive(countOf({ sequence: 2 }));
      const { checkpoint, entries } = await store.load();
      await store.replace(checkpoint);
      await store.append([entries[0], damage(entries[1])]);
      const truth = host.truth(store);
      const where = "entry 2 of 2";
      await assertRejectsWith(() => truth.page(), StoreError, where, problem, "Nothing is taken");
      const { result, reason } = await truth.receive(countOf({ sequence: 3 }));
      assertEquals(result, "unavailable");
      assertStringIncludes(reason!, problem);
      assertEquals((await store.load()).entries.length, 2);
    }
  });

  it("answers later batches once an append that hangs has ended", async () => {
    const [host, gate, inner] = [new Host(), deferred(), memoryStore()];
    const truth = host.truth({
      ...inner,
      append: (entries) => gate.promise.then(() => inner.append(entries)),
    });
    const first = truth.receive(countOf());
    const second = truth.receive(countOf({ sequence: 2 }));
    gate.resolve();
    assertEquals([(await first).status, (await second).status], [200, 200]);
  });
}

/** A store of which the next call fails: before anything is written, after it, or when it is read. */
interface FailingStore extends AggregateStore {
  next: "before" | "after" | "load" | undefined;
  loads: number;
}

function failing(): { readonly host: Host; readonly store: FailingStore } {
  const inner = memoryStore();
  const store: FailingStore = {
    next: undefined,
    loads: 0,
    load() {
      store.loads++;
      fail("load");
      return inner.load();
    },
    async append(entries) {
      fail("before");
      await inner.append(entries);
      fail("after");
    },
    replace: inner.replace,
  };
  const fail = (now: FailingStore["next"]) => {
    if (store.next !== now) return;
    store.next = undefined;
    throw new Error("the disk is full");
  };
  return { host: new Host(), store };
}
