import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import { MetricsRegistry } from "../../../mod.ts";
import { ProtobufWriter } from "../../../src/exposition/protobuf/protobuf_writer.ts";
import { compress, snappyPreamble, SnappyWriter } from "../../../src/push/remote_write/snappy.ts";
import { arbitraryBytes, joined, noise } from "../../support/arbitrary_bytes.ts";
import * as snappyjs from "../../support/snappyjs.ts";

const utf8 = new TextEncoder();

/** The bytes of the elements. */
function elements(write: (writer: SnappyWriter) => void): Uint8Array {
  const writer = new SnappyWriter();
  write(writer);
  assertEquals(writer.length, writer.written.length);
  return writer.written;
}

/** The data as one literal: the length less one in its tag if that is small, else behind it. */
function stored(data: Uint8Array): Uint8Array {
  if (data.length === 0) return Uint8Array.of(0);
  const last = data.length - 1;
  const lengthBytes = [last, last >> 8, last >> 16].filter((byte) => byte > 0);
  const tag = last < 60 ? [last << 2] : [59 + lengthBytes.length << 2, ...lengthBytes];
  return joined([snappyPreamble(data.length), tag, data]);
}

/** A page of so many series, as a registry writes it. */
async function pageOf(series: number): Promise<Uint8Array> {
  const registry = new MetricsRegistry();
  const requests = registry.counter({
    name: "http_requests_total",
    help: "Requests by route and status.",
    labels: ["method", "route", "status"],
  });
  const numbers = noise(series);
  for (let user = 0; user < series; user++) {
    requests.labels({
      method: user % 3 === 0 ? "POST" : "GET",
      route: `/users/${user}`,
      status: user % 7 === 0 ? "404" : "200",
    }).inc(numbers[user] * user);
  }
  return utf8.encode(await registry.text());
}

/** What Remote Write 2.0 sends of so many series: names and values once, then references. */
function requestOf(series: number): Uint8Array {
  const writer = new ProtobufWriter();
  const names = ["", "__name__", "http_requests_total", "method", "GET", "route"];
  const routes = Array.from({ length: series }, (_, user) => `/users/${user}`);
  for (const symbol of [...names, ...routes]) writer.textField(4, symbol);
  const numbers = noise(series);
  for (let user = 0; user < series; user++) {
    const start = writer.begin(5);
    const references = writer.begin(1);
    for (const reference of [1, 2, 3, 4, 5, 6 + user]) writer.varint(reference);
    writer.end(references);
    const sample = writer.begin(2);
    writer.doubleField(1, numbers[user] * user);
    writer.varintField(2, 1_764_000_000_000);
    writer.varintField(3, 1_763_000_000_000);
    writer.end(sample);
    writer.end(start);
  }
  return writer.finish();
}

test("snappyPreamble: the format's examples have its bytes", () => {
  assertEquals(snappyPreamble(64), Uint8Array.of(0x40));
  assertEquals(snappyPreamble(2_097_150), Uint8Array.of(0xfe, 0xff, 0x7f));
  assertEquals(snappyPreamble(0), Uint8Array.of(0));
  assertEquals(snappyPreamble(127), Uint8Array.of(127));
  assertEquals(snappyPreamble(128), Uint8Array.of(0x80, 1));
  assertEquals(snappyPreamble(2 ** 32 - 1), Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f));
});

test("SnappyWriter: the format's example has its bytes", () => {
  const written = elements((writer) => {
    writer.literal(utf8.encode("<xab>"), 1, 4);
    writer.copy(2, 4);
  });
  assertEquals(written, Uint8Array.of(2 << 2, 0x78, 0x61, 0x62, 0b000_000_01, 2));
  const block = joined([snappyPreamble(7), written]);
  assertEquals(snappyjs.uncompress(block), utf8.encode("xababab"));
});

test("SnappyWriter: a literal says its length in as few bytes as possible", () => {
  const tagOf = (length: number) =>
    elements((writer) => writer.literal(new Uint8Array(length), 0, length)).slice(0, -length);
  assertEquals(tagOf(1), Uint8Array.of(0));
  assertEquals(tagOf(60), Uint8Array.of(59 << 2));
  assertEquals(tagOf(61), Uint8Array.of(60 << 2, 60));
  assertEquals(tagOf(256), Uint8Array.of(60 << 2, 255));
  assertEquals(tagOf(257), Uint8Array.of(61 << 2, 0, 1));
  assertEquals(tagOf(65_536), Uint8Array.of(61 << 2, 0xff, 0xff));
  assertEquals(tagOf(65_537), Uint8Array.of(62 << 2, 0, 0, 1));
  assertEquals(tagOf(2 ** 24 + 1), Uint8Array.of(63 << 2, 0, 0, 0, 1));
});

test("SnappyWriter: an empty literal writes nothing", () => {
  const written = elements((writer) => assertEquals(writer.literal(Uint8Array.of(1), 1, 1), 0));
  assertEquals(written, new Uint8Array());
});

test("SnappyWriter: a copy takes as few bytes as any split of its length", () => {
  for (const distance of [1, 2047, 2048, 65_535]) {
    const fewest = [0];
    for (let length = 1; length <= 300; length++) {
      const near = distance < 2048 ? [4, 5, 6, 7, 8, 9, 10, 11] : [];
      const costs = [
        ...near.filter((part) => part <= length).map((part) => fewest[length - part] + 2),
        ...Array.from({ length: Math.min(length, 64) }, (_, at) => fewest[length - at - 1] + 3),
      ];
      fewest.push(Math.min(...costs));
      const taken = elements((writer) => writer.copy(distance, length)).length;
      assertEquals(taken, fewest[length], `${length} bytes from ${distance} back`);
    }
  }
});

