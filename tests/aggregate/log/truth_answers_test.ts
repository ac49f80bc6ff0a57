import { assertEquals } from "@std/assert";
import { Sums } from "../../../src/aggregate/sums/sums.ts";
import type { Truth } from "../../../src/aggregate/log/truth.ts";
import { memoryStore } from "../../../src/aggregate/stores/memory_store.ts";
import { constGauge, labelsOfRow } from "../../../src/core.ts";
import { encodeFamilies, frameBatch } from "../../../src/deltas/batches/batch_writer.ts";
import { begin, countOf, gaugeOf, Host, nameOf } from "../../support/truths.ts";
import { testsOf } from "../../support/tests_of.ts";

/** Makes the log so long that a checkpoint takes its place. */
const long = { label: "x".repeat(1000), series: 300, family: "long_total" };

async function fill(truth: Truth, start = begin): Promise<void> {
  for (let client = 100; client < 104; client++) {
    await truth.receive(countOf({ ...long, client, start }));
  }
  await truth.maintain();
}

{
  const it = testsOf("truth, asked again about a batch");
  it("still says that a family was applied, though it would be refused by now", async () => {
    const host = new Host();
    const truth = host.truth(memoryStore(), { idleSeconds: 60 });
    const batch = countOf({ family: "x" });
    assertEquals((await truth.receive(batch)).refused, undefined);
    host.advance(100);
    await truth.page();
    await truth.receive(gaugeOf(1, { client: 2, family: "x", start: host.now }));
    const { result, refused } = await truth.receive(batch);
    // The client would send again what was refused.
    assertEquals([result, refused], ["duplicate", undefined]);
  });

  it("still says that a family was refused, though it would be applied by now", async () => {
    for (const isFilled of [false, true]) {
      const [host, store] = [new Host(), memoryStore()];
      let truth = host.truth(store, { idleSeconds: 60 });
      await truth.receive(countOf({ client: 2, family: "x" }));
      const batch = gaugeOf(1, { family: "x" });
      assertEquals((await truth.receive(batch)).refused!.map(({ family }) => family), ["x"]);
      host.advance(100);
      await truth.page();
      if (isFilled) await fill(truth, host.now);
      for (let run = 0; run < 2; run++) {
        const { result, refused } = await truth.receive(batch);
        assertEquals([result, refused?.map(({ family }) => family)], ["duplicate", ["x"]]);
        truth = host.truth(store, { idleSeconds: 60 });
      }
      await truth.receive(countOf({ sequence: 2 }));
      assertEquals((await truth.receive(batch)).refused, undefined);
    }
  });

  it("answers all, if a batch of the same number has fewer families", async () => {
    const truth = new Host().truth(memoryStore());
    await truth.receive(countOf({ client: 2, family: "x" }));
    const families = ["a", "x"].map((name) => ({
      family: constGauge({ name, help: "Jobs.", samples: [{ value: 1 }] }),
    }));
    const [{ bytes }] = encodeFamilies(families, Infinity);
    const header = { client: nameOf(1), sequence: 1, start: begin, time: begin };
    assertEquals((await truth.receive(frameBatch(header, bytes))).refused?.length, 1);
    const answers = await Promise.all(
      [countOf(), countOf({ client: 3 })].map((each) => truth.receive(each)),
    );
    assertEquals(answers.map(({ result, refused }) => [result, refused]), [
      ["duplicate", undefined],
      ["applied", undefined],
    ]);
  });
}

{
  const it = testsOf("truth with other settings than before");
  const limited = (seriesPerFamily: number) => ({
    seriesPerFamily,
    newSums: ({ seriesPerFamily }: { readonly seriesPerFamily: number }) =>
      new Sums({
        cardinality: { seriesPerFamily, onOverflow() {} },
        staleSeconds: 300,
        zeroSeconds: 0,
      }),
  });

  for (const isFilled of [false, true]) {
    const where = isFilled ? "in a checkpoint" : "in the log";
    it(`applies the batches ${where} as they were applied`, async () => {
      const [host, store] = [new Host(), memoryStore()];
      const first = host.truth(store, limited(1));
      await first.receive(countOf({ label: "a" }));
      await first.receive(countOf({ client: 2, label: "b", count: 5 }));
      await first.receive(countOf({ client: 3, label: "c", count: 7 }));
      await first.page();
      if (isFilled) await fill(first);
      assertEquals(await seriesOn(first), [
        '{"label":"a"} 1',
        '{"otel_metric_overflow":"true"} 12',
      ]);
      let second = host.truth(store, limited(10));
      for (let run = 0; run < 2; run++) {
        // A series that goes down, or is born with a value, would be counted wrong by a server.
        const overflow = '{"otel_metric_overflow":"true"} 12';
        assertEquals((await seriesOn(second)).slice(0, 2), ['{"label":"a"} 1', overflow]);
        await second.receive(countOf({ client: 2, sequence: run + 2, label: "b" }));
        await second.page();
        assertEquals(await seriesOn(second), [
          '{"label":"a"} 1',
          overflow,
          `{"label":"b"} ${run + 1}`,
        ]);
        second = host.truth(store, limited(1));
      }
    });
  }
}

async function seriesOn(truth: Truth): Promise<readonly string[]> {
  const family = (await truth.page()).families.find(({ name }) => name === "jobs_total")!;
  const { values } = family as { readonly values?: Float64Array };
  return Array.from(
    { length: family.labels.rows },
    (_, row) => `${JSON.stringify(labelsOfRow(family.labels, row))} ${values?.[row]}`,
  );
}
