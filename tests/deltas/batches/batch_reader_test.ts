import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { test } from "node:test";
import type { MetricFamily } from "../../../mod.ts";
import { BatchError } from "../../../src/deltas/batches/batch_error.ts";
import {
  clientOf,
  decodeFamilies,
  decodeInSteps,
  readBatch,
} from "../../../src/deltas/batches/batch_reader.ts";
import { encodeFamilies, frameBatch } from "../../../src/deltas/batches/batch_writer.ts";
import { ByteWriter } from "../../../src/deltas/batches/byte_writer.ts";
import {
  longestTexts,
  numberCodes,
  partCodes,
  textCodes,
  typeCodes,
} from "../../../src/deltas/batches/format.ts";
import { batchOf, headerOf, withChecksum } from "../../support/batches.ts";
import { counterOf, gaugeOf, histogramOf } from "../../support/families.ts";

const batch = batchOf(
  { family: counterOf("jobs_total", { kind: "a" }, { kind: "b" }) },
  { family: histogramOf("job_seconds", { kind: "a" }) },
);

/** Families of any bytes, behind a header that is as it should be. */
function batchWith(write: (writer: ByteWriter) => void): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  write(writer);
  return frameBatch(headerOf(), writer.finish());
}

/** The beginning of a family, up to its labels. */
function begin(writer: ByteWriter, type: keyof typeof typeCodes = "counter"): void {
  writer.byte(typeCodes[type]);
  for (const text of ["jobs", "", ""]) writer.text(text);
}

function refusal(bytes: Uint8Array): BatchError {
  const error = assertThrows(() => readBatch(bytes), BatchError);
  assertInstanceOf(error, BatchError);
  return error;
}

test("readBatch() gives what a client sent", () => {
  const { families, refused, ...header } = readBatch(batch);
  assertEquals([header, refused], [headerOf(), []]);
  assertEquals(families.map(({ family }) => family.name), ["jobs_total", "job_seconds"]);
  assertEquals(readBatch(frameBatch(headerOf(), new Uint8Array())).families, []);
});

test("readBatch() reads bytes in the midst of others, and keeps none of them", () => {
  const around = new Uint8Array(batch.length + 20).fill(7);
  around.set(batch, 13);
  const read = readBatch(around.subarray(13, 13 + batch.length));
  around.fill(0);
  assertEquals(read, readBatch(batch));
});

test("readBatch() refuses each change of a bit", () => {
  for (let at = 0; at < batch.length; at++) {
    for (let bit = 0; bit < 8; bit++) {
      const changed = new Uint8Array(batch);
      changed[at] ^= 1 << bit;
      // The fifth byte is the version.
      assertEquals(refusal(changed).status, at === 4 ? 415 : 400, `byte ${at}`);
    }
  }
});

test("readBatch() refuses each batch that was cut off, or has more bytes", () => {
  /** What is read of batches that were cut off and got a new checksum. */
  const read: string[] = [];
  for (let length = 0; length < batch.length; length++) {
    const part = batch.subarray(0, length);
    assertEquals(refusal(part).status, 400);
    try {
      const { families } = readBatch(withChecksum(Uint8Array.of(...part, 0, 0, 0, 0)));
      read.push(families.map(({ family }) => family.name).join());
    } catch (error) {
      assertInstanceOf(error, BatchError);
    }
  }
  // Between families there are whole batches, with a checksum.
  assertEquals(read, ["", "jobs_total", "jobs_total,job_seconds"]);
  assertStringIncludes(refusal(Uint8Array.of(...batch, 0)).message, "checksum");
  assertStringIncludes(refusal(withChecksum(Uint8Array.of(...batch, 0))).message, "malformed");
});

test("readBatch() tells who sends what is no batch to send one", () => {
  for (const text of ["", "{}", "# TYPE jobs counter\njobs 1\n".repeat(10)]) {
    const { status, message } = refusal(new TextEncoder().encode(text));
    assertEquals(status, 400);
    assertStringIncludes(message, "DeltaPusher");
  }
});

