import { assertEquals } from "@std/assert";
import { test } from "node:test";
import type { MetricFamily } from "../../../src/core.ts";
import { simulatedThreads } from "../simulated_threads.ts";

const definition = { name: "jobs", help: "Jobs.", labels: ["queue"] } as const;

function rowsOf(families: readonly MetricFamily[]): readonly number[] {
  return families.map(({ labels }) => labels.rows);
}

test("ThreadState: a gathering reads the logs once for all families", async () => {
  const { registries: [one, other], groups: [{ thread: { view } }] } = simulatedThreads(2);
  for (let family = 0; family < 20; family++) {
    one.counter({ ...definition, name: `own_${family}` }).inc({ queue: "a" });
    other.counter({ ...definition, name: `remote_${family}` }).inc({ queue: "a" });
  }
  let times = 0;
  const refresh = view.refresh.bind(view);
  view.refresh = () => {
    times++;
    refresh();
  };
  assertEquals((await one.gather()).families.length, 40);
  assertEquals(times, 1);
});

test("ThreadState: gatherings side by side see all that was recorded before each", async () => {
  const { registries: [one, other] } = simulatedThreads(2);
  const [near, far] = [one.counter(definition), other.counter(definition)];
  // Waits for the group, so that later gatherings begin at once.
  await one.gather();
  let finish: () => void = () => {};
  one.register({
    collect: () => new Promise<[]>((resolve) => finish = () => resolve([])),
  });
  const pages: Promise<readonly number[]>[] = [];
  const finishes: (() => void)[] = [];
  for (const queue of ["a", "b", "c"]) {
    near.inc({ queue: `near_${queue}` });
    far.inc({ queue: `far_${queue}` });
    pages.push(one.gather().then(({ families }) => rowsOf(families)));
    await new Promise((resolve) => setTimeout(resolve));
    finishes.push(finish);
  }
  finishes.reverse().forEach((each) => each());
  assertEquals(await Promise.all(pages), [[2], [4], [6]]);
});

test("ThreadState: a family that is collected outside a gathering reads the logs itself", async () => {
  const { registries: [one, other] } = simulatedThreads(2);
  const [near, far] = [one.counter(definition), other.counter(definition)];
  for (const queue of ["a", "b"]) {
    far.inc({ queue });
    assertEquals(rowsOf(near.collect()), queue === "a" ? [1] : [2]);
    await one.gather();
  }
});
