import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import { constCounter, constHistogram, type MetricFamily } from "../../../mod.ts";
import { Sums } from "../../../src/aggregate/sums/sums.ts";
import { type LabelTable, labelTable, type NativeBuckets } from "../../../src/core.ts";
import type { FamilyDelta } from "../../../src/deltas/delta.ts";
import { seriesOf } from "../../support/series.ts";

const rows = 2500;
/** The most that is applied in a step. */
const rowsPerStep = 256;

function tableOf(first: number, end: number): LabelTable {
  return labelTable(Array.from({ length: end - first }, (_, at) => ({ id: `${first + at}` })));
}

function counterOf(first: number, end: number): MetricFamily {
  const { labels, rows } = { labels: tableOf(first, end), rows: end - first };
  const values = Float64Array.from({ length: rows }, (_, at) => (first + at) / 10);
  return { ...constCounter({ name: "jobs_total", help: "Jobs.", samples: [] }), labels, values };
}

function gaugeOf(first: number, end: number): MetricFamily {
  const values = Float64Array.from({ length: end - first }, (_, at) => first + at);
  const labels = tableOf(first, end);
  return { type: "gauge", name: "load", help: "Load.", merge: "sum", labels, values };
}

function newSums(seriesPerFamily = Infinity): Sums {
  return new Sums({ cardinality: { seriesPerFamily }, staleSeconds: 60, zeroSeconds: 0 });
}

const sender = { client: "aa", time: 1, now: 1 };

test("Sums apply a long family in steps of some series", () => {
  const sums = newSums();
  const steps = sums.applyInSteps([{ family: counterOf(0, rows) }], sender);
  const shown: number[] = [];
  for (;;) {
    const { done: isDone } = steps.next();
    shown.push(sums.families(1, true).reduce((sum, { labels }) => sum + labels.rows, 0));
    if (isDone) break;
  }
  const added = shown.map((rows, at) => rows - (shown[at - 1] ?? 0));
  assert(Math.max(...added) <= rowsPerStep, `${added}`);
  assertEquals(shown.at(-1), rows);
});

test("Sums take a short family at once, and many of them in several steps", () => {
  const stepsOf = (count: number) => {
    const families = Array.from({ length: count }, (_, at) => ({
      family: { ...counterOf(0, 1), name: `f${at}_total` },
    }));
    const steps = newSums().applyInSteps(families, sender);
    for (let number = 1;; number++) if (steps.next().done) return number;
  };
  assertEquals(stepsOf(10), 1);
  assert(stepsOf(1000) > 10);
});

test("Sums have the same of a long family as of its parts", () => {
  const kinds = [counterOf, gaugeOf];
  const [whole, parts] = [newSums(2000), newSums(2000)];
  for (const now of [1, 2]) {
    whole.apply(kinds.map((familyOf) => ({ family: familyOf(0, rows) })), { ...sender, now });
    for (let first = 0; first < rows; first += 500) {
      const families = kinds.map((familyOf) => ({ family: familyOf(first, first + 500) }));
      parts.apply(families, { ...sender, now });
    }
  }
  assertEquals(whole.exact(3), parts.exact(3));
  assertEquals(whole.budget, parts.budget);
});

test("Sums drop what is gone before they take what is there, however long the lists are", () => {
  const sums = newSums(1);
  sums.apply([{ family: gaugeOf(0, rows) }], sender);
  // All but the first one are together in the overflow series.
  sums.apply([{ family: gaugeOf(0, rows - 1), gone: tableOf(1, rows) }], sender);
  assertEquals(seriesOf(sums.families(1)[0]).length, 2);
});

test("Sums drop what is gone of a long list", () => {
  const sums = newSums();
  sums.apply([{ family: gaugeOf(0, rows) }], sender);
  sums.apply([{ family: gaugeOf(0, 0), gone: tableOf(1, rows) }], sender);
  assertEquals(seriesOf(sums.families(1)[0]).map(([{ id }]) => id), ["0"]);
});

test("Sums keep the order of a long family's labels, whichever series has them", () => {
  const names = ["a", "b"];
  // Only the last series has a label "a".
  const texts = Array.from({ length: rows }, (_, at) => ["", `${at}`]).concat([["1", ""]]);
  const labels: LabelTable = { names, values: texts.flat(), rows: texts.length };
  const sums = newSums();
  const values = new Float64Array(labels.rows).fill(1);
  sums.apply(
    [{ family: { ...counterOf(0, 0), labels, values } as MetricFamily }],
    sender,
  );
  assertEquals(sums.families(1)[0].labels.names, names);
});

test("Sums refuse a family for a count in its last series, and have nothing of it", () => {
  const native: NativeBuckets = {
    schema: 0,
    zeroThreshold: 0,
    zeroCount: 0,
    positive: { indexes: [0], counts: [1] },
    negative: { indexes: [], counts: [] },
    exemplars: [],
  };
  const deltaOf = (last: number): FamilyDelta => {
    const buckets = new Float64Array(2 * rows);
    for (let row = 0; row < rows; row++) buckets[2 * row] = row === rows - 1 ? last : 1;
    const family = {
      ...constHistogram({ name: "seconds", help: "Time.", bounds: [1], samples: [] }),
      labels: tableOf(0, rows),
      buckets,
      sums: new Float64Array(rows),
      native: Array.from({ length: rows }, () => native),
    };
    return { family: family as MetricFamily };
  };
  const sums = newSums();
  assertEquals(sums.apply([deltaOf(2 ** 53 - 1)], sender), []);
  const before = sums.exact(1, true);
  const [refusal] = sums.apply([deltaOf(1)], sender);
  assertEquals(refusal.family, "seconds");
  assertEquals(sums.exact(1, true), before);
});
