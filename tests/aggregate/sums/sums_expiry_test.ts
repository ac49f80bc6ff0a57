import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import {
  constCounter,
  constGauge,
  constInfo,
  type LabelRecord,
  type MetricFamily,
} from "../../../mod.ts";
import { Sums } from "../../../src/aggregate/sums/sums.ts";
import type { SumsOptions } from "../../../src/aggregate/sums/sums_options.ts";
import { labelTable } from "../../../src/core.ts";
import type { AnyFamily } from "../../../src/model/metric_types.ts";
import { seriesOf } from "../../support/series.ts";

const counter = (...sets: readonly LabelRecord[]) =>
  constCounter({
    name: "jobs_total",
    help: "",
    samples: sets.map((labels) => ({ labels, value: 1 })),
  });
const gauge = (value: number, ...sets: readonly LabelRecord[]): MetricFamily => ({
  ...constGauge({
    name: "open",
    help: "",
    samples: sets.map((labels) => ({ labels, value })),
  }),
  merge: "liveSum",
});

const sumsOf = (options: Partial<SumsOptions> = {}) =>
  new Sums({ staleSeconds: 300, zeroSeconds: 0, ...options });
const send = (sums: Sums, client: string, now: number, ...families: readonly MetricFamily[]) =>
  sums.apply(families.map((family) => ({ family })), { client, time: now, now });

test("Sums drop idle series in a sweep only, and these come back from 0", () => {
  const sums = sumsOf({ cardinality: { idleSeconds: 100, seriesPerFamily: 2 } });
  send(sums, "a", 10, counter({ x: "1" }, { x: "2" }));
  sums.show(11);
  const [before] = sums.families(12);
  send(sums, "a", 60, counter({ x: "2" }));
  assertEquals([sums.mustSweep(110), sums.mustSweep(112)], [false, true]);
  assertEquals(sums.families(5000)[0].labels.rows, 2);
  sums.sweep(112);
  assertEquals(sums.mustSweep(113), false);
  const [after] = sums.families(113) as readonly AnyFamily[];
  assertEquals(seriesOf(after as MetricFamily), [[{ x: "2" }, 2]]);
  assertEquals(seriesOf(before), [[{ x: "1" }, 1], [{ x: "2" }, 1]]);
  assert(after.labels.values !== before.labels.values);

  // There is room for it again.
  send(sums, "a", 120, counter({ x: "1" }));
  const [anew] = sums.families(121) as readonly AnyFamily[];
  assertEquals(seriesOf(anew as MetricFamily), [[{ x: "2" }, 2], [{ x: "1" }, 0]]);
  assertEquals([...anew.created as Float64Array], [10, 120]);
  sums.show(121);
  assertEquals([...(sums.families(122)[0] as AnyFamily).values!], [2, 1]);
});

test("Sums drop a family with its last series, which may then be defined otherwise", () => {
  const sums = sumsOf({ cardinality: { idleSeconds: 100, series: 1 } });
  send(sums, "a", 10, counter({ x: "1" }));
  const gaugeNow = { ...gauge(4, {}), name: "jobs_total" };
  assertEquals(send(sums, "a", 11, gaugeNow).length, 1);
  sums.sweep(112);
  assertEquals(sums.families(112), []);
  assertEquals(send(sums, "a", 113, gaugeNow), []);
});

test("Sums drop idle values and infos too, and the overflow series", () => {
  const sums = sumsOf({
    cardinality: { idleSeconds: 100, seriesPerFamily: 1, onOverflow: () => {} },
  });
  const info = constInfo({ name: "build_info", help: "", samples: [{ labels: { v: "1" } }] });
  const { merge: _, ...latest } = gauge(4, { x: "1" }, { x: "2" }) as AnyFamily;
  send(sums, "a", 10, info, latest as MetricFamily);
  send(sums, "a", 50, { ...gauge(5, { x: "1" }), merge: "mostRecent" } as MetricFamily);
  sums.sweep(112);
  assertEquals(sums.families(112).map(seriesOf), [[[{ x: "1" }, 5]]]);
  sums.sweep(152);
  assertEquals(sums.families(152), []);
  assertEquals([sums.mustSweep(9999), sums.budget.overflows.size], [false, 0]);
});

