import { assertEquals } from "@std/assert";
import { test } from "node:test";
import type { MetricFamily } from "../../../mod.ts";
import { EndedSeries } from "../../../src/push/remote_write/ended_series.ts";
import { staleHistogram } from "../../../src/push/remote_write/native_samples.ts";
import { stale } from "../../../src/push/remote_write/samples.ts";
import { progress, SentFamily, type Way } from "../../../src/push/remote_write/sent_family.ts";
import { counterOf, gaugeOf, histogramOf } from "../../support/families.ts";

/** A family of which all rows but the last were written. */
function sentOf(family: MetricFamily, way: Way = "steady"): SentFamily {
  const sent = new SentFamily({ family, way }, {});
  sent.settle(0, sent.rows - 1, progress.written);
  return sent;
}

function endedOf(...all: readonly SentFamily[]): EndedSeries {
  const ended = new EndedSeries();
  for (const sent of all) [...ended.add(sent)];
  return ended;
}

function namesOf(ended: EndedSeries, native = false): string[] {
  return [...ended.markers(5, native)].map(({ labels }) => labels.join(" "));
}

test("EndedSeries: a marker for each sample of a series that was written", () => {
  const ended = endedOf(sentOf(histogramOf("h", { a: "1" }, { a: "2" })));
  assertEquals(namesOf(ended), [
    "__name__ h_bucket a 1 le 1.0",
    "__name__ h_bucket a 1 le +Inf",
    "__name__ h_sum a 1",
    "__name__ h_count a 1",
  ]);
  const [{ value, time, start, metadata }] = ended.markers(5, false);
  assertEquals({ value, time, start, type: metadata.type }, {
    value: stale,
    time: 5,
    start: 0,
    type: "histogram",
  });
});

test("EndedSeries: native histograms have markers of their own", () => {
  const ended = endedOf(sentOf(histogramOf("h", {}, {}), "native"), sentOf(gaugeOf("g", {}, {})));
  assertEquals([namesOf(ended), namesOf(ended, true)], [["__name__ g"], ["__name__ h"]]);
  assertEquals([...ended.markers(5, true)][0].value, staleHistogram);
});

test("EndedSeries: series with times of their own have none", () => {
  const sent = sentOf(gaugeOf("g", { a: "own" }, { a: "none" }), "timed");
  sent.settle(0, 2, progress.written);
  sent.settleAt(0, 5000);
  sent.settleAt(1, NaN);
  const ended = new EndedSeries();
  [...ended.add(sent)];
  assertEquals(namesOf(ended), ["__name__ g a none"]);
});

test("EndedSeries: a marker is there until the server has answered, whatever it says", () => {
  const ended = endedOf(sentOf(counterOf("c", { a: "1" }, { a: "2" }, { a: "3" })));
  const names: string[] = [];
  // Answers come while later markers are still to be sent.
  for (const { labels, settle } of ended.markers(5, false)) {
    names.push(labels.join(" "));
    settle(names.length > 1 ? "written" : "refused");
  }
  assertEquals(names, ["__name__ c a 1", "__name__ c a 2"]);
  assertEquals(namesOf(ended), []);
});

test("EndedSeries: a series that is there again has none", () => {
  const ended = endedOf(sentOf(gaugeOf("g", { a: "1" }, { a: "2" }, { a: "3" })));
  [...ended.remove(sentOf(counterOf("g", { a: "2" }, { a: "9" })))];
  assertEquals(namesOf(ended), ["__name__ g a 1"]);
});

test("EndedSeries: other work may run each 256 samples", () => {
  const sent = sentOf(gaugeOf("g", ...Array.from({ length: 1001 }, (_, at) => ({ a: `${at}` }))));
  const ended = new EndedSeries();
  assertEquals([...ended.remove(sent)].length, 0);
  assertEquals([[...ended.add(sent)].length, [...ended.remove(sent)].length], [3, 3]);
});
