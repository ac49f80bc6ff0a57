import { assert, assertEquals, assertThrows } from "@std/assert";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import { MetricsError, RegistrationError } from "../../../src/core.ts";
import { milliseconds } from "../../../src/model/platform/clock.ts";
import { openChannel } from "../../../src/threads/group/runtime_threads.ts";
import { ThreadGroup } from "../../../src/threads/group/thread_group.ts";
import { newSegment, SegmentHeader } from "../../../src/threads/memory/segment.ts";
import type { MergedView } from "../../../src/threads/view/merged_view.ts";
import { joinSharedRegistry, sharedRegistry } from "../../../src/workers.ts";
import { within } from "../../support/deferred.ts";
import { until } from "../../support/until.ts";
import { withWallClock } from "../../support/wall_clock.ts";
import { samplesOf, simulatedThreads } from "../simulated_threads.ts";

const jobs = { name: "jobs", help: "Jobs." };

/** Unique, because some runtimes run all test files in one process. */
function uniqueName(): string {
  return `group ${crypto.randomUUID()}`;
}

for (const step of [-3600, 3600]) {
  const direction = step < 0 ? "back" : "forward";
  test(`ThreadGroup: a thread alone waits 250 ms for others, also if the clock is set ${direction}`, () =>
    withWallClock(async (clock) => {
      // It waits from here on, and a busy machine may take its time until it is scraped.
      const start = milliseconds();
      const registry = sharedRegistry({ name: uniqueName() });
      registry.counter(jobs).inc();
      clock.advance(step);
      assertEquals(await within(10, samplesOf(registry)), ["jobs 1"]);
      // Timers are coarse: some are due a millisecond early.
      assert(milliseconds() - start > 200, `${milliseconds() - start} ms`);
      clock.advance(step);
      const again = milliseconds();
      await within(10, samplesOf(registry));
      assert(milliseconds() - again < 200, `${milliseconds() - again} ms`);
      registry.close();
    }));
}

test("ThreadGroup: a newcomer knows all threads once one has replied that knows them", async () => {
  const name = uniqueName();
  const first = new ThreadGroup(name, newSegment());
  await first.ready();
  const second = new ThreadGroup(name, newSegment());
  await second.ready();
  assertEquals(second.segments.length, 2);
  await until(() => first.segments.length, (count) => count === 2);
  // A message of another protocol, or of another version, is none.
  const third = new ThreadGroup(name, newSegment());
  await third.ready();
  assertEquals(third.segments.length, 3);
  for (const group of [first, second, third]) group.leave();
});

test("ThreadGroup: a newcomer waits for a reply and no longer", async () => {
  const name = uniqueName();
  const first = new ThreadGroup(name, newSegment());
  await first.ready();
  // On a busy machine a reply may take as long as the newcomer waits for one: 0.25 s.
  await until(async () => {
    const newcomer = new ThreadGroup(name, newSegment());
    const start = milliseconds();
    await newcomer.ready();
    newcomer.leave();
    return milliseconds() - start;
  }, (milliseconds) => milliseconds < 200);
  first.leave();
});

test("ThreadGroup: a thread that has left sends nothing, and does not hear of others", async () => {
  const name = uniqueName();
  const [one, other] = [new ThreadGroup(name, newSegment()), new ThreadGroup(name, newSegment())];
  await Promise.all([one.ready(), other.ready()]);
  await until(() => one.segments.length, (count) => count === 2);
  let left = 0;
  one.onLeave = () => left++;
  one.leave();
  one.addSegment(newSegment());
  other.addSegment(newSegment());
  const third = new ThreadGroup(name, newSegment());
  await third.ready();
  assertEquals([one.segments.length, other.segments.length, left], [3, 4, 1]);
  one.leave();
  for (const group of [other, third]) group.leave();
});

