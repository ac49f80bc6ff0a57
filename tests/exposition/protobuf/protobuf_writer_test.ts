import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import protobuf from "protobufjs";
import { ProtobufWriter } from "../../../src/exposition/protobuf/protobuf_writer.ts";

const utf8 = new TextEncoder();

function written(write: (writer: ProtobufWriter) => void): Uint8Array {
  const writer = new ProtobufWriter();
  write(writer);
  assertEquals(writer.finish().length, writer.length);
  return writer.finish();
}

/** Lets protobufjs read what was written, to the last byte. */
function read<T>(
  write: (writer: ProtobufWriter) => void,
  reading: (reader: protobuf.Reader) => T,
): T {
  const reader = protobuf.Reader.create(written(write));
  const result = reading(reader);
  assertEquals(reader.pos, reader.len);
  return result;
}

const boundaries = Array.from({ length: 54 }, (_, exponent) => 2 ** exponent)
  .flatMap((power) => [power - 1, power, power + 1])
  .filter(Number.isSafeInteger);
const safe = fc.oneof(
  fc.maxSafeInteger(),
  fc.integer(),
  fc.constantFrom(...boundaries, ...boundaries.map((boundary) => -boundary)),
);

test("ProtobufWriter: a new writer is empty", () => {
  assertEquals(written(() => {}), new Uint8Array());
});

test("ProtobufWriter: the specification's examples have its bytes", () => {
  assertEquals(written((writer) => writer.varintField(1, 150)), Uint8Array.of(0x08, 0x96, 0x01));
  assertEquals(
    written((writer) => writer.textField(2, "testing")),
    Uint8Array.of(0x12, 0x07, ...utf8.encode("testing")),
  );
  const nested = written((writer) => {
    const message = writer.begin(3);
    writer.varintField(1, 150);
    writer.end(message);
  });
  assertEquals(nested, Uint8Array.of(0x1a, 0x03, 0x08, 0x96, 0x01));
  const packed = written((writer) => {
    const field = writer.begin(6);
    for (const value of [3, 270, 86942]) writer.varint(value);
    writer.end(field);
  });
  assertEquals(packed, Uint8Array.of(0x32, 0x06, 0x03, 0x8e, 0x02, 0x9e, 0xa7, 0x05));
  for (const [value, byte] of [[0, 0], [-1, 1], [1, 2], [-2, 3]]) {
    assertEquals(written((writer) => writer.zigzag(value)), Uint8Array.of(byte));
  }
  assertEquals(written((writer) => writer.varint(-2)).length, 10);
});

test("ProtobufWriter.varintField(): unsigned integers of 32, 53 and 64 bits decode as written", () => {
  const big = [2 ** 53, 2 ** 53 + 2, 2 ** 60, 2 ** 63, 2 ** 64 - 2 ** 11];
  for (const value of [0, -0, ...boundaries, ...big]) {
    const text = read((writer) => writer.varint(value), (reader) => reader.uint64().toString());
    assertEquals(text, String(BigInt(value)));
  }
  fc.assert(fc.property(fc.maxSafeNat(), (value) => {
    const result = read((writer) => writer.varint(value), (reader) => Number(reader.uint64()));
    assertEquals(result, value);
  }));
});

test("ProtobufWriter.varintField(): signed integers decode as written", () => {
  for (const value of [-(2 ** 53), -(2 ** 63), ...boundaries.map((boundary) => -boundary)]) {
    const text = read((writer) => writer.varint(value), (reader) => reader.int64().toString());
    assertEquals(text, String(BigInt(value)));
  }
  fc.assert(fc.property(safe, (value) => {
    const result = read((writer) => writer.varint(value), (reader) => Number(reader.int64()));
    assertEquals(result, value === 0 ? 0 : value);
  }));
});

test("ProtobufWriter.zigzagField(): integers decode as written", () => {
  fc.assert(fc.property(safe, (value) => {
    const text = read((writer) => writer.zigzag(value), (reader) => reader.sint64().toString());
    assertEquals(text, String(BigInt(value)));
  }));
  fc.assert(fc.property(fc.integer(), (value) => {
    assertEquals(read((writer) => writer.zigzag(value), (reader) => reader.sint32()), value);
  }));
});

