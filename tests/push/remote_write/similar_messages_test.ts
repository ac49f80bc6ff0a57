import { assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { test } from "node:test";
import { SimilarMessages } from "../../../src/push/remote_write/similar_messages.ts";
import { snappyPreamble } from "../../../src/push/remote_write/snappy.ts";
import { readSnappy } from "../../support/snappy.ts";

interface Message {
  readonly before: Uint8Array;
  readonly value: number;
  readonly after: Uint8Array;
}

/** What follows each value: the time of a sample, which is the same in all. */
const time = Uint8Array.of(16, 128, 129, 130, 131, 132, 5);

const few = fc.constantFrom(0, 1, 65);
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  // Likely to repeat what was before, and itself.
  fc.array(few, { maxLength: 90 }).map((each) => Uint8Array.from(each)),
);
const message: fc.Arbitrary<Message> = fc.record({
  before: bytes,
  value: fc.double(),
  after: bytes.map((rest) => Uint8Array.from([...time, ...rest])),
});

function bytesOf({ before, value, after }: Message): Uint8Array {
  const middle = new Uint8Array(8);
  new DataView(middle.buffer).setFloat64(0, value, true);
  return Uint8Array.from([...before, ...middle, ...after]);
}

function appended(all: readonly Message[]): { messages: SimilarMessages; positions: number[] } {
  const messages = new SimilarMessages();
  const positions = all.map((each) => messages.append(bytesOf(each), each.before.length));
  return { messages, positions };
}

function blockOf({ size, elements }: SimilarMessages): Uint8Array {
  return Buffer.concat([snappyPreamble(size), elements.written]);
}

test("SimilarMessages: whatever the messages, a decompressor gives them back, with new values too", () => {
  fc.assert(fc.property(fc.array(message, { minLength: 1, maxLength: 20 }), (all) => {
    const { messages, positions } = appended(all);
    assertEquals(Buffer.from(readSnappy(blockOf(messages))), Buffer.concat(all.map(bytesOf)));
    const others = all.map((each, at) => ({ ...each, value: at + 0.1 }));
    positions.forEach((position, at) => messages.elements.setDouble(position, others[at].value));
    assertEquals(Buffer.from(readSnappy(blockOf(messages))), Buffer.concat(others.map(bytesOf)));
  }));
});

test("SimilarMessages: all times change with those that are literals, however long messages are", () => {
  const before = (length: number) => new Uint8Array(length).map((_, at) => at * at % 251);
  const lengths = [10, 10, 70_000, 70_000, 12, 90_000, 12, 12];
  const all = lengths.map((length) => ({ before: before(length), value: 1, after: time }));
  const { messages } = appended(all);
  const later = Uint8Array.of(...time.slice(0, 6), 6);
  for (const position of messages.unlike) messages.elements.setBytes(position, later);
  const others = all.map((each) => ({ ...each, after: later }));
  assertEquals(Buffer.from(readSnappy(blockOf(messages))), Buffer.concat(others.map(bytesOf)));
});
