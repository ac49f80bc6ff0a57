import { assertEquals } from "@std/assert";
import { test } from "node:test";
import type { NativeBuckets } from "../../../src/core.ts";
import { ProtobufWriter } from "../../../src/exposition/protobuf/protobuf_writer.ts";
import {
  atZero,
  type NativeSample,
  nativeSample,
  staleHistogram,
  writeNativeSample,
} from "../../../src/push/remote_write/native_samples.ts";
import { remoteWrite1 } from "../../../src/push/remote_write/remote_write_1.ts";
import { remoteWrite2 } from "../../../src/push/remote_write/remote_write_2.ts";
import { histogramOf } from "../../support/families.ts";
import {
  bitsOf,
  decodeMessage,
  staleBits,
  type WrittenHistogram,
} from "../../support/remote_write.ts";

function written(sample: NativeSample, protocol = remoteWrite2(true), start = 3): WrittenHistogram {
  const writer = new ProtobufWriter();
  if (protocol.version === "2.0") writer.bytes(protocol.open().finish());
  const series = writer.begin(protocol.fields.series);
  writeNativeSample(writer, protocol, sample, { time: 5, start });
  writer.end(series);
  const { series: [{ histograms }], faults } = decodeMessage(writer.finish(), protocol.version);
  assertEquals(faults, []);
  return histograms[0];
}

const native: NativeBuckets = {
  schema: -2,
  zeroThreshold: 0.001,
  zeroCount: 4,
  positive: { indexes: [-3, -2, 10], counts: [1, 3, 2] },
  negative: { indexes: [5], counts: [7] },
  exemplars: [],
};
const seconds = {
  ...histogramOf("seconds", {}),
  buckets: Float64Array.of(9, 8),
  sums: Float64Array.of(1.5),
};
const sum = (value: number) => ({ value, bits: bitsOf(value) });

test("writeNativeSample: spans and deltas of counts that are whole", () => {
  assertEquals(written(nativeSample({ ...seconds, native: [native] }, 0)), {
    countInt: 17,
    sum: sum(1.5),
    schema: -2,
    zeroThreshold: 0.001,
    zeroCountInt: 4,
    negativeSpans: [{ offset: 5, length: 1 }],
    negativeDeltas: [7],
    positiveSpans: [{ offset: -3, length: 2 }, { offset: 11, length: 1 }],
    positiveDeltas: [1, 2, -1],
    timestamp: 5,
    startTimestamp: 3,
  });
});

test("writeNativeSample: a gauge histogram with fractions has counts as doubles, and may shrink", () => {
  const family = {
    ...seconds,
    type: "gaugehistogram" as const,
    buckets: Float64Array.of(0.5, 0),
    native: [{
      ...native,
      zeroCount: 0,
      positive: { indexes: [1], counts: [0.5] },
      negative: { indexes: [], counts: [] },
    }],
  };
  assertEquals(written(nativeSample(family, 0), remoteWrite1), {
    countFloat: 0.5,
    sum: sum(1.5),
    schema: -2,
    zeroThreshold: 0.001,
    zeroCountFloat: 0,
    positiveSpans: [{ offset: 1, length: 1 }],
    positiveCounts: [0.5],
    resetHint: "GAUGE",
    timestamp: 5,
  });
});

test("writeNativeSample: classic buckets become custom ones, and short gaps are filled", () => {
  const family = {
    ...histogramOf("seconds", {}, {}),
    bounds: [0.5, 1, 2],
    buckets: Float64Array.of(1, 1, 1, 1, 0, 3, 0, 4),
  };
  assertEquals(written(nativeSample(family, 1), remoteWrite2(true), 0), {
    countInt: 7,
    sum: sum(0.5),
    schema: -53,
    zeroThreshold: 0,
    zeroCountInt: 0,
    positiveSpans: [{ offset: 1, length: 3 }],
    positiveDeltas: [3, -3, 4],
    customValues: [0.5, 1, 2],
    timestamp: 5,
  });
});

test("writeNativeSample: one that has ended, and one at zero, which keeps its resolution", () => {
  const { sum: { bits } } = written(staleHistogram);
  assertEquals(bits, staleBits);
  const { sum: none, countInt, schema, zeroThreshold, positiveSpans } = written(
    atZero(nativeSample({ ...seconds, native: [native] }, 0)),
  );
  assertEquals({ none, countInt, schema, zeroThreshold, positiveSpans }, {
    none: sum(0),
    countInt: 0,
    schema: -2,
    zeroThreshold: 0.001,
    positiveSpans: undefined,
  });
  assertEquals(written(atZero(nativeSample(seconds, 0))).customValues, [1]);
});