test("ProtobufWriter.varint(): an integer has as few bytes as possible", () => {
  const sizes = [[127, 1], [128, 2], [16383, 2], [16384, 3], [2 ** 28 - 1, 4], [2 ** 28, 5]];
  for (const [value, size] of [...sizes, [2 ** 35, 6], [2 ** 49, 8], [2 ** 63, 10]]) {
    assertEquals(written((writer) => writer.varint(value)).length, size, `${value}`);
  }
});

test("ProtobufWriter: a number that is no integer throws and leaves no bytes", () => {
  const writer = new ProtobufWriter();
  for (const value of [0.5, -0.5, NaN, Infinity, -Infinity, 2 ** 64, -(2 ** 63) - 2 ** 11, 1e300]) {
    assertThrows(() => writer.varint(value), RangeError, String(value));
    assertThrows(() => writer.zigzag(value), RangeError, String(value));
  }
  assertThrows(() => writer.zigzag(2 ** 53), RangeError);
  assertEquals(writer.length, 0);
});

test("ProtobufWriter.doubleField(): doubles decode to the same bits", () => {
  const special = [0, -0, NaN, Infinity, -Infinity, 5e-324, 1.7976931348623157e308];
  const double = fc.oneof(fc.double(), fc.constantFrom(...special));
  fc.assert(fc.property(double, (value) => {
    const result = read((writer) => writer.double(value), (reader) => reader.double());
    assertEquals(Object.is(result, value), true, `${value} became ${result}`);
  }));
});

test("ProtobufWriter.textField(): text of any length and script decodes as written", () => {
  const long = ["x", "ä", "€", "🛫"].flatMap((character) =>
    [39, 40, 41, 63, 64, 127, 128, 5000, 20_000].map((count) => character.repeat(count))
  );
  for (const text of ["", "a\u0000b", "ab€", "é".repeat(40), ...long]) {
    assertEquals(
      read((writer) => writer.textField(2, text), (reader) => [reader.uint32(), reader.string()]),
      [2 << 3 | 2, text],
    );
  }
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
    const result = read(
      (writer) => writer.textField(1, text),
      (reader) => [reader.uint32(), reader.string()],
    );
    assertEquals(result, [10, text]);
  }));
});

test("ProtobufWriter: a tag can have more than a byte", () => {
  for (const field of [1, 15, 16, 2047, 2048, 2 ** 28 - 1]) {
    const tags = read((writer) => {
      writer.varintField(field, 1);
      writer.zigzagField(field, 1);
      writer.doubleField(field, 1);
      writer.textField(field, "1");
    }, (reader) => {
      const [first, one] = [reader.uint32(), reader.int32()];
      const [second, zigzag] = [reader.uint32(), reader.sint32()];
      const [third, double] = [reader.uint32(), reader.double()];
      const [fourth, text] = [reader.uint32(), reader.string()];
      assertEquals([one, zigzag, double, text], [1, 1, 1, "1"]);
      return [first, second, third, fourth];
    });
    const tag = field * 8;
    assertEquals(tags, [tag, tag, tag + 1, tag + 2]);
  }
});

/** A message of messages, down to texts. */
type Tree = string | readonly Tree[];

function writeTree(writer: ProtobufWriter, tree: Tree): void {
  if (typeof tree === "string") return writer.textField(1, tree);
  const message = writer.begin(2);
  for (const branch of tree) writeTree(writer, branch);
  writer.end(message);
}

function readTree(reader: protobuf.Reader, end: number): Tree[] {
  const branches: Tree[] = [];
  while (reader.pos < end) {
    if (reader.uint32() === 10) {
      branches.push(reader.string());
    } else {
      const size = reader.uint32();
      branches.push(readTree(reader, reader.pos + size));
    }
  }
  assertEquals(reader.pos, end);
  return branches;
}

test("ProtobufWriter: nested messages decode as written, whatever the size of their lengths", () => {
  const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.oneof(
      { depthSize: "small" },
      fc.string({ maxLength: 300 }),
      fc.array(tie("tree"), { maxLength: 8 }),
    ),
  }));
  fc.assert(fc.property(fc.array(tree), (trees) => {
    const result = read(
      (writer) => trees.forEach((each) => writeTree(writer, each)),
      (reader) => readTree(reader, reader.len),
    );
    assertEquals(result, trees);
  }));
  for (const size of [0, 123, 124, 125, 126, 127, 128, 16379, 16380, 16381, 2 ** 21, 2 ** 21 + 9]) {
    const nested: Tree = [[["x".repeat(size)], "after"], "last"];
    assertEquals(
      read((writer) => writeTree(writer, nested), (reader) => readTree(reader, reader.len)),
      [nested],
    );
  }
});