test("readBatch() refuses another version, and says which side to update", () => {
  for (const [version, side] of [[0, "client"], [2, "aggregator"], [255, "aggregator"]] as const) {
    const other = new Uint8Array(batch);
    other[4] = version;
    const { status, message } = refusal(withChecksum(other));
    assertEquals(status, 415);
    assertStringIncludes(message, `version ${version}, and the aggregator knows version 1; update`);
    assertStringIncludes(message, `in the ${side}`);
    assertThrows(() => clientOf(other), BatchError, `version ${version}`);
  }
});

test("readBatch() takes only sequence numbers from 1 up, and times", () => {
  const { bytes } = encodeFamilies([{ family: gaugeOf("a", {}) }], Infinity)[0];
  for (const sequence of [0, -1, 1.5, NaN, 2 ** 53, Infinity]) {
    assertThrows(() => readBatch(frameBatch(headerOf({ sequence }), bytes)), BatchError);
  }
  for (const wrong of [NaN, Infinity, -Infinity, 9e12]) {
    for (const header of [headerOf({ start: wrong }), headerOf({ time: wrong })]) {
      assertThrows(() => readBatch(frameBatch(header, bytes)), BatchError, "times");
    }
  }
  assertEquals(
    readBatch(frameBatch(headerOf({ sequence: 2 ** 53 - 1 }), bytes)).sequence,
    2 ** 53 - 1,
  );
});

test("readBatch() refuses a family that is there twice", () => {
  const { bytes } = encodeFamilies([{ family: gaugeOf("a", {}) }], Infinity)[0];
  const twice = frameBatch(headerOf(), Uint8Array.of(...bytes, ...bytes));
  assertStringIncludes(refusal(twice).message, "a: the batch has this family twice");
});

const huge = 2 ** 40;

