import type { Exemplar } from "../model/exemplar.ts";
import type { LabelTable } from "../model/label_table.ts";
import { readMerge } from "../model/gauge_merge.ts";
import {
  type AnyFamily,
  entriesEach,
  type Part,
  type PartName,
  type Parts,
  partsOf,
  type Shape,
  withParts,
} from "../model/metric_types.ts";
import type { GaugeSnapshot, MetricFamily, NativeBuckets } from "../model/snapshot.ts";
import { type MergeOperation, mergeOperations } from "./merge_operations.ts";
import { labelKey } from "../model/label_key.ts";
import { mergeNative } from "./merge_native.ts";

/** In what the definitions of two families differ, or `undefined`. */
export function difference(first: MetricFamily, second: MetricFamily): string | undefined {
  const [one, other]: readonly AnyFamily[] = [first, second];
  const shapes = partsOf(first.type)
    .flatMap(([name, part]) => part.kind === "shape" && part.agree !== "concatenating" ? name : []);
  return (["type", "help", "unit", ...shapes] as const)
    .find((property) => JSON.stringify(one[property]) !== JSON.stringify(other[property]));
}

/**
 * The same family of several workers, series with the same labels merged into one.
 *
 * @param families At least one, all of one definition.
 */
export function mergeSnapshots(families: readonly MetricFamily[]): MetricFamily {
  const [first] = families;
  const { labels, rowsOf } = mergeTables(families.map((family) => family.labels));
  const merging: Merging = { families, rowsOf, rows: labels.rows };
  const own = partsOf(first.type);
  const merged: { [Name in PartName]?: unknown } = {};
  for (const [name, part] of own) {
    // What need not agree is dropped, and its columns are empty then.
    if (part.kind === "shape" && part.agree === "concatenating") merged[name] = [];
  }
  const family = withParts(first, { ...merged as Parts, labels });
  for (const [name, part] of own) {
    if (part.kind !== "shape") merged[name] = mergeColumn(merging, family, name, part);
  }
  return withParts(family, merged as Parts);
}

function mergeColumn(
  merging: Merging,
  family: MetricFamily,
  name: PartName,
  part: Exclude<Part, Shape>,
): unknown {
  switch (part.kind) {
    case "numbers":
      return part.merge === "gauge"
        ? mergeGauges(merging, family as GaugeSnapshot, name)
        : mergeNumbers(merging, name, entriesEach(family, part), part.merge, part.absent);
    case "created":
      return earliest(merging);
    case "exemplars":
      return newestExemplars(merging, entriesEach(family, part));
    case "native":
      return mergeNativeColumn(merging);
    default:
      throw new TypeError(`no kind of column: ${part satisfies never}`);
  }
}

function mergeNumbers(
  { families, rowsOf, rows }: Merging,
  name: PartName,
  size: number,
  operation: MergeOperation,
  absent = NaN,
): Float64Array | undefined {
  if (families.every((family: AnyFamily) => family[name] == null)) return undefined;
  const { choose, start } = mergeOperations[operation];
  const merged = new Float64Array(rows * size).fill(start);
  families.forEach((family: AnyFamily, at) => {
    const values = family[name] as Float64Array | undefined;
    rowsOf[at].forEach((row, from) => {
      for (let entry = 0; entry < size; entry++) {
        const target = row * size + entry;
        merged[target] = choose(merged[target], values?.[from * size + entry] ?? absent);
      }
    });
  });
  return merged;
}

/** Gauges say themselves how they are merged; only the most recent ones have times. */
function mergeGauges(
  merging: Merging,
  { merge }: GaugeSnapshot,
  name: PartName,
): Float64Array | undefined {
  const { operation } = readMerge(merge);
  if (operation === "mostRecent") return mostRecent(merging)[name as "values" | "times"];
  // With `all`, the label `worker` tells the series apart, so each row has one value.
  return name === "values"
    ? mergeNumbers(merging, name, 1, operation === "max" || operation === "min" ? operation : "sum")
    : undefined;
}