test("SnappyWriter: any literals and copies expand to what they say", () => {
  const literal = fc.uint8Array({ maxLength: 300 });
  const copy = fc.record({
    distance: fc.oneof(fc.integer({ min: 1, max: 65_535 }), fc.integer({ min: 1, max: 20 })),
    length: fc.oneof(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 80 })),
  });
  const lead = fc.constantFrom(1, 2000, 2100, 65_535, 70_000);
  fc.assert(fc.property(lead, fc.array(fc.oneof(literal, copy)), (lead, parts) => {
    const expanded = new Uint8Array(parts.reduce<number>((sum, { length }) => sum + length, lead));
    expanded.set(noise(lead));
    const writer = new SnappyWriter(1);
    writer.literal(expanded, 0, lead);
    let end = lead;
    for (const part of parts) {
      if (part instanceof Uint8Array) {
        const at = writer.literal(part, 0, part.length);
        assertEquals(writer.written.slice(at), part);
        expanded.set(part, end);
        end += part.length;
      } else {
        const distance = Math.min(part.distance, end);
        writer.copy(distance, part.length);
        for (let times = 0; times < part.length; times++) {
          expanded[end] = expanded[end++ - distance];
        }
      }
    }
    const block = joined([snappyPreamble(end), writer.written]);
    assertSame(snappyjs.uncompress(block), expanded);
  }));
});

test("SnappyWriter: a literal's bytes are overwritten in place, also after growing", () => {
  const writer = new SnappyWriter(1);
  const at = writer.literal(new Uint8Array(30), 2, 20);
  assertEquals(writer.literal(noise(1000), 0, 1000), at + 18 + 3);
  writer.setDouble(at, 0.1);
  writer.setDouble(at + 8, NaN);
  writer.setBytes(at + 16, Uint8Array.of(1, 2));
  const overwritten = new DataView(writer.written.slice(at, at + 18).buffer);
  assertEquals(overwritten.getFloat64(0, true), 0.1);
  assertEquals(overwritten.getBigUint64(8, true), 0x7ff8_0000_0000_0001n);
  assertEquals(overwritten.getUint16(16, true), 0x0201);
  assertEquals(writer.written.slice(at + 21), noise(1000));
});

test("compress: snappyjs reads back any data, and no block is larger than stored data", () => {
  fc.assert(fc.property(arbitraryBytes, (data) => {
    const block = compress(data);
    assertSame(snappyjs.uncompress(block), data);
    assert(block.length <= stored(data).length, `${data.length} bytes became ${block.length}`);
  }));
});

test("compress: no data and one byte are a block, too", () => {
  assertEquals(compress(new Uint8Array()), Uint8Array.of(0));
  assertEquals(compress(Uint8Array.of(7)), Uint8Array.of(1, 0, 7));
});

test("compress: more than 4 MiB come back, from the middle of a buffer", () => {
  const line = utf8.encode('requests_total{route="/users/1234"} 98765\n');
  const data = joined([noise(3_000_001), ...Array<Uint8Array>(50_000).fill(line), noise(9, 9)]);
  const block = compress(data.subarray(1));
  assert(block.length < 3_150_000, `it takes ${block.length} bytes`);
  assertSame(snappyjs.uncompress(block), data.subarray(1));
});

test("compress: data without repetitions are stored", () => {
  for (const size of [2, 60, 61, 256, 257, 65_536, 65_537, 1_000_000]) {
    assertSame(compress(noise(size)), stored(noise(size)));
  }
});

test("compress: data are stored if copies save less than they cost", () => {
  const [start, rest] = [noise(4096), noise(60_000, 256, 2)];
  const parts = [start];
  // A copy takes three bytes for four, and the literal after it, of more than 60, two for its tag.
  for (let at = 0; at < 400; at++) {
    parts.push(rest.subarray(at * 97, at * 97 + 97), start.subarray(at * 4, at * 4 + 4));
  }
  assertSame(compress(joined(parts)), stored(joined(parts)));
});

test("compress: what is returned has no spare room", () => {
  for (const data of [new Uint8Array(200_000), noise(100_000)]) {
    const block = compress(data);
    assertEquals(block.buffer.byteLength, block.length);
  }
});

test("compress: a page of 10,000 series gets as small as with snappyjs", async () => {
  assertAsSmall(await pageOf(10_000), 4);
});

test("compress: a request of 10,000 series gets as small as with snappyjs", () => {
  assertAsSmall(requestOf(10_000), 3);
});

/** Asserts at least so many times smaller, and four fifths of the ratio that snappyjs reaches. */
function assertAsSmall(data: Uint8Array, ratio: number): void {
  const own = compress(data);
  assertSame(snappyjs.uncompress(own), data);
  const peer = snappyjs.compress(data);
  assert(own.length < data.length / ratio, `${data.length} bytes became ${own.length}`);
  assert(own.length * 0.8 < peer.length, `${own.length} bytes, but ${peer.length} with snappyjs`);
}

/** As `assertEquals`, which takes seconds for a megabyte. */
function assertSame(actual: Uint8Array, expected: Uint8Array): void {
  assertEquals(actual.length, expected.length);
  let at = 0;
  while (at < actual.length && actual[at] === expected[at]) at++;
  assertEquals(at, actual.length, `byte ${at} is ${actual[at]}, and should be ${expected[at]}`);
}
