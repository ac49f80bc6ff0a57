import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { Moments } from "../../../src/push/remote_writer/moments.ts";
import { withWallClock } from "../../support/wall_clock.ts";

test("Moments: each is later than the one before, even if the clock stands still or goes back a little", () => {
  const moments = new Moments();
  const times = [100_000, 100_000, 99_000, 40_003, 100_010].map((now) => moments.next(now));
  assertEquals(times, [100_000, 100_001, 100_002, 100_003, 100_010]);
});

test("Moments: a clock that goes back by a minute is believed", () => {
  const moments = new Moments();
  assertEquals([100_000, 40_000, 40_000].map((now) => moments.next(now)), [
    100_000,
    40_000,
    40_001,
  ]);
});

test("Moments: the time of day, in whole milliseconds", async () => {
  await withWallClock(() => assertEquals(new Moments().next(), 1_700_000_000_000));
});
