import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { backOffSeconds, pauseUnless } from "../../../src/push/delivery/back_off.ts";
import { within } from "../../support/deferred.ts";
import { timersOf, watchedSignal } from "../../support/leftovers.ts";

test("backOffSeconds: steps double from 0.5 to 10 s, and half of each is random", () => {
  const steps = [1, 2, 3, 4, 5, 6, 7, 1000];
  assertEquals(steps.map((step) => backOffSeconds(step, () => 0)), [
    0.25,
    0.5,
    1,
    2,
    4,
    5,
    5,
    5,
  ]);
  assertEquals(backOffSeconds(1, () => 0.5), 0.375);
  assertEquals(backOffSeconds(9, () => 1), 10);
});

test("pauseUnless: it ends by its time or by any signal, and leaves nothing behind", async () => {
  for (const ending of ["time", "first", "second"]) {
    const [first, second] = [watchedSignal(), watchedSignal()];
    const counts = await timersOf(async () => {
      const signals = [first.signal, undefined, second.signal];
      const paused = pauseUnless(ending === "time" ? 0.001 : 60, signals);
      assertEquals([first.listeners(), second.listeners()], [1, 1]);
      if (ending === "first") first.abort();
      if (ending === "second") second.abort();
      await within(5, paused);
    });
    const left = [counts.set - counts.cleared, first.listeners(), second.listeners()];
    assertEquals(left, [0, 0, 0], ending);
  }
});

test("pauseUnless: there is no pause if a signal is aborted already", async () => {
  const counts = await timersOf(() => within(5, pauseUnless(60, [undefined, AbortSignal.abort()])));
  assertEquals(counts.set - counts.cleared, 0);
});
