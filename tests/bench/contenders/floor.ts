import { CheckedField, CheckedHistogram, CheckedValue, NestedMaps } from "./floor_cells.ts";
import { FloorPage, Prefixes } from "./floor_page.ts";
import { type LabelNames, type Library, namesOf } from "./library.ts";

/**
 * The same work without a library, at the least cost that still does all of it: checked values,
 * checked labels, bytes with every digit. No contender can be expected below it.
 */
// deno-lint-ignore require-await -- the contenders that are loaded need a promise
export async function floor(): Promise<Library> {
  const page = new FloorPage();
  let families: (() => void)[] = [];

  const cells = <Cell extends { readonly value: number }>(
    name: string,
    labels: LabelNames,
    create: () => Cell,
  ): NestedMaps<Cell> => {
    const prefixes = new Prefixes();
    const maps = new NestedMaps(namesOf(labels), (set) => {
      prefixes.add(name, set);
      return create();
    });
    families.push(() => {
      const { view, ends } = prefixes;
      maps.cells.forEach(({ value }, row) => page.line(view, ends[row], ends[row + 1], value));
    });
    return maps;
  };
  const fields = (name: string, labels: LabelNames) =>
    cells(name, labels, () => new CheckedField());
  const values = (name: string, labels: LabelNames) =>
    cells(name, labels, () => new CheckedValue());

  const buckets = (
    name: string,
    labels: LabelNames,
    bounds: readonly number[],
  ): NestedMaps<CheckedHistogram> => {
    const prefixes = new Prefixes();
    const maps = new NestedMaps(namesOf(labels), (set) => {
      for (const le of [...bounds, "+Inf"]) prefixes.add(`${name}_bucket`, { ...set, le });
      prefixes.add(`${name}_sum`, set);
      prefixes.add(`${name}_count`, set);
      return new CheckedHistogram(bounds);
    });
    families.push(() => {
      const { view, ends } = prefixes;
      let line = 0;
      const write = (value: number) => page.line(view, ends[line], ends[++line], value);
      for (const cell of maps.cells) {
        let count = 0;
        for (const observed of cell.buckets) write(count += observed);
        write(cell.sum);
        write(count);
      }
    });
    return maps;
  };

  return {
    counter: (name) => fields(name, []).only(),
    counters(name, labels) {
      const maps = fields(name, labels);
      return {
        inc: (set, by) => maps.labels(set).inc(by),
        labels: (set) => maps.labels(set),
      };
    },
    gauge: (name) => values(name, []).only(),
    gauges(name, labels) {
      const maps = values(name, labels);
      return { set: (set, value) => maps.labels(set).set(value) };
    },
    histogram: (name, bounds) => buckets(name, [], bounds).only(),
    histograms(name, labels, bounds) {
      const maps = buckets(name, labels, bounds);
      return {
        observe: (set, value) => maps.labels(set).observe(value),
        labels: (set) => maps.labels(set),
      };
    },
    offers: (accept) => accept.startsWith("text/plain"),
    page() {
      page.begin();
      for (const write of families) write();
      return Promise.resolve({ bytes: page.finish(), contentType: "text/plain" });
    },
    clear() {
      families = [];
    },
  };
}
