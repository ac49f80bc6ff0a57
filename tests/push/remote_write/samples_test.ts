import { assertEquals } from "@std/assert";
import { test } from "node:test";
import type { Exemplar } from "../../../src/core.ts";
import { ProtobufWriter } from "../../../src/exposition/protobuf/protobuf_writer.ts";
import { remoteWrite1 } from "../../../src/push/remote_write/remote_write_1.ts";
import { remoteWrite2 } from "../../../src/push/remote_write/remote_write_2.ts";
import {
  type SampleValue,
  stale,
  writeCreated,
  writeExemplar,
  writeSample,
} from "../../../src/push/remote_write/samples.ts";
import type { Protocol } from "../../../src/push/remote_write/protocol.ts";
import {
  bitsOf,
  decodeMessage,
  nanBits,
  staleBits,
  type WrittenSeries,
} from "../../support/remote_write.ts";

type Write = (writer: ProtobufWriter) => void;

/** A request with one series of these fields, as protobufjs reads it. */
function seriesOf(protocol: Protocol, write: Write, shared = protocol.open()): WrittenSeries {
  const body = new ProtobufWriter();
  const start = body.begin(protocol.fields.series);
  write(body);
  body.end(start);
  const writer = new ProtobufWriter();
  writer.bytes(shared.finish());
  writer.bytes(body.written);
  return decodeMessage(writer.finish(), protocol.version).series[0];
}

function sampleOf(protocol: Protocol, value: SampleValue, time = 5, start = 3) {
  return seriesOf(protocol, (writer) => writeSample(writer, protocol, value, { time, start }))
    .samples[0];
}

test("writeSample: value, time, and start if the protocol has it and it is known", () => {
  const two = remoteWrite2(true);
  assertEquals(sampleOf(two, 1.5), {
    value: 1.5,
    bits: bitsOf(1.5),
    timestamp: 5,
    startTimestamp: 3,
  });
  assertEquals(sampleOf(two, 1.5, 5, 0), { value: 1.5, bits: bitsOf(1.5), timestamp: 5 });
  assertEquals(sampleOf(remoteWrite1, 1.5), { value: 1.5, bits: bitsOf(1.5), timestamp: 5 });
});

test("writeSample: the bits of every kind of number, and of the end of a series", () => {
  for (const value of [0, -0, 1e-320, Infinity, -Infinity, Number.MAX_VALUE]) {
    assertEquals(sampleOf(remoteWrite1, value).bits, bitsOf(value));
  }
  assertEquals(sampleOf(remoteWrite1, NaN).bits, nanBits);
  assertEquals(sampleOf(remoteWrite1, stale).bits, staleBits);
  const otherNaN = new Float64Array(new BigUint64Array([0xfff8_0000_0000_0123n]).buffer)[0];
  assertEquals(sampleOf(remoteWrite1, otherNaN).bits, nanBits);
});

test("writeSample: times from 1970 to far away", () => {
  for (const time of [1, 127, 128, 2 ** 31, 2 ** 41, 2 ** 52, -1]) {
    assertEquals(sampleOf(remoteWrite1, 1, time).timestamp, time);
  }
});

test("writeSample: the value lies before the position that it returns", () => {
  const writer = new ProtobufWriter();
  writer.varint(5);
  const end = writeSample(writer, remoteWrite2(true), 0.1, { time: 2 ** 40, start: 2 ** 41 });
  const bytes = writer.written.slice(end - 8, end);
  assertEquals(new DataView(bytes.buffer).getFloat64(0, true), 0.1);
});

test("writeExemplar: sorted labels without empty ones, and the time in whole milliseconds", () => {
  const exemplar: Exemplar = {
    labels: { trace: "1", "𐀀": "3", "￿": "2", none: "" },
    value: NaN,
    timestamp: 1.2345,
  };
  for (const protocol of [remoteWrite1, remoteWrite2(true)]) {
    const shared = protocol.open();
    const { exemplars } = seriesOf(
      protocol,
      (writer) => writeExemplar(writer, protocol, shared, exemplar),
      shared,
    );
    assertEquals(exemplars, [{
      labels: [["trace", "1"], ["￿", "2"], ["𐀀", "3"]],
      value: NaN,
      timestamp: 1234,
    }]);
  }
});

test("writeCreated: only if there is a field and a start", () => {
  const created = (protocol: Protocol, start: number) =>
    seriesOf(protocol, (writer) => writeCreated(writer, protocol, start)).createdTimestamp;
  assertEquals(
    [remoteWrite2(true), remoteWrite2(false), remoteWrite1].map((each) => created(each, 7)),
    [7, undefined, undefined],
  );
  assertEquals(created(remoteWrite2(true), 0), undefined);
});
