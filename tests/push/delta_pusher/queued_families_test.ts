import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { encodeFamilies } from "../../../src/deltas/batches/batch_writer.ts";
import { type FamilyFate, queuedFamilies } from "../../../src/push/delta_pusher/queued_families.ts";
import { SentFamilies } from "../../../src/push/delta_pusher/sent_families.ts";
import { counterOf, gaugeOf } from "../../support/families.ts";

const sets = Array.from({ length: 100 }, (_, number) => ({ a: `value number ${number}` }));
const moment = { time: 1, isComplete: true, isLast: false };

/** Sends a family in parts, which end as told, and gives the rows that are sent next. */
function settled(family: ReturnType<typeof counterOf | typeof gaugeOf>, ...fates: FamilyFate[]) {
  const sent = new SentFamilies();
  const change = sent.change(family, moment);
  const encoded = encodeFamilies([change.delta!], fates.length === 1 ? 1e6 : 1600);
  assertEquals(encoded.length, fates.length);
  const batches = queuedFamilies(encoded, [change], sent);
  sent.note(change);
  const series = batches.map(([queued], at) => queued.settle(fates[at]));
  assertEquals(series.reduce((sum, each) => sum + each), sets.length);
  return sent.change(family, moment).delta?.family.labels.rows ?? 0;
}

test("QueuedFamily: what was refused as a whole is sent again, and what was applied is not", () => {
  for (const family of [counterOf("a_total", ...sets), gaugeOf("a", ...sets)]) {
    assertEquals(settled(family, "refused"), 100);
    assertEquals(settled(family, "refused", "refused"), 100);
    assertEquals(settled(family, "applied", "applied"), 0);
  }
});

test("QueuedFamily: refused in parts, a total is never sent again, and values are", () => {
  assertEquals(settled(counterOf("a_total", ...sets), "refused", "applied"), 0);
  assertEquals(settled(counterOf("a_total", ...sets), "refused", "dropped"), 0);
  assertEquals(settled(gaugeOf("a", ...sets), "applied", "refused"), 100);
});
