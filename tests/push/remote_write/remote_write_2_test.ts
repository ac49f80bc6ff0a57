import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import { ProtobufWriter } from "../../../src/exposition/protobuf/protobuf_writer.ts";
import { remoteWrite2 } from "../../../src/push/remote_write/remote_write_2.ts";
import { decodeMessage } from "../../support/remote_write.ts";

test("remoteWrite2: each text is a symbol once, behind the empty one", () => {
  const shared = remoteWrite2(true).open();
  const series = new ProtobufWriter();
  for (const queue of ["a", "jobs", "Jobs."]) {
    const start = series.begin(5);
    shared.writeLabels(series, ["__name__", "jobs", "queue", queue]);
    shared.writeMetadata(series, {
      name: "jobs",
      help: queue === "a" ? "" : "Jobs.",
      type: "stateset",
    });
    series.end(start);
  }
  const message = new ProtobufWriter();
  message.bytes(shared.finish());
  message.bytes(series.written);
  const { symbols, faults, series: read } = decodeMessage(message.finish(), "2.0");
  assertEquals(faults, []);
  assertEquals(symbols, ["", "__name__", "jobs", "queue", "a", "Jobs."]);
  assertEquals(
    read.map((
      { labels, metadata },
    ) => [labels[1][1], metadata?.help, metadata?.unit, metadata?.type]),
    [
      ["a", "", "", "stateset"],
      ["jobs", "Jobs.", "", "stateset"],
      ["Jobs.", "Jobs.", "", "stateset"],
    ],
  );
});

test("remoteWrite2: a name like that of a property of all objects is a symbol as any other", () => {
  const shared = remoteWrite2(true).open();
  const series = new ProtobufWriter();
  const start = series.begin(5);
  shared.writeLabels(series, ["constructor", "__proto__"]);
  series.end(start);
  const message = new ProtobufWriter();
  message.bytes(shared.finish());
  message.bytes(series.written);
  assertEquals(decodeMessage(message.finish(), "2.0").series[0].labels, [[
    "constructor",
    "__proto__",
  ]]);
});

test("remoteWrite2: its content type has no space, and only one version of it the older field of starts", () => {
  assert(!remoteWrite2(true).headers["Content-Type"].includes(" "));
  assertEquals([remoteWrite2(true), remoteWrite2(false)].map(({ fields }) => fields.created), [
    6,
    undefined,
  ]);
});
