import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { Flights, type FlightSignals } from "../../src/push/flights.ts";
import { type Deferred, deferred, never, within } from "../support/deferred.ts";
import { watchedSignal } from "../support/leftovers.ts";
import { until } from "../support/until.ts";

interface Piece extends FlightSignals, Deferred<string> {}

/** Flights whose pieces end when the test says so. Those that are over before they begin end at once. */
function flightsOf(longestSeconds = 5) {
  const pieces: Piece[] = [];
  const flights = new Flights((signals) => {
    const piece = { ...signals, ...deferred<string>() };
    pieces.push(piece);
    if (signals.signal.aborted) piece.resolve("over");
    return piece.promise;
  }, longestSeconds);
  const run = (signal?: AbortSignal) => within(5, flights.run(signal, () => "left"));
  const begun = (count: number) => until(() => pieces.length === count, Boolean, 5);
  return { pieces, run, begun };
}

test("Flights: callers in the same turn share a piece, and those that come later the next one", async () => {
  const { pieces, run, begun } = flightsOf();
  const first = [run(), run()];
  await begun(1);
  const second = [run(), run(new AbortController().signal)];
  await begun(1);
  pieces[0].resolve("first");
  assertEquals(await Promise.all(first), ["first", "first"]);
  await begun(2);
  pieces[1].resolve("second");
  assertEquals(await Promise.all(second), ["second", "second"]);
  const third = run();
  await begun(3);
  pieces[2].resolve("third");
  assertEquals(await third, "third");
});

test("Flights: a piece is told that a newer one waits", async () => {
  const { pieces, run, begun } = flightsOf();
  const first = run();
  await begun(1);
  assertEquals(pieces[0].superseded.aborted, false);
  const second = run();
  assertEquals([pieces[0].superseded.aborted, pieces[0].signal.aborted], [true, false]);
  pieces[0].resolve("");
  await first;
  await begun(2);
  assertEquals(pieces[1].superseded.aborted, false);
  pieces[1].resolve("");
  await second;
});

test("Flights: who leaves while others wait has left; the last one ends the piece", async () => {
  const { pieces, run, begun } = flightsOf();
  const [one, two] = [watchedSignal(), watchedSignal()];
  const results = [run(one.signal), run(two.signal)];
  await begun(1);
  one.abort();
  assertEquals(await results[0], "left");
  assertEquals(pieces[0].signal.aborted, false);
  two.abort();
  assertEquals(pieces[0].signal.aborted, true);
  pieces[0].resolve("ended");
  assertEquals(await results[1], "ended");
  assertEquals([one.listeners(), two.listeners()], [0, 0]);
});

test("Flights: without a signal nobody can leave", async () => {
  const { pieces, run, begun } = flightsOf();
  const controller = new AbortController();
  const results = [run(), run(controller.signal)];
  await begun(1);
  controller.abort();
  assertEquals([await results[1], pieces[0].signal.aborted], ["left", false]);
  pieces[0].resolve("whole");
  assertEquals(await results[0], "whole");
});

test("Flights: who gives up before it begins spoils no piece of others", async () => {
  const { pieces, run, begun } = flightsOf();
  const results = [run(AbortSignal.abort()), run()];
  await until(() => pieces.some(({ signal }) => !signal.aborted), Boolean, 5);
  pieces.find(({ signal }) => !signal.aborted)?.resolve("whole");
  assertEquals(await Promise.all(results), ["over", "whole"]);
  const controller = new AbortController();
  const running = run();
  await begun(3);
  const waiting = run(controller.signal);
  controller.abort();
  const next = run();
  assertEquals(await waiting, "over");
  pieces[2].resolve("running");
  assertEquals(await running, "running");
  await begun(5);
  assertEquals(pieces[4].signal.aborted, false);
  pieces[4].resolve("next");
  assertEquals(await next, "next");
});

test("Flights: a piece that never ends is lost, and the next one goes on without it", async () => {
  let pieces = 0;
  const flights = new Flights(
    () => ++pieces === 1 ? never<string>() : Promise.resolve("second"),
    0.01,
  );
  void flights.run(undefined, () => "");
  await until(() => pieces === 1);
  assertEquals(await within(5, flights.run(undefined, () => "")), "second");
  assertEquals(await within(5, flights.run(undefined, () => "")), "second");
});

test("Flights: whoever waits for a lost piece is lost no longer than that", async () => {
  const { now } = performance;
  let seconds = 0;
  performance.now = () => now.call(performance) + seconds * 1000;
  try {
    const { pieces, run, begun } = flightsOf(60);
    const controller = new AbortController();
    const lost = [run(controller.signal)];
    await begun(1);
    seconds = 30;
    lost.push(run(controller.signal));
    // On Workers the second one has ended too by then, and its timer never fires.
    seconds = 91;
    const result = run();
    await begun(2);
    assertEquals(pieces[1].signal.aborted, false);
    pieces[1].resolve("whole");
    assertEquals(await result, "whole");
    controller.abort();
    pieces[0].resolve("late");
    assertEquals(await Promise.all(lost), ["late", "over"]);
  } finally {
    performance.now = now;
  }
});

test("Flights: what cannot be aborted, as in another request of a Worker, goes on", async () => {
  const { AbortController } = globalThis;
  class Foreign extends AbortController {
    override abort(): void {
      throw new Error("cannot perform I/O on behalf of a different request");
    }
  }
  const { pieces, run, begun } = flightsOf();
  const controller = new AbortController();
  globalThis.AbortController = Foreign;
  try {
    const first = run(controller.signal);
    await begun(1);
    const second = run();
    controller.abort();
    assertEquals(await first, "left");
    pieces[0].resolve("first");
    await begun(2);
    pieces[1].resolve("second");
    assertEquals(await second, "second");
  } finally {
    globalThis.AbortController = AbortController;
  }
});
