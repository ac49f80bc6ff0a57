import { assertEquals } from "@std/assert";
import { StoreError } from "../../../src/aggregate/log/store_error.ts";
import { memoryStore } from "../../../src/aggregate/stores/memory_store.ts";
import { deferred } from "../../support/deferred.ts";
import { assertRejectsWith } from "../../support/rejects.ts";
import { countOf, countsOn, gaugeOf, Host } from "../../support/truths.ts";
import { testsOf } from "../../support/tests_of.ts";

{
  const it = testsOf("truth, asked to remove a family");
  it("has room for another definition, also after a crash and in a checkpoint", async () => {
    for (const isFilled of [false, true]) {
      const [host, store] = [new Host(), memoryStore()];
      const truth = host.truth(store);
      await truth.receive(countOf({ family: "x", count: 7 }));
      await truth.receive(countOf({ client: 2, count: 3 }));
      await truth.page();
      assertEquals(await truth.remove("x"), true);
      assertEquals(await truth.remove("x"), false);
      if (isFilled) {
        const long = { family: "y", label: "y".repeat(1000), series: 300 };
        for (const client of [100, 101, 102, 103]) {
          assertEquals((await truth.receive(countOf({ ...long, client }))).status, 200);
        }
        await truth.maintain();
        assertEquals(truth.counts.checkpoints, 1);
      }
      const again = host.truth(store);
      const page = await again.page();
      assertEquals([countsOn(page, "x"), countsOn(page)], [{}, { a: 3 }]);
      const { refused } = await again.receive(gaugeOf(1, { client: 4, family: "x" }));
      assertEquals(refused, undefined);
    }
  });

  it("does it after the batches that came before, and before those that come later", async () => {
    const [store, gate] = [memoryStore(), deferred()];
    const host = new Host();
    const truth = host.truth({
      ...store,
      append: (entries) => gate.promise.then(() => store.append(entries)),
    });
    const first = truth.receive(countOf({ client: 2 }));
    await Promise.resolve();
    const waiting = truth.receive(countOf({ family: "x" }));
    const removals = [truth.remove("x"), truth.remove("x"), truth.remove("z")];
    gate.resolve();
    assertEquals((await first).result, "applied");
    assertEquals((await waiting).result, "applied");
    assertEquals(await Promise.all(removals), [true, false, false]);
    await truth.receive(countOf({ family: "x", sequence: 2, count: 5 }));
    await truth.page();
    for (const each of [truth, host.truth(store)]) {
      assertEquals(countsOn(await each.page(), "x"), { a: 5 });
    }
  });

  it("writes nothing if there is no such family", async () => {
    const store = memoryStore();
    const truth = new Host().truth(store);
    assertEquals(await truth.remove("x".repeat(1e7)), false);
    assertEquals((await store.load()).entries.length, 0);
  });

  it("rejects if it is not known to be durable, or if it is closed", async () => {
    const [host, store] = [new Host(), memoryStore()];
    let fails = false;
    const truth = host.truth({
      ...store,
      append: (entries) => {
        if (fails) throw new Error("no space left");
        return store.append(entries);
      },
    });
    await truth.receive(countOf());
    await truth.page();
    fails = true;
    await assertRejectsWith(() => truth.remove("jobs_total"), StoreError, "no space left");
    assertEquals(countsOn(await truth.page()), { a: 1 });
    fails = false;
    assertEquals(await truth.remove("jobs_total"), true);
    await truth.close();
    await assertRejectsWith(() => truth.remove("jobs_total"), StoreError, "closed");
    const unread = host.truth({
      ...store,
      load: () => {
        throw new Error("no such disk");
      },
    });
    await assertRejectsWith(() => unread.remove("jobs_total"), StoreError, "no such disk");
  });
}
