import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import type { LabelTable } from "../../../src/core.ts";
import { ByteWriter } from "../../../src/exposition/text/byte_writer.ts";
import { encodeRows } from "../../../src/exposition/encoding/encoder.ts";
import type { LineEnd } from "../../../src/exposition/text/line_block.ts";
import { plainValues } from "../../../src/exposition/text/line_values.ts";
import { sampleText } from "../../../src/exposition/text/number_text.ts";
import { LineCache } from "../../../src/exposition/text/line_cache.ts";
import { escapeLabelValue } from "../../../src/exposition/text/label_text.ts";
import { SampleName } from "../../../src/exposition/text/sample_name.ts";
import { textOf } from "../../support/pages.ts";

const suffixes = ["_first", "_second", "_third"];

/** Lines of a family `a` with this many samples a series. */
function linesOf(samples: number) {
  const named = suffixes.slice(0, samples);
  const lines = new LineCache(named.map((suffix) => new SampleName(`a${suffix}`)));
  return (labels: LabelTable, values: readonly number[], endOf?: LineEnd): string => {
    const writer = new ByteWriter();
    const numbers = plainValues(Float64Array.from(values), samples);
    const steps = encodeRows(
      labels.rows,
      samples,
      (part) => lines.write(writer, labels, part, numbers, endOf),
    );
    for (const _ of steps ?? []);
    return textOf(writer.finish());
  };
}

/** The same, without anything that is remembered. */
function expected(
  samples: number,
  { names: [name], values: labels, rows }: LabelTable,
  values: readonly number[],
  endOf: LineEnd = () => "",
): string {
  let text = "";
  for (let line = 0; line < rows * samples; line++) {
    const row = Math.floor(line / samples);
    const label = labels[row] === "" ? "" : `{${name}="${labels[row]}"}`;
    const end = endOf(row, line % samples);
    if (end === undefined) continue;
    text += `a${suffixes[line % samples]}${label} ${sampleText(values[line])}${end}\n`;
  }
  return text;
}

function table(values: readonly string[], rows = values.length): LabelTable {
  return { names: ["zone"], values, rows };
}

/** Few values, so that one comes back after another, and some of all sizes. */
const number = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(0, -0, 1, 1.5, 12, 2.5, 123, 1e21, NaN, 0.1 + 0.2) },
  fc.constantFrom(Infinity, -Infinity, 2 ** 30 - 1, 2 ** 30, 2 ** 53, 9, 10, 99, 100),
  fc.nat(),
  fc.double(),
);

test("LineCache: lines show the current values, whatever was written before", () => {
  const pages = fc.integer({ min: 1, max: 3 }).chain((samples) =>
    fc.record({
      samples: fc.constant(samples),
      labels: fc.array(fc.constantFrom("", "a", "ä€🛫", "x".repeat(300)), { maxLength: 12 }),
      pages: fc.array(fc.record({
        rows: fc.nat(12),
        values: fc.array(number, { minLength: 36, maxLength: 36 }),
      })),
    })
  );
  fc.assert(fc.property(pages, ({ samples, labels, pages }) => {
    const write = linesOf(samples);
    for (const { rows, values } of pages) {
      const part = table(labels, Math.min(rows, labels.length));
      assertEquals(write(part, values), expected(samples, part, values));
    }
  }));
});

test("LineCache: values that change gradually leave no trace", () => {
  const labels = Array.from({ length: 3000 }, (_, row) => `zone ${row}`);
  const write = linesOf(2);
  const values = new Array<number>(6000).fill(0);
  for (let page = 0; page < 12; page++) {
    for (let line = page; line < values.length; line += 1 + page * 7) {
      values[line] = line % 3 === 0 ? values[line] + 0.1 : values[line] * 9 + line % 11;
    }
    assertEquals(write(table(labels), values) === expected(2, table(labels), values), true);
  }
});

test("LineCache: an older snapshot of a family that has grown can still be written", () => {
  const labels = Array.from({ length: 2500 }, (_, row) => `zone ${row}`);
  const values = labels.map((_, row) => row * 1.5);
  const write = linesOf(1);
  for (const rows of [1, 2, 1000, 1024, 1025, 700, 0, 2048, 2500, 1500, 2500]) {
    const page = write(table(labels, rows), values);
    assertEquals(page === expected(1, table(labels, rows), values), true, `${rows} rows`);
  }
});

test("LineCache: another array of labels is another table", () => {
  const write = linesOf(1);
  assertEquals(write(table(["a", "b"]), [1, 2]), 'a_first{zone="a"} 1\na_first{zone="b"} 2\n');
  assertEquals(write(table(["c"]), [1]), 'a_first{zone="c"} 1\n');
  assertEquals(write(table(["a", "b"]), [10, 2]), 'a_first{zone="a"} 10\na_first{zone="b"} 2\n');
});

