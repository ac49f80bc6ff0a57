import {
  type AnyFamily,
  entriesEach,
  type PartName,
  type Parts,
  partsOf,
  withParts,
} from "../../model/metric_types.ts";
import type { MetricFamily } from "../../model/snapshot.ts";
import type { SharedDefinition } from "../memory/log.ts";
import type { MergedFamily } from "./merged_family.ts";

/** Rows of a part that follow each other in the joined family as well. */
interface Run {
  readonly part: number;
  /** The first row in the part. */
  readonly from: number;
  /** The first row in the joined family. */
  readonly to: number;
  rows: number;
}

/**
 * Families of one name that lie apart in shared memory, as one: that of the overflow series, and
 * gauges with a series for each thread.
 *
 * New rows are appended to its table, so that formats find the lines of the last page: 9,000
 * counters and their overflow series take 0.6 ms as text (Node 24), and 7 if the table is a new one
 * each time.
 */
export class JoinedFamily {
  #parts: readonly MergedFamily[] = [];
  #isJoinable = false;
  /** The label values of each part when rows were last taken from it, and how many were taken. */
  #sources: { values: readonly string[]; rows: number }[] = [];
  #names: readonly string[] = [];
  #values: string[] = [];
  #rows = 0;
  #runs: Run[] = [];

  /** The parts as one family; as they are if it is not sure that their series are distinct. */
  join(
    parts: readonly MergedFamily[],
    snapshots: readonly MetricFamily[],
  ): readonly MetricFamily[] {
    if (!isSame(parts, this.#parts)) {
      this.#parts = parts;
      this.#isJoinable = areJoinable(parts.map(({ definition }) => definition));
    }
    if (!this.#isJoinable) return snapshots;
    this.#takeRows(snapshots);
    const [first] = snapshots;
    const columns: { [Name in PartName]?: unknown } = {};
    for (const [name, part] of partsOf(first.type)) {
      if (part.kind === "shape") continue;
      const size = part.kind === "created" ? 1 : entriesEach(first, part);
      columns[name] = this.#column(snapshots, name, size);
    }
    const labels = { names: this.#names, values: this.#values, rows: this.#rows };
    return [withParts(first, { ...columns as Parts, labels })];
  }

  /** Appends the rows that are new, or all if the table of a part is another one. */
  #takeRows(snapshots: readonly MetricFamily[]): void {
    const isKnown = this.#sources.every(({ values, rows }, part) =>
      values === snapshots[part]?.labels.values && rows <= snapshots[part].labels.rows
    );
    const names = [...new Set(snapshots.flatMap(({ labels }) => labels.names))];
    const hasSameNames = isSame(names, this.#names);
    if (!isKnown || !hasSameNames) {
      // The array of names stays if it can: it is the key by which formats know the family.
      if (!hasSameNames) this.#names = names;
      this.#sources = [];
      this.#values = [];
      this.#rows = 0;
      this.#runs = [];
    }
    snapshots.forEach(({ labels }, part) => {
      const source = this.#sources[part] ??= { values: labels.values, rows: 0 };
      if (source.rows === labels.rows) return;
      const columns = names.map((name) => labels.names.indexOf(name));
      const [all, { values }, width] = [this.#values, labels, labels.names.length];
      for (let row = source.rows; row < labels.rows; row++) {
        for (let at = 0; at < columns.length; at++) {
          const column = columns[at];
          all.push(column < 0 ? "" : values[row * width + column]);
        }
      }
      this.#addRun(part, source.rows, labels.rows - source.rows);
      source.rows = labels.rows;
    });
  }

  #addRun(part: number, from: number, rows: number): void {
    const last = this.#runs.at(-1);
    if (last?.part === part) last.rows += rows;
    else this.#runs.push({ part, from, to: this.#rows, rows });
    this.#rows += rows;
  }

  /** A column of all parts; none if no part has it. */
  #column(snapshots: readonly AnyFamily[], name: PartName, size: number): unknown {
    const columns = snapshots.map((snapshot) => snapshot[name] as ArrayLike<unknown> | undefined);
    const present = columns.find((column) => column != null);
    if (present === undefined) return undefined;
    const areNumbers = present instanceof Float64Array || name === "created";
    const joined = areNumbers
      ? new Float64Array(this.#rows * size)
      : new Array<unknown>(this.#rows * size).fill(undefined);
    for (const { part, from, to, rows } of this.#runs) {
      const column = columns[part];
      if (column == null) continue;
      const [source, target, count] = [from * size, to * size, rows * size];
      if (joined instanceof Float64Array && column instanceof Float64Array) {
        joined.set(column.subarray(source, source + count), target);
      } else {
        for (let at = 0; at < count; at++) joined[target + at] = column[source + at] as number;
      }
    }
    return joined;
  }
}

/**
 * Whether families have the same definition but for their constant labels, and these tell the series
 * of any two of them apart.
 */
function areJoinable(definitions: readonly SharedDefinition[]): boolean {
  const rest = ({ labelNames: _, constantLabels: __, ...own }: SharedDefinition) =>
    JSON.stringify(own);
  const first = rest(definitions[0]);
  return definitions.every((one, at) =>
    rest(one) === first &&
    definitions.slice(at + 1).every((other) => isApart(one, other) || isApart(other, one))
  );
}

/** Whether a constant label of a family is on no series of another, or always with another value. */
function isApart(one: SharedDefinition, { labelNames, constantLabels }: SharedDefinition): boolean {
  return Object.entries(one.constantLabels).some(([name, value]) =>
    labelNames.includes(name)
      ? Object.hasOwn(constantLabels, name) && constantLabels[name] !== value
      : value !== ""
  );
}

function isSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((entry, at) => entry === other[at]);
}
