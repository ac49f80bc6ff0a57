import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { retryAfterOf } from "../../../src/push/delivery/retry_after.ts";
import { withWallClock } from "../../support/wall_clock.ts";

const of = (value: string, date?: string) =>
  retryAfterOf(new Headers({ "Retry-After": value, ...date !== undefined && { Date: date } }));

test("retryAfterOf: seconds, at most a day", () => {
  assertEquals(["0", "7", " 120 ", "86400", "86401", "9".repeat(400)].map((value) => of(value)), [
    0,
    7,
    120,
    86_400,
    86_400,
    86_400,
  ]);
});

test("retryAfterOf: a date counts from that of the answer, or else from now", async () => {
  const now = "Tue, 14 Nov 2023 22:13:20 GMT";
  const later = "Tue, 14 Nov 2023 22:13:50 GMT";
  assertEquals([of(later, now), of(now, later), of("Tue, 14 Nov 2090 22:13:20 GMT", now)], [
    30,
    0,
    86_400,
  ]);
  await withWallClock(() => {
    assertEquals([of(later), of(later, "yesterday")], [40, 40]);
  }, Date.parse(now) / 1000 - 10);
});

test("retryAfterOf: no header and garbage are no wish", () => {
  assertEquals(retryAfterOf(new Headers()), undefined);
  const garbage = ["", "-1", "1.5", "1e3", "soon", "2023-11-14", "Tue, 99 Xyz 2023 99:99:99 GMT"];
  assertEquals(garbage.map((value) => of(value)), garbage.map(() => undefined));
});