test("ThreadGroup: a segment that is announced for a thread to come is known to all", async () => {
  const name = uniqueName();
  const [one, other] = [new ThreadGroup(name, newSegment()), new ThreadGroup(name, newSegment())];
  await Promise.all([one.ready(), other.ready()]);
  const segment = newSegment();
  one.addSegment(segment);
  await until(() => other.segments.length, (count) => count === 3);
  // What another version sends is not read.
  const channel = openChannel(`edgeprom:${name}`, () => {}, () => {})!;
  channel.postMessage({ edgeprom: 2, segments: [newSegment()] });
  channel.postMessage({
    edgeprom: 1,
    isNew: false,
    isInitialized: false,
    segments: [newSegment()],
  });
  await until(() => other.segments.length, (count) => count > 3);
  assertEquals([one.segments.length, other.segments.length], [4, 4]);
  // One that knows others from the start waits for nobody.
  const start = milliseconds();
  const third = new ThreadGroup(name, segment, one.segments);
  await third.ready();
  assert(milliseconds() - start < 200);
  channel.close();
  for (const group of [one, other, third]) group.leave();
});

test("ThreadGroup: the end of a worker is the end of its segment, and of no other", async () => {
  const { registries: [first], groups: [group] } = simulatedThreads(2);
  const workers = [0, 1, 2].map((threadId) =>
    Object.assign(new EventEmitter(), { threadId, terminate() {} })
  );
  const handles = workers.map((worker) => first.handle(worker));
  const ended = () => handles.map(({ segment }) => new SegmentHeader(segment).ended);
  workers[1].emit("exit");
  assertEquals(ended(), [false, false, false]);
  await until(() => ended().includes(true));
  assertEquals(ended(), [false, true, false]);
  assertEquals(group.thread.writer.header.ended, false);
  // With enough of them the segments are compacted, without a scrape.
  const many = Array.from(
    { length: 8 },
    () => Object.assign(new EventEmitter(), { terminate() {} }),
  );
  many.forEach((worker) => first.handle(worker));
  many.forEach((worker) => worker.emit("exit"));
  const before = group.segments.length;
  await until(() => group.segments.length, (count) => count <= before - 7);
});

test("ThreadGroup: the segments of ended threads leave the view when they are compacted", async () => {
  const { registries, groups } = simulatedThreads(4);
  const [first, ...others] = registries;
  others.forEach((registry) => registry.counter(jobs).inc());
  assertEquals(await samplesOf(first), ["jobs 3"]);
  others.forEach((registry) => registry.close());
  assertEquals(await samplesOf(first), ["jobs 3"]);
  // Its own, and the compaction.
  assertEquals(groups[0].thread.view.segments().length, 2);
  assertEquals(groups[0].segments.length, 2);
  assertEquals(await samplesOf(first), ["jobs 3"]);
});

test("ThreadGroup: compactions of one thread follow each other, and each contains those before", async () => {
  const { registries: [first, watcher], groups, join } = simulatedThreads(2);
  for (let round = 1; round <= 5; round++) {
    const registry = join();
    registry.counter(jobs).inc();
    registry.close();
    assertEquals(await samplesOf(first), [`jobs ${round}`]);
    await until(() => groups[1].segments.length, (count) => count === 3);
    assertEquals(await samplesOf(watcher), [`jobs ${round}`]);
  }
  assertEquals(groups[0].segments.length, 3);
});

test("ThreadGroup: with eight ended threads a thread compacts them without a scrape", async () => {
  const { groups, join, registries: [first] } = simulatedThreads(1);
  await samplesOf(first);
  const ended = Array.from({ length: 7 }, join);
  ended.forEach((registry) => registry.counter(jobs).inc());
  ended.forEach((registry) => registry.close());
  groups[0].addSegment(newSegment());
  assertEquals(groups[0].segments.length, 9);
  const eighth = join();
  eighth.counter(jobs).inc();
  eighth.close();
  // A message of any thread lets it look.
  const other = new ThreadGroup(groups[0].name, newSegment());
  await until(() => groups[0].segments.length, (count) => count <= 4);
  assertEquals(await samplesOf(first), ["jobs 8"]);
  other.leave();
});

