import { assertEquals, assertStrictEquals } from "@std/assert";
import { test } from "node:test";
import { EncodingError, type MetricFamily } from "../../../mod.ts";
import { ByteWriter } from "../../../src/exposition/text/byte_writer.ts";
import {
  encodeEach,
  type EncodeOptions,
  encodeRows,
} from "../../../src/exposition/encoding/encoder.ts";
import { gaugeOf } from "../../support/families.ts";
import { textOf } from "../../support/pages.ts";
import { assertThrowsWith } from "../../support/rejects.ts";

const families = ["a", "b", "c"].map((name) => gaugeOf(name));

/** What is written, each family being its name; `b` is long, and fails at its end. */
function encoded(failure?: unknown, options: EncodeOptions = {}): string {
  const writer = new ByteWriter();
  const steps = encodeEach(writer, families, options, function* ({ name }: MetricFamily) {
    writer.text(`${name};`.repeat(name === "b" ? 5000 : 1));
    yield 0.5;
    if (name === "b" && failure !== undefined) throw failure;
  });
  Array.from(steps);
  return textOf(writer.finish());
}

test("encodeEach: families are written in order", () => {
  assertEquals(encoded(), `a;${"b;".repeat(5000)}c;`);
});

for (const failure of [new RangeError("too long"), "too long"]) {
  test(`encodeEach: a family that fails with ${typeof failure} at its end leaves no bytes`, () => {
    const errors: EncodingError[] = [];
    assertEquals(encoded(failure, { onError: (error) => void errors.push(error) }), "a;c;");
    assertEquals(errors.map(({ message }) => message), ["b: too long"]);
    assertStrictEquals(errors[0].cause, failure);
  });
}

test("encodeEach: an EncodingError is reported as it is", () => {
  const failure = new EncodingError("b: no room");
  const errors: EncodingError[] = [];
  encoded(failure, { onError: (error) => void errors.push(error) });
  assertStrictEquals(errors[0], failure);
});

test("encodeEach: the first failure is thrown if there is no onError", () => {
  const failure = new RangeError("too long");
  const error = assertThrowsWith(() => encoded(failure), EncodingError, "b: too long");
  assertStrictEquals(error.cause, failure);
});

test("encodeRows: rows are written in parts, each once and in order, and then the end", () => {
  for (const [lines, most] of [[1, 1024], [3, 256], [14, 64], [1024, 1], [5000, 1]]) {
    for (const rows of [0, 1, most, most + 1, 5000]) {
      const written: number[] = [];
      const encoding = encodeRows(rows, lines, ({ first, end }) => {
        assertEquals(first <= end && end - first <= most, true);
        for (let row = first; row < end; row++) written.push(row);
      }, () => written.push(-1));
      assertEquals(encoding === undefined, rows <= most, `${rows}`);
      const shares = Array.from(encoding ?? []);
      const steps = shares.length;
      assertEquals(written, [...Array.from({ length: rows }, (_, row) => row), -1]);
      assertEquals(steps, rows <= most ? 0 : Math.ceil(rows / most));
      assertEquals(shares, shares.map((_, at) => Math.min(1, (at + 1) * most / rows)));
    }
  }
});

test("encodeEach: many small families are written in chunks", () => {
  const writer = new ByteWriter();
  const steps = encodeEach(writer, families, {}, ({ name }) => {
    writer.text(name.repeat(name === "b" ? 1 : 70_000));
  });
  assertEquals(Array.from(steps).length, 2);
});

test("encodeEach: a large family has room for all of it after its first part", () => {
  const writer = new ByteWriter(16);
  const capacities = new Set<number>();
  const steps = encodeEach(
    writer,
    [families[0]],
    {},
    () =>
      encodeRows(20_000, 1, ({ first, end }) => {
        for (let row = first; row < end; row++) writer.text("a line of the same length\n");
        capacities.add(writer.room(0).byteLength);
      }),
  );
  Array.from(steps);
  assertEquals(capacities.size, 2);
  assertEquals(writer.length, 20_000 * 26);
});
