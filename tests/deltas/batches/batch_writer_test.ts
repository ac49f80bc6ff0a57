import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import type { MetricFamily } from "../../../mod.ts";
import { decodeFamilies, readBatch } from "../../../src/deltas/batches/batch_reader.ts";
import { encodeFamilies, frameBatch } from "../../../src/deltas/batches/batch_writer.ts";
import { frameBytes, longestTexts } from "../../../src/deltas/batches/format.ts";
import { arbitraryDelta, batchOf, headerOf } from "../../support/batches.ts";
import { counterOf, gaugeOf } from "../../support/families.ts";
import { rowsOfDelta } from "../../support/rows_of_delta.ts";

const hex = (bytes: Uint8Array) =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");

/** Families by name, in their order, as all sections together have them. */
function together(
  sections: readonly { readonly bytes: Uint8Array<ArrayBuffer> }[],
): readonly unknown[] {
  return sections.flatMap(({ bytes }) => decodeFamilies(bytes).flatMap(rowsOfDelta));
}

test("the format is the same as ever", () => {
  const family: MetricFamily = {
    ...counterOf("jobs_total", { kind: "a" }, { kind: "b" }),
    values: Float64Array.of(3, 300),
  };
  const rests = new Map([["values", new Map([[1, [2 ** -60]]])]] as const);
  const bytes = batchOf({ family, rests }, {
    family: { ...gaugeOf("temperature", {}), merge: "max", values: Float64Array.of(21.5) },
    gone: { names: ["kind"], values: ["b"], rows: 1 },
  });
  assertEquals(
    hex(bytes),
    [
      "9e 65 70 64 01", // magic, version
      "01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f 10", // client
      "00 00 e0 16 09 4a da 41 00 00 80 17 09 4a da 41", // start, time
      "01", // sequence
      "01", // counter
      "01 0a 6a 6f 62 73 5f 74 6f 74 61 6c 01 05 48 65 6c 70 2e 00", // name, help, no unit
      "01 01 04 6b 69 6e 64 02 01 01 61 01 01 62", // kind; a, b
      "01 01 03 f2 c0 6c 01 f0 00 00 00 00 00 00 30 3c", // values: 3, 300 and its rest
      "00", // nothing is gone
      "02", // gauge
      "01 0b 74 65 6d 70 65 72 61 74 75 72 65 03 00", // name, help as before, no unit
      "00 01", // one row without labels
      "02 08 01 03 6d 61 78 01 ed c0 17", // merge; values: 21.5
      "01 01 04 01 06", // gone: kind, b
      "54 e4 62 de", // checksum
    ].join(" "),
  );
});

test("frameBatch() puts families behind another header without another change", () => {
  const [{ bytes }] = encodeFamilies([{ family: counterOf("jobs_total", {}) }], Infinity);
  const client = new Uint8Array(16).fill(255);
  const headers = [
    headerOf(),
    headerOf({ client, sequence: 2 ** 53 - 1, start: 0.25, time: -1 }),
  ];
  const [first, second] = headers.map((header) => {
    const batch = frameBatch(header, bytes);
    const { families, refused: _, ...read } = readBatch(batch);
    assertEquals(read, header);
    return { families, batch };
  });
  assertEquals(first.families, second.families);
  assertEquals(second.batch.length, frameBytes + bytes.length);
});

test("encodeFamilies() gives nothing for nothing, and copies that stay as they are", () => {
  assertEquals(encodeFamilies([], 1000), []);
  const family = counterOf("jobs_total", {});
  const [one] = encodeFamilies([{ family }], 1000);
  const before = hex(one.bytes);
  encodeFamilies([{ family: gaugeOf("other", {}) }], 1000);
  assertEquals(hex(one.bytes), before);
  assertEquals([one.families, one.series], [["jobs_total"], 1]);
});

test("encodeFamilies() writes what there was, in batches that are not too long", () => {
  const deltas = fc.uniqueArray(arbitraryDelta, {
    selector: ({ family }) => family.name,
    maxLength: 8,
  });
  fc.assert(fc.property(deltas, fc.integer({ min: frameBytes, max: 1500 }), (deltas, longest) => {
    const sections = encodeFamilies(deltas, longest);
    assertEquals(together(sections), deltas.flatMap(rowsOfDelta));
    for (const { bytes, families, series } of sections) {
      const decoded = decodeFamilies(bytes);
      assertEquals(decoded.map(({ family }) => family.name), families);
      assertEquals(new Set(families).size, families.length);
      const rows = decoded.map(({ family, gone }) => family.labels.rows + (gone?.rows ?? 0));
      assertEquals(rows.reduce((sum, each) => sum + each, 0), series);
      if (frameBytes + bytes.length > longest) assert(families.length === 1 && series <= 1);
    }
  }));
});

