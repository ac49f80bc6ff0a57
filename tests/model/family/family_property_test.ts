import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import type { LabelRecord } from "../../../mod.ts";
import { Family } from "../../../src/model/family/family.ts";
import { CounterFamily } from "../../../src/metrics/counter.ts";
import { type Series, seriesOf } from "../../support/series.ts";

type LabelSet = Readonly<Record<string, string | number | boolean>>;

interface Operation {
  readonly kind: "labels" | "inc" | "remove" | "removeMatching" | "clear" | "collect";
  readonly values: readonly (string | number | boolean)[];
  /** Which labels a partial set has, a bit a label. */
  readonly mask: number;
}

/** The same as a family, in the simplest way: series by their label values as JSON. */
class Model {
  readonly #series = new Map<string, { readonly labels: LabelRecord; value: number }>();

  inc(set: LabelSet, by: number): void {
    const labels = Object.fromEntries(Object.entries(set).map(([name, v]) => [name, String(v)]));
    const key = keyOf(set);
    const present = this.#series.get(key) ?? { labels, value: 0 };
    present.value += by;
    this.#series.set(key, present);
  }

  remove(set: LabelSet): boolean {
    return this.#series.delete(keyOf(set));
  }

  removeMatching(partial: LabelSet): number {
    const wanted = Object.entries(partial);
    const found = [...this.#series].filter(([, { labels }]) =>
      wanted.every(([name, value]) => labels[name] === String(value))
    );
    for (const [key] of found) this.#series.delete(key);
    return found.length;
  }

  clear(): void {
    this.#series.clear();
  }

  collect(): readonly Series[] {
    return Array.from(this.#series.values(), ({ labels, value }) => {
      const present = Object.entries(labels).filter(([, text]) => text !== "");
      return [Object.fromEntries(present), value];
    });
  }
}

/** Few values, so that sets meet again, and such as trip joined keys and plain objects. */
const value = fc.constantFrom("", "a", "|", "a|", "|a", ",", "1", 1, true, "true", "constructor");

const operation: fc.Arbitrary<Operation> = fc.record({
  kind: fc.oneof(
    { weight: 5, arbitrary: fc.constant("inc" as const) },
    { weight: 3, arbitrary: fc.constantFrom("labels" as const, "remove" as const) },
    { weight: 2, arbitrary: fc.constantFrom("collect" as const, "removeMatching" as const) },
    { weight: 1, arbitrary: fc.constant("clear" as const) },
  ),
  values: fc.tuple(value, value, value, value),
  mask: fc.nat(15),
});

const options = { maxLength: 400, size: "max" } as const;

test("Family behaves like a map from label sets to children", () => {
  const operations = fc.array(operation, options);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), operations, (width, operations) => {
      const names = ["a", "constructor", "c", "d"].slice(0, width);
      const family = new CounterFamily<LabelSet>({ name: "a", help: "", labels: names });
      const model = new Model();
      const snapshots: [ReturnType<typeof family.collect>[number], readonly Series[]][] = [];
      for (const { kind, values, mask } of operations) {
        const entries = names.map((name, at) => [name, values[at]] as const);
        const set = Object.fromEntries(mask % 2 === 0 ? entries : entries.reverse());
        switch (kind) {
          case "labels":
            family.labels(set);
            model.inc(set, 0);
            break;
          case "inc":
            if (width === 1 && mask > 7) Family.childWithValue(family, values[0]).inc(mask);
            else family.inc(set, mask);
            model.inc(set, mask);
            break;
          case "remove":
            assertEquals(family.remove(set), model.remove(set));
            break;
          case "removeMatching": {
            const some = entries.filter((_, at) => (mask >> at) % 2 === 1);
            const partial = Object.fromEntries(some);
            assertEquals(family.removeMatching(partial), model.removeMatching(partial));
            break;
          }
          case "clear":
            family.clear();
            model.clear();
            break;
          case "collect":
            snapshots.push([family.collect()[0], model.collect()]);
        }
      }
      snapshots.push([family.collect()[0], model.collect()]);
      for (const [snapshot, expected] of snapshots) assertEquals(seriesOf(snapshot), expected);
    }),
    { numRuns: 200 },
  );
});

function keyOf(set: LabelSet): string {
  const texts = Object.entries(set).map(([name, value]) => [name, String(value)]);
  return JSON.stringify(texts.sort(([one], [other]) => one < other ? -1 : 1));
}