test("Sums never show what a client had that is gone, whether it was swept or not", () => {
  const sums = sumsOf({ staleSeconds: 30 });
  send(sums, "a", 10, gauge(1, { x: "1" }, { x: "2" }));
  send(sums, "b", 20, gauge(2, { x: "1" }));
  const shownAt = (now: number) => sums.families(now).flatMap(seriesOf);
  assertEquals(shownAt(40), [[{ x: "1" }, 3], [{ x: "2" }, 1]]);
  assertEquals(shownAt(40.1), [[{ x: "1" }, 2]]);
  const [first, second] = [sums.families(41)[0], sums.families(42)[0]];
  assert(first.labels.values === second.labels.values);
  assertEquals([sums.mustSweep(40), sums.mustSweep(41)], [false, true]);

  sums.touch("b", 45);
  // It was gone already, and must send its values again.
  sums.touch("a", 45);
  assertEquals([sums.hasLiving("a", 0), sums.hasLiving("b", 0)], [false, true]);
  assertEquals(shownAt(46), [[{ x: "1" }, 2]]);
  sums.sweep(56);
  assertEquals(shownAt(57), [[{ x: "1" }, 2]]);
  send(sums, "a", 60, gauge(5, { x: "2" }));
  assertEquals(shownAt(61), [[{ x: "1" }, 2], [{ x: "2" }, 5]]);
  sums.sweep(1000);
  assertEquals([sums.families(1000), sums.hasLiving("a", 0), sums.mustSweep(9999)], [
    [],
    false,
    false,
  ]);
});

test("Sums drop a client that is gone before others which were heard of earlier", () => {
  const sums = sumsOf({ staleSeconds: 30 });
  send(sums, "a", 10, gauge(1, {}));
  send(sums, "b", 20, gauge(2, {}));
  sums.touch("a", 35);
  assertEquals([sums.mustSweep(50), sums.mustSweep(51)], [false, true]);
  sums.sweep(51);
  assertEquals([sums.hasLiving("a", 0), sums.hasLiving("b", 0)], [true, false]);
});

test("Sums drop a series at once that its client has no longer, and its row later", () => {
  const sums = sumsOf({ cardinality: { seriesPerFamily: 2 } });
  const [one, two, three] = [{ x: "1" }, { x: "2" }, { x: "3" }];
  send(sums, "a", 10, gauge(1, one, two));
  sums.apply([{ family: gauge(1), gone: labelTable([{ x: "2" }, { x: "9" }]) }], {
    client: "a",
    time: 11,
    now: 11,
  });
  assertEquals(sums.families(12).flatMap(seriesOf), [[one, 1]]);
  assertEquals([sums.mustSweep(21), sums.mustSweep(22)], [false, true]);
  sums.sweep(22);
  assertEquals([sums.mustSweep(23), sums.families(23)[0].labels.rows], [false, 1]);
  send(sums, "a", 24, gauge(2, three));
  assertEquals(sums.families(25).flatMap(seriesOf), [[one, 1], [three, 2]]);
  sums.apply([{ family: gauge(1), gone: labelTable([one, three]) }], {
    client: "a",
    time: 26,
    now: 26,
  });
  assertEquals([sums.hasLiving("a", 0), sums.families(27)], [false, []]);
});

test("Sums sweep exactly what mustSweep() says, however often they are sent to", () => {
  const sums = sumsOf({ cardinality: { idleSeconds: 50 }, staleSeconds: 20 });
  let seed = 1;
  const random = (below: number) => (seed = seed * 48271 % 2147483647) % below;
  let [sweeps, wrong] = [0, 0];
  for (let now = 1; now < 1000; now += random(30) / 10) {
    if (random(3) > 0) send(sums, `${random(4)}`, now, counter({ x: `${random(9)}` }));
    if (random(20) === 0) send(sums, `${random(4)}`, now, gauge(1, { x: `${random(3)}` }));
    const before = sums.dump(1e6).join();
    const must = sums.mustSweep(now);
    sums.sweep(now);
    if (must) sweeps++;
    if (must === (sums.dump(1e6).join() === before)) wrong++;
    assertEquals(sums.mustSweep(now), false);
  }
  assert(sweeps > 20, `${sweeps}`);
  assertEquals(wrong, 0);
});
