import { assertEquals } from "@std/assert";
import { test } from "node:test";
import {
  CollectionError,
  constCounter,
  constGauge,
  constHistogram,
  type ConstSample,
} from "../../mod.ts";
import { checkedFamily } from "../../src/model/gathering/check_family.ts";
import { assertThrowsWith } from "../support/rejects.ts";
import { seriesOf } from "../support/series.ts";

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

function noHistograms(): ReturnType<typeof constHistogram> {
  return constHistogram({ ...header, bounds: [1], samples: [] });
}
