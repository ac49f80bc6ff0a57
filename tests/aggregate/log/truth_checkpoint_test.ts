import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { AggregateStore } from "../../../src/aggregate/log/store.ts";
import { StoreError } from "../../../src/aggregate/log/store_error.ts";
import type { Truth } from "../../../src/aggregate/log/truth.ts";
import { memoryStore } from "../../../src/aggregate/stores/memory_store.ts";
import { deferred } from "../../support/deferred.ts";
import { assertRejectsWith } from "../../support/rejects.ts";
import { countOf, countsOn, gaugeOf, Host } from "../../support/truths.ts";
import { testsOf } from "../../support/tests_of.ts";

/** Makes a batch of 300 kB; the fourth of them makes the log long enough. */
const long = { label: "x".repeat(1000), series: 300 };

{
  const it = testsOf("truth with a long log");
  it("puts a checkpoint in its place, from which all comes back", async () => {
    const [host, store] = [new Host(), memoryStore()];
    const truth = host.truth(store);
    await truth.receive(countOf({ client: 2, count: 0.1 }));
    await truth.receive(gaugeOf(4, { client: 3 }));
    await fill(truth);
    await truth.maintain();
    await truth.page();
    host.advance(1);
    assertEquals(truth.counts.checkpoints, 1);
    const page = await truth.page();
    const second = host.truth(store);
    assertEquals(await second.page(), page);
    for (const batch of [countOf({ client: 2 }), gaugeOf(4, { client: 3 })]) {
      const { result, hasLiving } = await second.receive(batch);
      assertEquals([result, hasLiving], ["duplicate", batch.length === gaugeOf(4).length]);
    }
    assertEquals((await second.receive(countOf({ client: 2, sequence: 2 }))).result, "applied");
    assertEquals(countsOn(await second.page()), { ...countsOn(page), a: 1.1 });
  });

  it("waits until the log is longer than the last checkpoint", async () => {
    const host = new Host();
    const truth = host.truth(memoryStore());
    // Each is a new series, so a checkpoint has as many bytes as the log.
    for (let client = 1; client < 32; client++) {
      await truth.receive(longOf(client));
    }
    await truth.maintain();
    const { checkpoints, logBytes, checkpointBytes } = truth.counts;
    assert(checkpoints === 3, `${checkpoints} checkpoints`);
    assert(logBytes < checkpointBytes);
  });

  it("answers pages meanwhile, and batches after it", async () => {
    const [host, gate, inner] = [new Host(), deferred(), memoryStore()];
    let isReplacing = false;
    const truth = host.truth({
      ...inner,
      replace(parts) {
        isReplacing = true;
        return gate.promise.then(() => inner.replace(parts));
      },
    });
    await fill(truth);
    while (!isReplacing) await new Promise((resolve) => setTimeout(resolve));
    const values = Object.values(countsOn(await truth.page()));
    assertEquals([values.length, Math.max(...values)], [1200, 0]);
    let answered = 0;
    const late = truth.receive(countOf({ client: 7 })).finally(() => answered++);
    await truth.page();
    assertEquals(answered, 0);
    gate.resolve();
    assertEquals((await late).result, "applied");
    assertEquals((await inner.load()).entries.length, 1);
  });

  it("loses nothing if a checkpoint fails, reports it, and tries again later", async () => {
    for (const when of ["before", "after"]) {
      const [host, inner] = [new Host(), memoryStore()];
      let failures = 0;
      const store: AggregateStore = {
        ...inner,
        async replace(parts) {
          if (failures++ > 0) return await inner.replace(parts);
          if (when === "after") await inner.replace(parts);
          throw new Error("no room");
        },
      };
      const truth = host.truth(store);
      await fill(truth);
      await truth.maintain();
      assertStringIncludes(host.errors[0].message, "no room");
      assertEquals(truth.counts.failedCheckpoints, 1);
      await truth.receive(countOf({ client: 5 }));
      assertEquals(truth.counts.checkpoints, 0);
      const second = host.truth(store);
      await second.page();
      host.advance(1);
      assertEquals(countsOn(await second.page()).a, 1);
      assertEquals(Object.values(countsOn(await second.page())).length, 1201);
      await fill(truth, 21);
      await truth.maintain();
      assertEquals([truth.counts.checkpoints, truth.counts.logBytes], [1, 0]);
    }
  });

  it("takes nothing if a part of a checkpoint is missing or damaged", async () => {
    const [host, store] = [new Host(), memoryStore()];
    const truth = host.truth(store);
    await fill(truth);
    await truth.maintain();
    const { checkpoint } = await store.load();
    assert(checkpoint.length > 3);
    const damaged: readonly (readonly Uint8Array[])[] = [
      checkpoint.slice(1),
      checkpoint.slice(0, -1),
      checkpoint.toSpliced(1, 1),
      checkpoint.map((part, at) => at === 1 ? part.map((byte) => byte ^ 1) : part),
    ];
    for (const parts of damaged) {
      await store.replace(parts);
      const second = host.truth(store);
      await assertRejectsWith(() => second.page(), StoreError, "checkpoint", "cannot be read");
    }
    await store.replace(checkpoint);
    assertEquals(Object.values(countsOn(await host.truth(store).page())).length, 1200);
  });
}

/** Sends four long batches of four clients. */
async function fill(truth: Truth, first = 11): Promise<void> {
  for (let client = first; client < first + 4; client++) await truth.receive(longOf(client));
}

/** A long batch, with series of its own. */
function longOf(client: number): Uint8Array {
  return countOf({ client, ...long, label: `${client}${long.label}` });
}
