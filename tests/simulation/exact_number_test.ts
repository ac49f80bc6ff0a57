import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { exactOf, roundedOf } from "./exact_number.ts";
import { Random } from "./random.ts";

test("exactOf and roundedOf give every double back, and round to even", () => {
  const random = new Random(1);
  const edges = [0, 5e-324, 2 ** -1022, 1 - 2 ** -53, 1, 2 ** 53, Number.MAX_VALUE];
  const all = [
    ...edges,
    ...Array.from({ length: 1000 }, () => random.next() * 2 ** random.between(-1074, 1020)),
  ];
  for (const value of all) {
    assertEquals(roundedOf(exactOf(value)), value);
    assertEquals(roundedOf(exactOf(-value)) + 0, -value + 0);
    const other = random.pick(all) * 2 ** -random.below(60);
    // Two doubles are added as exactly as it goes.
    if (value < 1e300) assertEquals(roundedOf(exactOf(value) + exactOf(other)), value + other);
  }
});
