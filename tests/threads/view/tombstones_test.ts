import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { Tombstones } from "../../../src/threads/view/tombstones.ts";

test("Tombstones: a removal covers series that are older, by all of their values or a pattern", () => {
  const tombstones = new Tombstones();
  tombstones.add({ pattern: ["a", "x"], stamp: 5 });
  tombstones.add({ pattern: ["b", null], stamp: 7 });
  const cases = [
    [["a", "x"], 4, true],
    [["a", "x"], 5, false],
    [["a", "y"], 4, false],
    [["b", "x"], 6, true],
    [["b", "y"], 7, false],
    [["c", "x"], 0, false],
  ] as const;
  for (const [values, stamp, expected] of cases) {
    assertEquals(tombstones.isRemoved({ values, stamp }), expected, `${values} ${stamp}`);
  }
});

test("Tombstones: of two removals of one series the later counts, in whichever order they are read", () => {
  for (const pattern of [["a"], [null]]) {
    const tombstones = new Tombstones();
    tombstones.add({ pattern, stamp: 9 });
    tombstones.add({ pattern, stamp: 3 });
    assertEquals(tombstones.isRemoved({ values: ["a"], stamp: 8 }), true);
    assertEquals(tombstones.latest(), [{ pattern, stamp: 9 }]);
  }
});

test("Tombstones: the oldest go where there are more than 10,000, of series and of patterns each", () => {
  const tombstones = new Tombstones();
  const add = (id: number) => {
    tombstones.add({ pattern: [`${id}`, "x"], stamp: 1 });
    tombstones.add({ pattern: [`${id}`, null], stamp: 2 });
  };
  for (let id = 0; id < 10_000; id++) add(id);
  const removed = (id: number, second: string) =>
    tombstones.isRemoved({ values: [`${id}`, second], stamp: 0 });
  assertEquals([removed(0, "x"), removed(0, "y"), removed(1, "y")], [true, true, true]);
  // That it comes again makes one the youngest.
  add(0);
  add(10_000);
  assertEquals([removed(0, "y"), removed(1, "x"), removed(1, "y"), removed(2, "x")], [
    true,
    false,
    false,
    true,
  ]);
});

test("Tombstones: a compaction gets the latest 1,000", () => {
  const tombstones = new Tombstones();
  for (let stamp = 1; stamp <= 800; stamp++) {
    tombstones.add({ pattern: [`${stamp}`], stamp });
    tombstones.add({ pattern: [`${stamp}`, null], stamp: stamp + 0.5 });
  }
  const stamps = tombstones.latest().map(({ stamp }) => stamp);
  assertEquals(stamps, Array.from({ length: 1000 }, (_, at) => 800.5 - at / 2));
});