const malformed: Readonly<Record<string, readonly [reason: string, (writer: ByteWriter) => void]>> =
  {
    "a type that nobody knows": ["there is no type or part 9", (writer) => writer.byte(9)],
    "a text that is longer than the batch": ["1099511627776 more bytes are needed", (writer) => {
      writer.byte(typeCodes.counter);
      writer.number(textCodes.fresh);
      writer.number(huge);
    }],
    "a text that is not UTF-8": ["a text is not UTF-8", (writer) => {
      writer.byte(typeCodes.counter);
      writer.number(textCodes.fresh);
      writer.number(2);
      writer.bytes([0xc3, 0x28]);
    }],
    "a text that was not written": ["there is no text 2", (writer) => {
      writer.byte(typeCodes.counter);
      writer.number(textCodes.known);
    }],
    "a number of a text that is no integer": ["2.5 is no number of things", (writer) => {
      writer.byte(typeCodes.counter);
      writer.number(2.5);
    }],
    "2^40 names of labels": ["1099511627776 more bytes are needed", (writer) => {
      begin(writer);
      writer.number(huge);
    }],
    "2^40 series": ["1099511627776 more bytes are needed", (writer) => {
      begin(writer);
      writer.number(1);
      writer.text("kind");
      writer.number(huge);
    }],
    "2^40 series without labels": ["1099511627776 series have no labels", (writer) => {
      begin(writer, "info");
      writer.number(0);
      writer.number(huge);
      writer.number(0);
      writer.byte(0);
    }],
    "-1 series": ["-1 is no number of things", (writer) => {
      begin(writer);
      writer.number(0);
      writer.number(-1);
    }],
    "2^40 parts": ["1099511627776 more bytes are needed", (writer) => {
      begin(writer);
      writer.number(0);
      writer.number(0);
      writer.number(huge);
    }],
    "a part of another type": ["a counter has no bounds", (writer) => {
      beginRow(writer);
      writer.number(2);
      writer.byte(partCodes.bounds);
    }],
    "a part that nobody knows": ["there is no type or part 77", (writer) => {
      beginRow(writer);
      writer.number(1);
      writer.byte(77);
    }],
    "a part twice": ["a counter has no values, or has it once", (writer) => {
      beginRow(writer);
      writer.number(2);
      for (const value of [1, 2]) {
        writer.byte(partCodes.values);
        writer.number(value);
      }
      writer.byte(0);
    }],
    "no values": ["a counter has values", (writer) => {
      beginRow(writer);
      writer.number(0);
      writer.byte(0);
    }],
    "a number of no kind": ["a number begins with 243", (writer) => {
      beginRow(writer);
      writer.number(1);
      writer.byte(partCodes.values);
      writer.byte(numberCodes.exact + 1);
    }],
    "a decimal number whose digits are of no kind": ["an integer begins with 240", (writer) => {
      beginRow(writer);
      writer.number(1);
      writer.byte(partCodes.values);
      writer.byte(numberCodes.decimal + 1);
      writer.byte(numberCodes.double);
      writer.double(1);
      writer.byte(0);
    }],
    "a rest of 2^40 numbers": ["1099511627776 more bytes are needed", (writer) => {
      beginRow(writer);
      writer.number(1);
      writer.byte(partCodes.values);
      writer.byte(numberCodes.exact);
      writer.number(1);
      writer.number(huge);
    }],
    "a rest that is infinite": ["values have an infinite rest", (writer) => {
      beginRow(writer);
      writer.number(1);
      writer.byte(partCodes.values);
      writer.byte(numberCodes.exact);
      for (const each of [1, 1, Infinity]) writer.number(each);
      writer.byte(0);
    }],
    "a rest of a rest": ["a number begins with 242", (writer) => {
      beginRow(writer);
      writer.number(1);
      writer.byte(partCodes.values);
      writer.byte(numberCodes.exact);
      writer.byte(numberCodes.exact);
      for (const each of [1, 1, 1, 1, 1, 0]) writer.number(each);
    }],
    "columns before their bounds": ["buckets come before bounds", (writer) => {
      beginRow(writer, "histogram");
      writer.number(3);
      writer.byte(partCodes.buckets);
    }],
    "2^40 bounds": ["1099511627776 more bytes are needed", (writer) => {
      beginRow(writer, "histogram");
      writer.number(3);
      writer.byte(partCodes.bounds);
      writer.number(huge);
    }],
    "exemplars of more cells than there can be": [
      "1001000 is more than the whole batch can hold",
      (writer) => {
        writer.byte(typeCodes.histogram);
        for (const text of ["jobs", "", ""]) writer.text(text);
        writer.number(1);
        writer.text("kind");
        writer.number(1000);
        for (let row = 0; row < 1000; row++) writer.text(`${row}`);
        writer.number(4);
        writer.byte(partCodes.bounds);
        writer.number(1000);
        for (let bound = 0; bound < 1000; bound++) writer.number(bound);
        writer.byte(partCodes.exemplars);
        writer.number(0);
      },
    ],
    "an exemplar outside": ["it has an exemplar in cell 1 of 1", (writer) => {
      beginRow(writer);
      writer.number(2);
      writer.byte(partCodes.exemplars);
      for (const each of [1, 1, 0, 1, 1]) writer.number(each);
      writer.byte(partCodes.values);
      writer.number(1);
      writer.byte(0);
    }],
    "2^40 exemplars": ["1099511627776 more bytes are needed", (writer) => {
      beginRow(writer);
      writer.number(2);
      writer.byte(partCodes.exemplars);
      writer.number(huge);
    }],
    "2^40 native buckets": ["1099511627776 more bytes are needed", (writer) => {
      beginRow(writer, "histogram");
      writer.number(4);
      writer.byte(partCodes.bounds);
      writer.number(0);
      writer.byte(partCodes.native);
      for (const each of [0, 0, 0, huge]) writer.number(each);
    }],
    "neither gone series nor none": ["it ends in 2", (writer) => {
      beginRow(writer, "gauge");
      writer.number(1);
      writer.byte(partCodes.values);
      writer.number(1);
      writer.byte(2);
    }],
  };

/** The beginning of a family with one series without labels, up to its parts. */
function beginRow(writer: ByteWriter, type: keyof typeof typeCodes = "counter"): void {
  begin(writer, type);
  writer.number(0);
  writer.number(1);
}

test("readBatch() refuses numbers that the bytes do not justify, at once", () => {
  for (const [what, [reason, write]] of Object.entries(malformed)) {
    // With zeros behind, so that it is not just too short.
    const { status, message } = refusal(batchWith((writer) => {
      write(writer);
      writer.bytes(new Uint8Array(20));
    }));
    assertEquals(status, 400, what);
    assertStringIncludes(message, "malformed", what);
    assertStringIncludes(message, reason, what);
  }
});