test("encodeFamilies() splits a family into few parts, all but full", () => {
  const values = Array.from(
    { length: 3000 },
    (_, at) => ({ id: `user-${at} of very many in a long list` }),
  );
  const deltas = [
    { family: gaugeOf("small", {}) },
    { family: gaugeOf("large", ...values), gone: { names: ["id"], values: ["b"], rows: 1 } },
    { family: gaugeOf("last", {}) },
  ];
  const sections = encodeFamilies(deltas, 10_000);
  assertEquals(together(sections), deltas.flatMap(rowsOfDelta));
  const names = sections.map(({ families }) => families.join());
  assertEquals([names[0], names.at(-1)], ["small", "large,last"]);
  const total = encodeFamilies(deltas, Infinity)[0].bytes.length;
  assert(sections.length - 1 <= Math.ceil(total / 10_000 * 1.2), `${sections.length} batches`);
});

test("encodeFamilies() fills batches also with short series, as each batch is paid for", () => {
  const family = gaugeOf("many", ...Array.from({ length: 2000 }, (_, at) => ({ id: `${at}` })));
  const [{ bytes }] = encodeFamilies([{ family }], Infinity);
  assert(bytes.length < 2000 * 8);
  const sections = encodeFamilies([{ family }], frameBytes + bytes.length);
  assertEquals(sections.map(({ series }) => series), [2000]);
});

test("encodeFamilies() gives a row that is too long a batch of its own", () => {
  const long = "x".repeat(5000);
  const family = counterOf("jobs_total", { kind: "a" }, { kind: long }, { kind: "b" });
  const deltas = [{ family: gaugeOf("first", {}) }, { family }, { family: gaugeOf("last", {}) }];
  const sections = encodeFamilies(deltas, 500);
  assertEquals(sections.map(({ families, series }) => [...families, series]), [
    ["first", 1],
    ["jobs_total", 1],
    ["jobs_total", 1],
    ["jobs_total", "last", 2],
  ]);
  assertEquals(sections.map(({ bytes }) => bytes.length > 500), [false, false, true, false]);
  assertEquals(together(sections), deltas.flatMap(rowsOfDelta));
});

test("encodeFamilies() splits a family whose texts are long as often as they are used", () => {
  const long = "x".repeat(longestTexts / 1000);
  const sets = Array.from({ length: 1500 }, (_, at) => ({ id: `${at}`, long }));
  const sections = encodeFamilies([{ family: gaugeOf("wide", ...sets) }], Infinity);
  assertEquals(sections.length, 2);
  for (const { bytes } of sections) {
    assertEquals(readBatch(frameBatch(headerOf(), bytes)).families.length, 1);
  }
  assertEquals(sections[0].series + sections[1].series, 1500);
});

test("encodeFamilies() keeps families apart that have one name", () => {
  const family = counterOf("jobs_total", {});
  const names = encodeFamilies([{ family }, { family }], 1000).map(({ families }) => families);
  assertEquals(names, [["jobs_total"], ["jobs_total"]]);
});

test("encodeFamilies() leaves out exemplars that are not there, and labels of later rows", () => {
  const exemplar = { labels: { trace_id: "4bf9" }, value: 1, timestamp: 1_764_238_430 };
  const sets = Array.from({ length: 100 }, (_, at) => ({ id: `${at}` }));
  const { labels, ...family } = counterOf("jobs_total", ...sets);
  const values = [...labels.values, "later"];
  const exemplars = Array.from({ length: 100 }, (_, at) => at === 70 ? exemplar : undefined);
  const bytes = batchOf({
    family: { ...family, labels: { ...labels, values }, exemplars, created: Array(101).fill(1) },
  });
  const bare = batchOf({ family: { ...family, labels, created: Array(100).fill(1) } });
  // The part, one exemplar, 70 cells, one label with its name and value, value, and time.
  assertEquals(bytes.length - bare.length, 1 + 1 + 1 + 1 + (2 + 8) + (2 + 4) + 1 + 5);
  assertStringIncludes(hex(bytes), "0c 01 46 01 01 08 74 72 61 63 65 5f 69 64");
});
