import { assertEquals, assertStrictEquals } from "@std/assert";
import { test } from "node:test";
import { FreeList } from "../../../src/threads/memory/free_list.ts";
import { emptySlot } from "../../../src/threads/memory/slot.ts";
import { withClock } from "../../support/clock.ts";
import { withWallClock } from "../../support/wall_clock.ts";

test("FreeList: a slot is used again 30 s after its release, or 1 s if there is no other memory", () =>
  withClock((clock) => {
    const free = new FreeList();
    const [first, second] = [emptySlot(3), emptySlot(3)];
    free.put(first, 3);
    clock.advance(0.999);
    assertEquals(free.take(3, true), undefined);
    clock.advance(0.001);
    free.put(second, 3);
    assertEquals(free.take(3, false), undefined);
    assertStrictEquals(free.take(3, true), first);
    assertEquals(free.take(3, true), undefined);
    clock.advance(29.999);
    assertEquals(free.take(3, false), undefined);
    clock.advance(0.001);
    assertEquals(free.take(2, false), undefined);
    assertStrictEquals(free.take(3, false), second);
    assertEquals(free.take(3, false), undefined);
  }));

test("FreeList: the quarantine of a slot is neither longer nor shorter if the wall clock is set", () =>
  withWallClock((wall) =>
    withClock((clock) => {
      for (const step of [3600, -3600]) {
        const free = new FreeList();
        const slot = emptySlot(1);
        free.put(slot, 1);
        wall.advance(step);
        assertEquals(free.take(1, true), undefined);
        clock.advance(30);
        assertStrictEquals(free.take(1, false), slot);
      }
    })
  ));

test("FreeList: slots are used again in the order of their release, however many there are", () =>
  withClock((clock) => {
    const free = new FreeList();
    const slots = Array.from({ length: 5000 }, (_, offset) => ({ ...emptySlot(1), offset }));
    for (const slot of slots.slice(0, 3000)) free.put(slot, 1);
    clock.advance(30);
    const taken = Array.from({ length: 2000 }, () => free.take(1, false)?.offset);
    for (const slot of slots.slice(3000)) free.put(slot, 1);
    clock.advance(30);
    while (taken.length < 5000) taken.push(free.take(1, false)?.offset);
    assertEquals(taken, slots.map(({ offset }) => offset));
    assertEquals(free.take(1, true), undefined);
  }));