test("sharedRegistry(): a registry that was closed is not given out again", async () => {
  const name = uniqueName();
  const first = sharedRegistry({ name });
  assert(sharedRegistry({ name }) === first);
  first.counter(jobs).inc();
  first.close();
  const second = sharedRegistry({ name });
  assert(second !== first);
  // To close the first one again leaves the second one open.
  first.close();
  assert(sharedRegistry({ name }) === second);
  second.counter(jobs).inc(2);
  assertEquals(await samplesOf(second), ["jobs 2"]);
  assertEquals(second.handle().others.length, 1);
  second.close();
});

test("joinSharedRegistry(): a handle that was taken already gives a segment of its own", async () => {
  const { registries: [first], groups } = simulatedThreads(1);
  const handle = first.handle();
  assertEquals(handle.others.length, 1);
  new SegmentHeader(handle.segment).own(77);
  const second = joinSharedRegistry(handle);
  assert(joinSharedRegistry(handle) === second);
  second.counter(jobs).inc();
  await until(() => groups[0].segments.length, (count) => count === 3);
  assertEquals(await samplesOf(first), ["jobs 1"]);
  const names = second.handle().others.map(({ id }) => id);
  assert(names.includes(handle.segment.id));
  second.close();
});

test("sharedRegistry(), joinSharedRegistry(): wrong arguments are refused, with what they must be", () => {
  // deno-lint-ignore no-explicit-any
  const any = (value: unknown) => value as any;
  const { registries: [registry] } = simulatedThreads(1);
  const handle = registry.handle();
  const wrong: readonly [() => unknown, string][] = [
    [() => sharedRegistry(any(null)), "a shared registry: the options null must be an object"],
    [() => sharedRegistry(any({ name: 5 })), "a shared registry: name 5 must be a string"],
    [() => sharedRegistry(any({ worker: 5 })), "a shared registry: worker 5 must be a string"],
    [() => sharedRegistry(any({ nam: "x" })), 'unknown option "nam"; it is called "name" here'],
    [() => sharedRegistry({ name: uniqueName(), prefix: any(5) }), "prefix 5 must be a"],
    [() => joinSharedRegistry(any(undefined)), "handle undefined must be what handle() returned"],
    [() => joinSharedRegistry(any({ name: "x" })), "handle [object Object] must be what handle()"],
    [() => joinSharedRegistry(any({ ...handle, segment: {} })), "must be what handle() returned"],
    [() => joinSharedRegistry(handle, any({ name: "x" })), 'unknown option "name"'],
    [() => joinSharedRegistry(handle, any({ worker: 5 })), "worker 5 must be a string"],
  ];
  for (const [call, message] of wrong) {
    assertThrows(call, RegistrationError, message);
    assertThrows(call, MetricsError);
  }
  // A refusal takes no handle.
  assertEquals(new SegmentHeader(handle.segment).thread, 0);
});

test("ThreadGroup: a thread that leaves in the middle of a compaction leaves it to others", async () => {
  const { registries: [first, second, third], groups } = simulatedThreads(3);
  third.counter(jobs).inc();
  third.close();
  let begun = false;
  groups[0].thread.view.storeInSteps = function* () {
    for (begun = true;;) yield;
  };
  const page = samplesOf(first);
  await until(() => begun);
  first.close();
  assertEquals(await page, ["jobs 1"]);
  const { header } = groups[2].thread.writer;
  assertEquals(header.compactedInto, undefined);
  // One that has left compacts nothing, because it can tell nobody.
  delete (groups[0].thread.view as Partial<MergedView>).storeInSteps;
  assertEquals(await samplesOf(first), ["jobs 1"]);
  assertEquals(header.compactedInto, undefined);
  assertEquals(await samplesOf(second), ["jobs 1"]);
  assert(header.compactedInto !== undefined);
});

test("ThreadGroup: a thread that leaves right after a compaction does not give it up", async () => {
  const { registries: [, other], groups: [group, { thread }] } = simulatedThreads(2);
  other.counter(jobs).inc();
  other.close();
  const { header } = thread.writer;
  const prepared = group.prepare();
  // The compaction is short, so it is made, but nobody was told yet.
  assert(header.compactedInto !== undefined);
  group.leave();
  await prepared;
  // Otherwise another thread would compact the segment once more, and count it twice.
  assertEquals(header.claim(), false);
});