test("LineCache: two tables can be written alternately, part by part", () => {
  const lines = new LineCache([new SampleName("a_first")]);
  const tables = ["x", "y"].map((zone) =>
    table(Array.from({ length: 2500 }, (_, row) => `${zone}${row}`))
  );
  const values = Array.from({ length: 2500 }, (_, row) => row / 4);
  const writers = tables.map(() => new ByteWriter());
  for (let first = 0; first < 2500; first += 1024) {
    tables.forEach((labels, at) => {
      const part = { first, end: Math.min(first + 1024, 2500) };
      lines.write(writers[at], labels, part, plainValues(Float64Array.from(values), 1));
    });
  }
  tables.forEach((labels, at) => {
    assertEquals(textOf(writers[at].finish()) === expected(1, labels, values), true);
  });
});

test("LineCache: labels can have more than 65,535 bytes", () => {
  const labels = table(["x".repeat(70_000), "y"]);
  const write = linesOf(1);
  for (const values of [[1, 2], [10, 2], [10, 2.5]]) {
    assertEquals(write(labels, values) === expected(1, labels, values), true);
  }
});

test("LineCache: a line with an end, or a line left out, is complete on the next page", () => {
  const labels = table(["a", "b", "c"]);
  const write = linesOf(2);
  const values = [1, 2, 3, 4, 5, 6];
  const ends = fc.array(fc.constantFrom("", undefined, " # {} 1"), { minLength: 6, maxLength: 6 });
  fc.assert(fc.property(ends, (ends) => {
    const endOf: LineEnd = (row, sample) => ends[row * 2 + sample];
    assertEquals(write(labels, values, endOf), expected(2, labels, values, endOf));
    assertEquals(write(labels, values), expected(2, labels, values));
  }));
});

test("LineCache: lines of a family that is too large to keep are the same to the byte", () => {
  const kinds = ["a", "", "ä€🛫", 'q"b\\n\nl', "x".repeat(41), "x".repeat(40), "\\", "user-123"];
  const labels = Array.from({ length: 9000 }, (_, row) => kinds[row % 7] + (row % 5 || ""));
  const shown = table(labels.map((label) => label && escapeLabelValue(label)));
  const values = Array.from({ length: 18_000 }, (_, line) => [line, line / 3, NaN, -0][line % 4]);
  const write = linesOf(2);
  for (const endOf of [undefined, endOfSome]) {
    const page = write(table(labels), values, endOf);
    assertEquals(page === expected(2, shown, values, endOf), true);
  }
  // As it shrinks and grows, it is cached and is not.
  for (const rows of [8192, 8193, 3, 9000]) {
    const part = { ...shown, rows };
    const page = write(table(labels, rows), values);
    assertEquals(page === expected(2, part, values), true, `${rows} rows`);
  }
});

/** Leaves out a first line, a second and both; others get a time. */
const endOfSome: LineEnd = (row, sample) =>
  row % 4 === 3 || row % 4 === sample ? undefined : row % 4 === 2 ? " 17" : "";

test("LineCache.sizeOf() returns the bytes of cached lines", () => {
  const lines = new LineCache([new SampleName("a_first")]);
  const labels = table(["a", "b"]);
  assertEquals(lines.sizeOf(labels), undefined);
  const writer = new ByteWriter();
  lines.write(writer, labels, { first: 0, end: 2 }, plainValues(Float64Array.of(1, 200), 1));
  assertEquals(lines.sizeOf(labels), writer.length);
  assertEquals(lines.sizeOf(table(["a", "b"])), undefined);
});

test("LineCache: a family of too many lines to keep is written like any other", () => {
  const zones = ["", "a", "b\\n\n", 'c"', "ä€🛫", "x".repeat(40), "x".repeat(41), "é".repeat(300)];
  const labels = Array.from({ length: 6000 }, (_, row) => zones[row % zones.length] + row % 3);
  labels.fill("", 100, 200);
  const values = Array.from({ length: 18_000 }, (_, line) => [line, line / 7, -0, NaN][line % 4]);
  const ends = ["", undefined, ` # {} ${"1".repeat(200)}`];
  const endOf: LineEnd = (row, sample) => ends[(row * 5 + sample) % ends.length];
  for (const  of of[undefined, endOf]) {
    const page = linesOf(3)(table(labels.map((label) => label)), values, of);
    assertEquals(page === expected(3, table(labels.map(escapeLabelValue)), values, of), true);
  }
});
