import type { Exemplar } from "../model/exemplar.ts";
import type { LabelTable } from "../model/label_table.ts";
import type { MetricFamily, NativeBuckets } from "../model/snapshot.ts";
import { labelKey } from "../model/label_key.ts";
import { mergeNative } from "./merge_native.ts";

/** What two families must share to be merged, besides the name. */
const shared = ["type", "help", "unit", "bounds", "states", "merge"];

/** In what the definitions of two families differ, or `undefined`. */
export function difference(one: MetricFamily, other: MetricFamily): string | undefined {
  const [first, second]: Readonly<Record<string, unknown>>[] = [{ ...one }, { ...other }];
  return shared.find((property) => String(first[property]) !== String(second[property]));
}

/**
 * The same family of several workers, series with the same labels merged into one.
 *
 * @param parts At least one, all of one definition.
 */
export function mergeSnapshots(parts: readonly MetricFamily[]): MetricFamily {
  const [first] = parts;
  const { labels, rowsOf } = mergeTables(parts.map((part) => part.labels));
  const { rows } = labels;
  const column = (name: string, size: number, choose: Choose = add, start = 0) => {
    const merged = new Float64Array(rows * size).fill(start);
    parts.forEach((part, at) => {
      const values = (part as unknown as Record<string, Float64Array>)[name];
      rowsOf[at].forEach((row, from) => {
        for (let cell = 0; cell < size; cell++) {
          merged[row * size + cell] = choose(merged[row * size + cell], values[from * size + cell]);
        }
      });
    });
    return merged;
  };
  const merging: Merging = { parts, rowsOf, rows };
  switch (first.type) {
    case "counter": {
      const exemplars = newestExemplars(merging, 1);
      return {
        ...first,
        labels,
        values: column("values", 1),
        created: earliest(merging),
        exemplars,
      };
    }
    case "unknown":
      return { ...first, labels, values: column("values", 1) };
    case "gauge": {
      const way = (first.merge ?? "liveSum").replace(/^live/, "").toLowerCase();
      if (way === "mostrecent") return { ...first, labels, ...mostRecent(merging) };
      if (way === "max") {
        return { ...first, labels, values: column("values", 1, Math.max, -Infinity) };
      }
      if (way === "min") {
        return { ...first, labels, values: column("values", 1, Math.min, Infinity) };
      }
      return { ...first, labels, values: column("values", 1) };
    }
    case "info":
      return { ...first, labels };
    case "stateset":
      return { ...first, labels, values: column("values", first.states.length, Math.max) };
    case "summary":
      return {
        ...first,
        labels,
        quantiles: [],
        values: new Float64Array(0),
        counts: column("counts", 1),
        sums: column("sums", 1),
        created: earliest(merging),
      };
    case "histogram":
    case "gaugehistogram": {
      const size = first.bounds.length + 1;
      const created = first.type === "histogram" ? { created: earliest(merging) } : {};
      return {
        ...first,
        labels,
        buckets: column("buckets", size),
        sums: column("sums", 1),
        exemplars: newestExemplars(merging, size),
        native: mergedNative(merging),
        ...created,
      };
    }
  }
}

type Choose = (one: number, other: number) => number;

interface Merging {
  readonly parts: readonly MetricFamily[];
  /** For each part the row of the merged table to which each of its rows goes. */
  readonly rowsOf: readonly (readonly number[])[];
  readonly rows: number;
}

function add(one: number, other: number): number {
  return one + other;
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

/** When each series first began; nothing where a part does not tell. */
function earliest({ parts, rowsOf, rows }: Merging): number[] | undefined {
  const created = new Array<number>(rows).fill(Infinity);
  for (const [at, part] of parts.entries()) {
    if (!("created" in part) || part.created === undefined) return undefined;
    const times = part.created;
    rowsOf[at].forEach((row, from) => created[row] = Math.min(created[row], times[from]));
  }
  return created;
}

function newestExemplars(
  { parts, rowsOf, rows }: Merging,
  size: number,
): (Exemplar | undefined)[] | undefined {
  const newest = new Array<Exemplar | undefined>(rows * size).fill(undefined);
  let isEmpty = true;
  parts.forEach((part, at) => {
    if (!("exemplars" in part) || part.exemplars === undefined) return;
    isEmpty = false;
    part.exemplars.forEach((exemplar, cell) => {
      const target = rowsOf[at][Math.floor(cell / size)] * size + cell % size;
      const present = newest[target];
      if (exemplar && !(present && present.timestamp > exemplar.timestamp)) {
        newest[target] = exemplar;
      }
    });
  });
  return isEmpty ? undefined : newest;
}

function mergedNative({ parts, rowsOf, rows }: Merging): NativeBuckets[] | undefined {
  const merged = new Array<NativeBuckets | undefined>(rows).fill(undefined);
  for (const [at, part] of parts.entries()) {
    if (!("native" in part) || part.native === undefined) return undefined;
    part.native.forEach((native, from) => {
      const row = rowsOf[at][from];
      const present = merged[row];
      merged[row] = present === undefined ? native : mergeNative(present, native);
    });
  }
  return merged as NativeBuckets[];
}

function mostRecent(
  { parts, rowsOf, rows }: Merging,
): { values: Float64Array; times: Float64Array } {
  const values = new Float64Array(rows);
  const times = new Float64Array(rows);
  parts.forEach((part, at) => {
    if (part.type !== "gauge") return;
    rowsOf[at].forEach((row, from) => {
      const time = part.times?.[from] ?? 0;
      if (time < times[row]) return;
      values[row] = part.values[from];
      times[row] = time;
    });
  });
  return { values, times };
}
