import { assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { test } from "node:test";
import { compareBytes, SeriesLabels } from "../../../src/push/remote_write/series_labels.ts";

// Around the surrogates and behind them, where UTF-16 and UTF-8 sort otherwise.
const unit = fc.constantFrom(
  "a",
  "_",
  "A",
  "é",
  "\ud7ff",
  "\ue000",
  "\uffff",
  "𐀀",
  "🛫",
  "\u{10ffff}",
);
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 5 }),
  fc.array(unit, { maxLength: 5 }).map((all) => all.join("")),
);

test("compareBytes: the order of the bytes in UTF-8", () => {
  fc.assert(fc.property(text, text, (one, other) => {
    const expected = Buffer.compare(Buffer.from(one), Buffer.from(other));
    assertEquals(Math.sign(compareBytes(one, other)), expected);
  }));
});

test("SeriesLabels: labels of target, row and sample, sorted by the bytes of their names", () => {
  const labels = new SeriesLabels(["zone", "Zone", "ÿ"], [{
    name: "h",
    label: { name: "le", value: "1.0" },
  }], { job: "shop" });
  assertEquals(labels.of(["a", "b", "c"], 0, { name: "h", label: { name: "le", value: "1.0" } }), [
    "Zone",
    "b",
    "__name__",
    "h",
    "job",
    "shop",
    "le",
    "1.0",
    "zone",
    "a",
    "ÿ",
    "c",
  ]);
});

test("SeriesLabels: an empty value is an absent label, as is that of a sample without one", () => {
  const lines = [{ name: "h_bucket", label: { name: "le", value: "1.0" } }, { name: "h_sum" }];
  const labels = new SeriesLabels(["a", "b"], lines, {});
  const values = ["1", "", "", "2"];
  const all = [0, 1].flatMap((row) => lines.map((line) => labels.of(values, row, line).join(" ")));
  assertEquals(all, [
    "__name__ h_bucket a 1 le 1.0",
    "__name__ h_sum a 1",
    "__name__ h_bucket b 2 le 1.0",
    "__name__ h_sum b 2",
  ]);
});

test("SeriesLabels: a label of the type and one of the family with the same name are two families' matter", () => {
  const labels = new SeriesLabels(["le"], [{ name: "a" }], {});
  assertEquals(labels.of(["5"], 0, { name: "a" }), ["__name__", "a", "le", "5"]);
});
