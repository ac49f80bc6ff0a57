import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import type { LabelRecord, MetricFamily } from "../../../mod.ts";
import { Sums } from "../../../src/aggregate/sums/sums.ts";
import { changesOf, sentOf } from "../../../src/deltas/changes.ts";
import type { FamilyDelta } from "../../../src/deltas/delta.ts";
import { labelsOfRow, labelTable } from "../../../src/core.ts";

/** What a client records: a number of the scale of 2^exponent, to a series. */
interface Recording {
  readonly client: number;
  readonly series: number;
  readonly units: number;
  readonly exponent: number;
}

const exponents = [-60, -33, 0, 40] as const;
const recording: fc.Arbitrary<Recording> = fc.record({
  client: fc.nat(3),
  series: fc.nat(5),
  units: fc.nat(2 ** 20),
  exponent: fc.constantFrom(...exponents),
});
type Step = Recording | { readonly flush: number } | { readonly page: true };
const step: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: recording, weight: 6 },
  { arbitrary: fc.record({ flush: fc.nat(3) }), weight: 3 },
  { arbitrary: fc.constant({ page: true as const }), weight: 1 },
);

/** Label sets that clients write in different orders, some with a label that is empty. */
const sets: readonly ((client: number) => LabelRecord)[] = [
  () => ({}),
  (client) => client % 2 === 0 ? { a: "1", b: "2" } : { b: "2", a: "1" },
  () => ({ a: "1" }),
  () => ({ b: "1" }),
  (client): LabelRecord => client % 2 === 0 ? { c: "x" } : { a: "", c: "x" },
  () => ({ c: "y", a: "1" }),
];
const keyOf = (labels: LabelRecord) =>
  JSON.stringify(Object.entries(labels).filter(([, value]) => value !== "").sort());

/** A client: what it has counted by label set, and what it has sent. */
class Client {
  readonly #id: number;
  readonly #totals = new Map<number, { count: number; sum: number }>();
  #sent = new Map<string, MetricFamily>();

  constructor(id: number) {
    this.#id = id;
  }

  record(series: number, value: number): void {
    const { count, sum } = this.totalOf(series);
    this.#totals.set(series, { count: count + 1, sum: sum + value });
  }

  totalOf(series: number): { count: number; sum: number } {
    return this.#totals.get(series) ?? { count: 0, sum: 0 };
  }

  flush(): FamilyDelta[] {
    const rows = [...this.#totals];
    const labels = labelTable(rows.map(([series]) => sets[series](this.#id)));
    const counts = rows.map(([, { count }]) => count);
    const sums = Float64Array.from(rows, ([, { sum }]) => sum);
    const header = { help: `As client ${this.#id} says.`, labels };
    const families: MetricFamily[] = [
      { ...header, type: "counter", name: "bytes_total", values: sums },
      {
        ...header,
        type: "histogram",
        name: "size",
        bounds: [0],
        buckets: Float64Array.from(counts.flatMap((count) => [0, count])),
        sums,
      },
    ];
    return families.flatMap((family) => {
      const before = this.#sent.get(family.name);
      const delta = changesOf(before, family);
      this.#sent.set(family.name, sentOf(before, family));
      return delta ?? [];
    });
  }
}

test("Sums are the exact sums of what all clients sent, rounded once, and never go down", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const clients = [0, 1, 2, 3].map((id) => new Client(id));
      const sums = new Sums({ staleSeconds: 1, zeroSeconds: 0 });
      let last = new Map<string, readonly number[]>();
      let now = 1;
      const page = () => {
        if (sums.hasNewborns) sums.show(now);
        const shown = new Map(sums.families(now++).flatMap(numbersOf));
        for (const [key, numbers] of last) {
          numbers.forEach((number, at) => assert(shown.get(key)![at] >= number, key));
        }
        return last = shown;
      };
      for (const step of steps) {
        if ("page" in step) page();
        else if ("flush" in step) flush(step.flush);
        else clients[step.client].record(step.series, step.units * 2 ** step.exponent);
      }
      clients.forEach((_, id) => flush(id));
      page();
      const expected = new Map<string, readonly number[]>();
      sets.forEach((set, series) => {
        // A client's sum is a double; those of several are added as integers of 2^-80.
        const totals = clients.map((client) => client.totalOf(series));
        const count = totals.reduce((all, { count }) => all + count, 0);
        if (count === 0) return;
        const sum = Number(totals.reduce((all, { sum }) => all + asInteger(sum), 0n)) / 2 ** 80;
        const key = keyOf(set(0));
        expected.set(`bytes_total${key}`, [sum]).set(`size${key}`, [sum, 0, count]);
      });
      assertEquals(page(), expected);

      function flush(id: number): void {
        const refused = sums.apply(clients[id].flush(), { client: `${id}`, time: now, now });
        assertEquals(refused, []);
      }
    }),
    { numRuns: 150 },
  );
});

/** A double as a multiple of 2^-80; all that are recorded here are one. */
function asInteger(number: number): bigint {
  return BigInt(number * 2 ** 80);
}

function numbersOf(family: MetricFamily): [key: string, numbers: readonly number[]][] {
  return Array.from({ length: family.labels.rows }, (_, row) => {
    const key = family.name + keyOf(labelsOfRow(family.labels, row));
    if (family.type === "counter") return [key, [family.values[row]]];
    if (family.type !== "histogram") throw new Error(`${family.type} is not expected`);
    return [key, [family.sums[row], ...family.buckets.subarray(2 * row, 2 * row + 2)]];
  });
}
