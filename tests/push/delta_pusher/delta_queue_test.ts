import { assertEquals, assertNotEquals } from "@std/assert";
import { test } from "node:test";
import { readBatch } from "../../../src/deltas/batches/batch_reader.ts";
import { encodeFamilies } from "../../../src/deltas/batches/batch_writer.ts";
import { DeltaQueue, type QueuedBatch } from "../../../src/push/delta_pusher/delta_queue.ts";
import { counterOf } from "../../support/families.ts";

function batchOf(name: string): QueuedBatch {
  const [encoded] = encodeFamilies([{ family: counterOf(name, { a: "b" }) }], 1000);
  return { encoded, families: [], time: 5, isUncertain: false };
}

const always = () => true;

/** What would be sent for the head. */
async function frozen(queue: DeltaQueue) {
  await queue.freeze(queue.head!, always);
  return readBatch(queue.head!.frozen!.body!);
}

test("DeltaQueue: batches have one name and numbers in their order", async () => {
  const queue = new DeltaQueue(true);
  queue.push([batchOf("a_total"), batchOf("b_total")]);
  assertEquals(queue.series, 2);
  const first = await frozen(queue);
  const { frozen: bytes } = queue.head!;
  await queue.freeze(queue.head!, always);
  assertEquals(queue.head!.frozen === bytes, true);
  queue.settle();
  const second = await frozen(queue);
  assertEquals([first.sequence, second.sequence, first.time], [1, 2, 5]);
  assertEquals(second.client, first.client);
  queue.settle();
  assertEquals([queue.head, queue.series], [undefined, 0]);
});

test("DeltaQueue: after a drop, and under another name, numbers begin anew", async () => {
  const queue = new DeltaQueue(false);
  queue.push([batchOf("a_total"), batchOf("b_total"), batchOf("c_total")]);
  const names = [await frozen(queue)];
  queue.settle();
  names.push(await frozen(queue));
  queue.rename();
  names.push(await frozen(queue));
  queue.drop();
  names.push(await frozen(queue));
  assertEquals(names.map(({ sequence }) => sequence), [1, 2, 1, 1]);
  assertEquals(names[2].families, names[1].families);
  assertEquals(names[0].client, names[1].client);
  assertNotEquals(names[1].client, names[2].client);
  assertNotEquals(names[2].client, names[3].client);
});

test("DeltaQueue: who was overtaken while it compressed freezes nothing", async () => {
  const queue = new DeltaQueue(true);
  queue.push([batchOf("a_total")]);
  await queue.freeze(queue.head!, () => false);
  assertEquals(queue.head!.frozen, undefined);
});
