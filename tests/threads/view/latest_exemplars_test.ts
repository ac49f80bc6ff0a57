import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import type { MetricFamily } from "../../../src/core.ts";
import {
  LatestExemplars,
  type PublishedExemplar,
} from "../../../src/threads/view/latest_exemplars.ts";
import { counterOf, gaugeOf, histogramOf } from "../../support/families.ts";
import { withWallClock } from "../../support/wall_clock.ts";

function published(id: string, part: Partial<PublishedExemplar> = {}, timestamp = 1) {
  const exemplar = { labels: { id }, value: timestamp, timestamp };
  return { family: "a", values: ["x"], bucket: 0, exemplar, ...part };
}

function idsOf(exemplars: LatestExemplars, family: MetricFamily, key = "a") {
  const attached = exemplars.attach(key, family);
  assert("exemplars" in attached);
  return attached.exemplars?.map((each) => each?.labels.id);
}

test("LatestExemplars: each bucket of each series has the newest, in whichever order they come", () => {
  const exemplars = new LatestExemplars();
  exemplars.set(published("old"));
  exemplars.set(published("new", {}, 5));
  exemplars.set(published("older", {}, 4));
  exemplars.set(published("other bucket", { bucket: 1 }, 2));
  exemplars.set(published("other series", { values: ["y"], bucket: 1 }, 2));
  exemplars.set(published("other family", { family: "b" }, 9));
  const family = histogramOf("a", { id: "x" }, { id: "z" }, { id: "y" });
  assertEquals(idsOf(exemplars, family), [
    "new",
    "other bucket",
    undefined,
    undefined,
    undefined,
    "other series",
  ]);
  exemplars.set(published("equal", {}, 5));
  assertEquals(idsOf(exemplars, family)?.[0], "equal");
});

test("LatestExemplars: after the clock was set back, new ones are not older than those of before", () =>
  withWallClock((clock) => {
    const exemplars = new LatestExemplars();
    const family = counterOf("a", { id: "x" });
    exemplars.set(published("before", {}, clock.now));
    clock.advance(-3600);
    exemplars.set(published("after", {}, clock.now - 1));
    assertEquals(idsOf(exemplars, family), ["after"]);
    exemplars.set(published("older", {}, clock.now - 2));
    assertEquals(idsOf(exemplars, family), ["after"]);
    exemplars.set(published("now", {}, clock.now));
    exemplars.set(published("older", {}, clock.now - 1));
    assertEquals(idsOf(exemplars, family), ["now"]);
    clock.advance(7200);
    exemplars.set(published("later", {}, clock.now));
    assertEquals(idsOf(exemplars, family), ["later"]);
  }));

test("LatestExemplars: series with several labels have their own", () => {
  const exemplars = new LatestExemplars();
  exemplars.set(published("first", { values: ["1", "2"] }));
  exemplars.set(published("third", { values: ["2", "1"] }));
  const family = counterOf("a", { x: "1", y: "2" }, { x: "2", y: "2" }, { x: "2", y: "1" });
  assertEquals(idsOf(exemplars, family), ["first", undefined, "third"]);
});

test("LatestExemplars: those of series that are gone are discarded with the next page", () => {
  const exemplars = new LatestExemplars();
  exemplars.set(published("x"));
  assertEquals(idsOf(exemplars, counterOf("a", { id: "y" })), [undefined]);
  assertEquals(idsOf(exemplars, counterOf("a", { id: "x" })), [undefined]);
});

test("LatestExemplars: families that have none, or cannot have any, stay as they are", () => {
  const exemplars = new LatestExemplars();
  const counter = counterOf("a", { id: "x" });
  assertEquals(exemplars.attach("a", counter) === counter, true);
  exemplars.set(published("x"));
  const gauge = gaugeOf("a", { id: "x" });
  assertEquals(exemplars.attach("a", gauge) === gauge, true);
});

test("LatestExemplars: of more than 10,000 series those that were recorded last have theirs", () => {
  const exemplars = new LatestExemplars();
  const values = (id: number) => [`${id}`];
  for (let id = 0; id < 10_000; id++) exemplars.set(published("x", { values: values(id) }));
  exemplars.set(published("again", { values: values(0) }));
  exemplars.set(published("one more", { values: values(10_000) }));
  const family = counterOf("a", { id: "0" }, { id: "1" }, { id: "2" }, { id: "10000" });
  assertEquals(idsOf(exemplars, family), ["again", undefined, "x", "one more"]);
});

test("LatestExemplars.publish(): what was not sent yet is drained once, the newest of each bucket", () => {
  const exemplars = new LatestExemplars();
  assertEquals(exemplars.publish(published("first")), true);
  assertEquals(exemplars.publish(published("second", {}, 2)), false);
  assertEquals(idsOf(exemplars, counterOf("a", { id: "x" })), ["second"]);
  assertEquals(exemplars.publish(published("bucket", { bucket: 1 })), false);
  assertEquals(exemplars.publish(published("series", { values: ["y"] })), false);
  const ids = () =>
    exemplars.drain().map(({ exemplar, ...rest }) => [exemplar.labels.id, rest.bucket]);
  assertEquals(ids(), [["second", 0], ["bucket", 1], ["series", 0]]);
  assertEquals(ids(), []);
  assertEquals(exemplars.publish(published("third")), true);
  // Those that others sent are not sent again.
  exemplars.set(published("of others", { values: ["z"] }));
  assertEquals(ids(), [["third", 0]]);
});

test("LatestExemplars.publish(): a native histogram's are drained apart, as many as it retains", () => {
  const native = { exemplars: 2, exemplarTtlSeconds: 100 };
  const exemplars = new LatestExemplars();
  for (const [at, id] of ["a", "b", "c"].entries()) {
    exemplars.publish(published(id, { native, bucket: 0 }, 10 ** at));
  }
  exemplars.publish(published("other", { native, values: ["y"] }));
  const drained = exemplars.drain();
  assertEquals([exemplars.drain(), exemplars.publish(published("x", { native }))], [[], true]);
  const of = (native: boolean, value: string) =>
    drained.filter((each) => (each.native !== undefined) === native && each.values[0] === value)
      .map(({ exemplar }) => exemplar.labels.id);
  assertEquals([of(false, "x"), of(false, "y"), of(true, "y")], [["c"], ["other"], ["other"]]);
  assertEquals(of(true, "x").length, 2);
  assertEquals(
    drained.filter(({ native }) => native).every(({ bucket }) => bucket === undefined),
    true,
  );
  // What is only for the native buckets is no exemplar of a classic one.
  const receiver = new LatestExemplars();
  drained.forEach((each) => each.native && receiver.set(each));
  const none = { indexes: [], counts: [] };
  const buckets = {
    schema: 0,
    zeroThreshold: 0,
    zeroCount: 1,
    positive: none,
    negative: none,
    exemplars: [],
  };
  const family = { ...histogramOf("a", { id: "x" }, { id: "q" }), native: [buckets, buckets] };
  const attached = receiver.attach("a", family);
  assert(attached.type === "histogram");
  assertEquals(attached.exemplars, [undefined, undefined, undefined, undefined]);
  assertEquals(attached.native?.map(({ exemplars }) => exemplars.length), [2, 0]);
  assertEquals(family.native[0].exemplars, []);
});