test("readBatch() refuses texts that are far longer than the batch, as often as they are used", () => {
  const long = "x".repeat(2 ** 16);
  const bytes = batchWith((writer) => {
    begin(writer, "unknown");
    writer.number(1);
    writer.text("kind");
    const rows = longestTexts / 2 ** 16 + 1;
    writer.number(rows);
    for (let row = 0; row < rows; row++) writer.text(long);
  });
  assertStringIncludes(refusal(bytes).message, "send fewer series at once");
});

test("readBatch() takes as many labels as there are bytes, in little time", () => {
  const count = 50_000;
  const bytes = batchWith((writer) => {
    begin(writer, "unknown");
    writer.number(count);
    for (let name = 0; name < count; name++) writer.text(`a${name}`);
    for (const each of [0, 1, partCodes.values, 0]) writer.number(each);
  });
  const began = performance.now();
  assertEquals(readBatch(bytes).families[0].family.labels.names.length, count);
  // It takes 50 ms; comparing each name with all others takes more than two seconds.
  assert(performance.now() - began < 1500);
});

test("readBatch() names the family whose bytes are malformed", () => {
  const bytes = batchWith((writer) => {
    beginRow(writer);
    writer.number(1);
    writer.byte(partCodes.bounds);
  });
  assertStringIncludes(refusal(bytes).message, "jobs: a counter has no bounds");
});

test("clientOf() gives a copy of the client's id, and refuses what is no batch", () => {
  const copy = new Uint8Array(batch);
  const { client, start } = clientOf(copy);
  assertEquals(start, headerOf().start);
  copy.fill(0);
  assertEquals(client, headerOf().client);
  assertThrows(() => clientOf(copy), BatchError);
  assertThrows(() => clientOf(batch.subarray(0, 30)), BatchError);
});

test("decodeFamilies() takes what no client sends, and refuses what is cut off", () => {
  const family = { ...counterOf("jobs_total", {}), created: [1_764_238_427.5] };
  const [{ bytes }] = encodeFamilies([{ family }], Infinity);
  assertEquals(decodeFamilies(bytes), [{ family }]);
  for (let length = 1; length < bytes.length; length++) {
    assertThrows(() => decodeFamilies(bytes.subarray(0, length)), BatchError);
  }
});

test("decodeInSteps() reads long families in steps", () => {
  const rows = 10_000;
  const labels = {
    names: ["id"],
    values: Array.from({ length: rows }, (_, row) => `${row}`),
    rows,
  };
  const native = {
    schema: 0,
    zeroThreshold: 0,
    zeroCount: 1,
    positive: { indexes: [], counts: [] },
    negative: { indexes: [], counts: [] },
    exemplars: [],
  };
  const exemplars = Array(rows).fill({ labels: {}, value: 1, timestamp: 1 });
  const counter = { ...counterOf("jobs_total"), labels, values: new Float64Array(rows) };
  const histogram: MetricFamily = {
    type: "histogram",
    name: "seconds",
    help: "Help.",
    labels,
    bounds: [],
    buckets: new Float64Array(rows),
    sums: new Float64Array(rows),
  };
  const stepsOf = (family: MetricFamily) => {
    const [{ bytes }] = encodeFamilies([{ family }], Infinity);
    const steps = decodeInSteps(bytes);
    for (let count = 0;; count++) if (steps.next().done) return count;
  };
  // Two for each column of 10,000, and one for the family.
  assertEquals(stepsOf(counter), 2 + 2 + 1);
  assertEquals(stepsOf({ ...counter, created: Array(rows).fill(1) }), 2 + 2 + 2 + 1);
  assertEquals(stepsOf({ ...counter, exemplars }), 2 + 39 + 2 + 1);
  assertEquals(stepsOf(histogram), 2 + 2 + 2 + 1);
  assertEquals(stepsOf({ ...histogram, native: Array(rows).fill(native) }), 2 + 2 + 2 + 39 + 1);
});
