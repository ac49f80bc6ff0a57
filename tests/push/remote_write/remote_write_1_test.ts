import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { ProtobufWriter } from "../../../src/exposition/protobuf/protobuf_writer.ts";
import type { FamilyMetadata } from "../../../src/push/remote_write/protocol.ts";
import { remoteWrite1 } from "../../../src/push/remote_write/remote_write_1.ts";
import { decodeMessage } from "../../support/remote_write.ts";

test("remoteWrite1: labels as text, and metadata of each family once", () => {
  const shared = remoteWrite1.open();
  const writer = new ProtobufWriter();
  const families: FamilyMetadata[] = [
    { name: "a", help: "A.", type: "gaugehistogram", unit: "bytes" },
    { name: "b", help: "", type: "unknown" },
  ];
  for (const [at, family] of [...families, families[0]].entries()) {
    const start = writer.begin(remoteWrite1.fields.series);
    shared.writeLabels(writer, ["__name__", family.name, "ü", `${at}`.repeat(200)]);
    shared.writeMetadata(writer, family);
    writer.end(start);
  }
  const message = new ProtobufWriter();
  message.bytes(shared.finish());
  message.bytes(writer.written);
  const { series, metadata, faults } = decodeMessage(message.finish(), "1.0");
  assertEquals(faults, []);
  assertEquals(series[2].labels, [["__name__", "a"], ["ü", "2".repeat(200)]]);
  assertEquals(metadata, [
    ["a", { type: "gaugehistogram", help: "A.", unit: "bytes" }],
    ["b", { type: "", help: "", unit: "" }],
  ]);
});
