import { assertEquals } from "@std/assert";
import { test } from "node:test";
import type { Gatherer } from "../../../mod.ts";
import { pusherAtWork } from "../../../src/push/delta_pusher/pushers_at_work.ts";

const gathererOf = (): Gatherer => ({
  gather: () => Promise.resolve({ families: [], errors: [] }),
});

test("pusherAtWork: a second one of a gatherer and a target must be told, once", () => {
  const gatherer = gathererOf();
  const told = (target: string, from = gatherer) => pusherAtWork(from, target).mustTell;
  assertEquals([told("a"), told("a"), told("a")], [false, true, false]);
  assertEquals([told("b"), told("a", gathererOf())], [false, false]);
  assertEquals([told("b"), told("b")], [true, false]);
});

test("pusherAtWork: one after the other is none too many", () => {
  const gatherer = gathererOf();
  const first = pusherAtWork(gatherer, "a");
  first.end();
  const second = pusherAtWork(gatherer, "a");
  // It ends once.
  first.end();
  const third = pusherAtWork(gatherer, "a");
  assertEquals([second.mustTell, third.mustTell], [false, true]);
  second.end();
  third.end();
  pusherAtWork(gatherer, "a");
  assertEquals(pusherAtWork(gatherer, "a").mustTell, true);
});
