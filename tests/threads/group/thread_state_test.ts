import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import type { MetricFamily } from "../../../src/core.ts";
import { segmentDump } from "../segment_dump.ts";
import { samplesOf, simulatedThreads } from "../simulated_threads.ts";

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

test("ThreadState: a thread that is discovered late applies removals of a log that was rewritten", async () => {
  const [near, far] = [simulatedThreads(1, {}, 2 ** 20), simulatedThreads(1)];
  const [[one], [late]] = [near.registries, far.registries];
  for (const registry of [one, late]) registry.counter(definition).inc({ queue: "x" });
  late.counter(definition).inc({ queue: "y" });
  one.counter(definition).remove({ queue: "x" });
  // So many labels come and go that the log is rewritten, which leaves out what is over.
  const churn = one.counter({ ...definition, name: "churn" });
  for (let queue = 0; queue < 900; queue++) {
    churn.inc({ queue });
    churn.remove({ queue });
  }
  const { segment, header } = near.groups[0].thread.writer;
  assert(header.generation > 0, segmentDump(segment));
  far.groups[0].addSegment(segment);
  assertEquals(await samplesOf(late), ['jobs{queue="y"} 1']);
  late.counter(definition).inc({ queue: "x" }, 5);
  assertEquals(await samplesOf(late), ['jobs{queue="x"} 5', 'jobs{queue="y"} 1']);
});

test("ThreadState: a series that one thread removes and begins anew in one turn counts from 0", async () => {
  const { registries: [one, other] } = simulatedThreads(2);
  const [near, far] = [one.counter(definition), other.counter(definition)];
  near.inc({ queue: "a" }, 3);
  near.remove({ queue: "a" });
  near.inc({ queue: "a" }, 2);
  assertEquals(await samplesOf(other), ['jobs{queue="a"} 2']);
  far.inc({ queue: "a" }, 10);
  near.remove({ queue: "a" });
  far.inc({ queue: "a" }, 4);
  assertEquals(await samplesOf(one), ['jobs{queue="a"} 4']);
});