interface Merging {
  readonly families: readonly MetricFamily[];
  /** For each family the row of the merged table to which each of its rows goes. */
  readonly rowsOf: readonly (readonly number[])[];
  readonly rows: number;
}

/** One table of all label sets, each once, in the order in which they come. */
function mergeTables(
  tables: readonly LabelTable[],
): { labels: LabelTable; rowsOf: number[][] } {
  // Workers that do the same work have the same series, mostly in the same order.
  const longest = tables.reduce((one, other) => other.rows > one.rows ? other : one);
  if (tables.every((table) => isBeginningOf(longest, table))) {
    const rowsOf = tables.map(({ rows }) => Array.from({ length: rows }, (_, row) => row));
    return { labels: longest, rowsOf };
  }
  const names = [...new Set(tables.flatMap((table) => table.names))];
  const values: string[] = [];
  const rowOf = new Map<string, number>();
  const rowsOf = tables.map((table) => {
    const columns = names.map((name) => table.names.indexOf(name));
    return Array.from({ length: table.rows }, (_, from) => {
      const set = columns.map((column) =>
        column < 0 ? "" : table.values[from * table.names.length + column]
      );
      const key = labelKey(set);
      const known = rowOf.get(key);
      if (known !== undefined) return known;
      rowOf.set(key, rowOf.size);
      values.push(...set);
      return rowOf.size - 1;
    });
  });
  return { labels: { names, values, rows: rowOf.size }, rowsOf };
}

function isBeginningOf(whole: LabelTable, table: LabelTable): boolean {
  if (table === whole) return true;
  const { names, values, rows } = table;
  if (names.length !== whole.names.length) return false;
  for (let at = 0; at < names.length; at++) if (names[at] !== whole.names[at]) return false;
  for (let at = 0; at < rows * names.length; at++) {
    if (values[at] !== whole.values[at]) return false;
  }
  return true;
}

/** When each series first began; nothing if a family does not tell. */
function earliest({ families, rowsOf, rows }: Merging): number[] | undefined {
  const created = new Array<number>(rows).fill(Infinity);
  for (const [at, { created: times }] of (families as readonly AnyFamily[]).entries()) {
    if (times == null) return undefined;
    rowsOf[at].forEach((row, from) => created[row] = Math.min(created[row], times[from]));
  }
  return created;
}

function newestExemplars(
  { families, rowsOf, rows }: Merging,
  size: number,
): (Exemplar | undefined)[] | undefined {
  const newest = new Array<Exemplar | undefined>(rows * size).fill(undefined);
  let isEmpty = true;
  families.forEach(({ exemplars }: AnyFamily, at) => {
    if (exemplars == null) return;
    isEmpty = false;
    exemplars.forEach((exemplar, cell) => {
      const target = rowsOf[at][Math.floor(cell / size)] * size + cell % size;
      const present = newest[target];
      if (exemplar && !(present && present.timestamp > exemplar.timestamp)) {
        newest[target] = exemplar;
      }
    });
  });
  return isEmpty ? undefined : newest;
}

function mergeNativeColumn({ families, rowsOf, rows }: Merging): NativeBuckets[] | undefined {
  const merged = new Array<NativeBuckets | undefined>(rows).fill(undefined);
  for (const [at, { native: column }] of (families as readonly AnyFamily[]).entries()) {
    if (column == null) return undefined;
    column.forEach((native, from) => {
      const row = rowsOf[at][from];
      const present = merged[row];
      merged[row] = present === undefined ? native : mergeNative(present, native);
    });
  }
  return merged as NativeBuckets[];
}

function mostRecent(
  { families, rowsOf, rows }: Merging,
): { values: Float64Array; times: Float64Array } {
  const values = new Float64Array(rows);
  const times = new Float64Array(rows);
  (families as readonly GaugeSnapshot[]).forEach((gauge, at) => {
    rowsOf[at].forEach((row, from) => {
      const time = gauge.times?.[from] ?? 0;
      if (time < times[row]) return;
      values[row] = gauge.values[from];
      times[row] = time;
    });
  });
  return { values, times };
}
