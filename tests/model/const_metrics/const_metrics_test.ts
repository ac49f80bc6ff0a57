import { assertEquals } from "@std/assert";
import { test } from "node:test";
import {
  CollectionError,
  constCounter,
  constGauge,
  constGaugeHistogram,
  constHistogram,
  type ConstSample,
  constStateSet,
  constSummary,
  constUnknown,
} from "../../../mod.ts";
import { checkedFamily } from "../../support/families.ts";
import { assertThrowsWith } from "../../support/rejects.ts";
import { seriesOf } from "../../support/series.ts";

const header = { name: "pool_seconds", help: "Pool.", unit: "seconds" };

test("a constant counter or gauge has its samples as series", () => {
  const samples: ConstSample[] = [{ labels: { a: "1" }, value: 2 }, {
    labels: { b: "3" },
    value: 0.5,
  }];
  for (const [make, type] of [[constCounter, "counter"], [constGauge, "gauge"]] as const) {
    const family = make({ ...header, samples });
    checkedFamily(family);
    const { name, help, unit } = family;
    assertEquals({ name, help, unit, type: family.type }, { ...header, type });
    assertEquals(seriesOf(family), [[{ a: "1" }, 2], [{ b: "3" }, 0.5]]);
  }
});

test("a constant family may have one series, without labels", () => {
  const family = constGauge({ ...header, samples: [{ value: NaN }] });
  checkedFamily(family);
  assertEquals(seriesOf(family), [[{}, NaN]]);
});

test("a constant family without samples is empty", () => {
  for (const family of [constCounter({ ...header, samples: [] }), noHistograms()]) {
    checkedFamily(family);
    assertEquals(seriesOf(family), []);
  }
});

test("a constant histogram has its buckets as they are given, not cumulated", () => {
  const family = constHistogram({
    ...header,
    bounds: [0.1, 1],
    samples: [{ labels: { a: "1" }, buckets: [1, 2, 3], sum: 9 }, { buckets: [0, 0, 0], sum: 0 }],
  });
  checkedFamily(family);
  assertEquals(family.bounds, [0.1, 1]);
  assertEquals(seriesOf(family), [[{ a: "1" }, 1, 2, 3, 9], [{}, 0, 0, 0, 0]]);
});

test("a constant histogram needs one bucket more than there are bounds", () => {
  for (const buckets of [[], [1], [1, 2], [1, 2, 3, 4]]) {
    assertThrowsWith(
      () => constHistogram({ ...header, bounds: [1, 2], samples: [{ buckets, sum: 0 }] }),
      CollectionError,
      "pool_seconds: ",
      `${buckets.length} buckets`,
      "3",
    );
  }
});

test("a constant family has no property samples", () => {
  const family = constGauge({ ...header, samples: [{ value: 1 }] });
  assertEquals("samples" in family, false);
});

/** Each maker with this in place of a number of its only sample. */
const withNumber: Readonly<Record<string, (value: number) => unknown>> = {
  value: (value) => constCounter({ ...header, samples: [{ value }] }),
  "a value": (value) => constGauge({ ...header, samples: [{ value: 1 }, { value }] }),
  "unknown value": (value) => constUnknown({ ...header, samples: [{ value }] }),
  buckets: (value) =>
    constHistogram({ ...header, bounds: [1], samples: [{ buckets: [1, value], sum: 1 }] }),
  sum: (value) =>
    constGaugeHistogram({ ...header, bounds: [], samples: [{ buckets: [1], sum: value }] }),
  count: (value) => constSummary({ ...header, samples: [{ count: value, sum: 1 }] }),
  values: (value) =>
    constSummary({ ...header, quantiles: [1], samples: [{ count: 1, sum: 1, values: [value] }] }),
};

for (const [what, make] of Object.entries(withNumber)) {
  test(`a constant family refuses what is no number: ${what}`, () => {
    for (
      const [value, ...parts] of [[undefined, "undefined"], [null, "null"], ["3", '"3"'], [
        true,
        "true",
      ], [
        5n,
        "5 is a bigint",
      ], [{}, "[object Object]"]]
    ) {
      const call = () => make(value as number);
      assertThrowsWith(
        call,
        CollectionError,
        "pool_seconds: ",
        ...parts as string[],
        "not a number",
      );
    }
    make(NaN);
  });
}

const malformedFamilies: [unknown, ...string[]][] = [
  [undefined, "a family: "],
  [{ ...header, name: 5, samples: [] }, "5: name 5 must be a string"],
  [{ name: "a", samples: [] }, "a: help undefined must be a string"],
  [{ ...header, unit: 5, samples: [] }, "unit 5 must be a string"],
  [{ ...header }, "samples undefined must be a list"],
  [{ ...header, samples: { value: 1 } }, "samples [object Object] must be a list"],
  [{ ...header, labels: { a: "1" }, samples: [] }, `unknown option "labels"`],
  [{ ...header, samples: [5] }, "pool_seconds: 5 is not a sample"],
  [{ ...header, samples: [undefined] }, "pool_seconds: undefined is not a sample"],
  [{ ...header, samples: [{ value: 1, labels: "a" }] }, "is not a sample", "labels by their names"],
  [{ ...header, samples: [{ value: 1, timestamp: "5" }] }, `timestamp "5" is a string`],
];

test("a constant family of another shape is refused, and the message names family and value", () => {
  for (const [family, ...parts] of malformedFamilies) {
    assertThrowsWith(
      () => constGauge(family as Parameters<typeof constGauge>[0]),
      CollectionError,
      ...parts,
    );
  }
  const bounds = "1" as unknown as number[];
  const histogram = () => constHistogram({ ...header, bounds, samples: [] });
  assertThrowsWith(histogram, CollectionError, `pool_seconds: bounds "1" must be a list`);
  const buckets = 5 as unknown as number[];
  const number = () => constHistogram({ ...header, bounds: [], samples: [{ buckets, sum: 1 }] });
  assertThrowsWith(number, CollectionError, "pool_seconds: a sample has buckets 5; give it 1");
});

test("a constant state set knows its states", () => {
  const wrong: [unknown, string][] = [[["of"], `"of"`], ["on", `"on"`], [undefined, "undefined"]];
  for (const [on, part] of wrong) {
    const samples = [{ on: on as string[] }];
    const make = () => constStateSet({ ...header, states: ["on", "off"], samples });
    assertThrowsWith(
      make,
      CollectionError,
      `pool_seconds: on has ${part}; give a list of its states`,
    );
  }
});

test("a constant family has the timestamps of its samples, if one has any", () => {
  const timestamp = 1_700_000_000;
  const timed = constGauge({
    ...header,
    samples: [{ labels: { a: "1" }, value: 1 }, { value: 2, timestamp }],
  });
  assertEquals(timed.timestamps, Float64Array.of(NaN, timestamp));
  assertEquals("timestamps" in constGauge({ ...header, samples: [{ value: 1 }] }), false);
});

function noHistograms(): ReturnType<typeof constHistogram> {
  return constHistogram({ ...header, bounds: [1], samples: [] });
}