test("ProtobufWriter: a delimited message is its length and its bytes", () => {
  for (const size of [0, 1, 127, 128, 300]) {
    const body = "x".repeat(size);
    const bytes = written((writer) => {
      const message = writer.begin();
      writer.bytes(utf8.encode(body));
      writer.end(message);
    });
    assertEquals(protobuf.Reader.create(bytes).string(), body);
  }
});

test("ProtobufWriter.bytes() copies short and long arrays, whole and in part", () => {
  for (const size of [0, 1, 99, 100, 101, 5000]) {
    const source = Uint8Array.from({ length: size }, (_, at) => at);
    const middle = Math.floor(size / 2);
    assertEquals(written((writer) => writer.bytes(source)), source);
    assertEquals(written((writer) => writer.bytes(source, 1)), source.slice(1));
    assertEquals(
      written((writer) => writer.bytes(source, 1, middle)),
      source.slice(1, Math.max(1, middle)),
    );
  }
});

test("ProtobufWriter: the buffer grows at any length, whatever is written next", () => {
  const writes: readonly ((writer: ProtobufWriter) => void)[] = [
    (writer) => writer.varintField(2048, -1),
    (writer) => writer.zigzagField(1, -(2 ** 52)),
    (writer) => writer.doubleField(1, 0.1),
    (writer) => writer.textField(1, "€🛫"),
    (writer) => writer.textField(1, "ascii"),
    (writer) => writer.bytes(new Uint8Array(200)),
    (writer) => writer.end(writer.begin(1)),
  ];
  const expected = writes.map((write) => written(write));
  for (let filled = 4070; filled < 4100; filled++) {
    writes.forEach((write, position) => {
      const all = written((writer) => {
        writer.bytes(new Uint8Array(filled));
        write(writer);
      });
      assertEquals(all.subarray(filled), expected[position], `${position} after ${filled} bytes`);
    });
  }
});

test("ProtobufWriter.end() can grow the buffer", () => {
  for (let size = 4080; size <= 4096; size++) {
    const bytes = written((writer) => {
      const message = writer.begin();
      writer.bytes(new Uint8Array(size).fill(7));
      writer.end(message);
    });
    const read = protobuf.Reader.create(bytes).bytes();
    assertEquals([read.length, read.every((byte) => byte === 7)], [size, true]);
  }
});

test("ProtobufWriter.truncate(): later bytes replace the discarded ones", () => {
  const bytes = written((writer) => {
    writer.varint(1);
    const { length } = writer;
    writer.begin(1);
    writer.textField(1, "x".repeat(10_000));
    writer.truncate(length);
    writer.varint(2);
  });
  assertEquals(bytes, Uint8Array.of(1, 2));
});

test("ProtobufWriter.finish(): later writes do not change a finished page", () => {
  const writer = new ProtobufWriter();
  writer.varint(1);
  const before = writer.finish();
  writer.truncate(0);
  writer.varint(2);
  assertEquals([before[0], writer.finish()[0]], [1, 2]);
});

test("ProtobufWriter.widen(): a message has its length in front, whatever was expected", () => {
  for (const size of [0, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152]) {
    for (const expected of [0, 127, 128, 16_384, 2_097_152, 2 ** 31, 2 ** 35]) {
      const body = Uint8Array.from({ length: size }, (_, at) => at % 251);
      const written = read((writer) => {
        writer.varint(5);
        const [start, reserved] = writer.widen(writer.begin(), expected);
        writer.bytes(body);
        writer.endLong(start, reserved);
        writer.varint(6);
      }, (reader) => [reader.uint32(), reader.bytes(), reader.uint32()] as const);
      assertEquals([written[0], written[1].length, written[2]], [5, size, 6]);
      assertEquals(written[1].every((byte, at) => byte === at % 251), true);
    }
  }
});
