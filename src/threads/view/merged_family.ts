import type { MetricFamily } from "../../model/snapshot.ts";
import { SegmentRows } from "./segment_rows.ts";
import { labelKey } from "../../model/label_key.ts";
import type { Layout } from "../instruments/layout.ts";
import { layoutOf } from "../instruments/layout_of.ts";
import type { SegmentWriter } from "../memory/segment_writer.ts";
import type { EndRecord, RemovalRecord, SeriesRecord, SharedDefinition } from "../memory/log.ts";
import type { SegmentReader } from "../memory/segment_reader.ts";
import { matches, type Pattern, Tombstones } from "./tombstones.ts";

/** A series of one segment that a removal in another thread has taken. */
export interface RemovedSeries {
  /** The segment that it is in. */
  readonly segment: SegmentReader;
  /** Its first cell there. */
  readonly offset: number;
  /** Its label values. */
  readonly values: readonly string[];
}

/** So many rows without a series may stay; with more, they go once they are the larger part. */
const maxVacant = 1000;

/**
 * One family of all threads: which series of which segment add up to which row.
 *
 * All of that is found out while the logs are read. A scrape only adds numbers.
 */
export class MergedFamily {
  /** How the family is defined. */
  readonly definition: SharedDefinition;
  /** How its numbers lie in cells. */
  readonly layout: Layout;
  /** When it was first defined, in seconds since 1970. */
  since = Infinity;
  readonly #parts = new Map<SegmentReader, SegmentRows>();
  readonly #tombstones = new Tombstones();
  #rowOf = new Map<string, number>();
  #values: string[] = [];
  #created: number[] = [];
  /** How many segments have each row. */
  #shares: number[] = [];
  #vacant = 0;

  /** A family that no segment has yet. */
  constructor(definition: SharedDefinition) {
    this.definition = definition;
    this.layout = layoutOf(definition);
  }

  /** Whether no segment defines it any more. */
  get isAbandoned(): boolean {
    return this.#parts.size === 0;
  }

  /** Notes that a segment defines the family. */
  define(segment: SegmentReader, since: number): void {
    this.since = Math.min(this.since, since);
    if (!this.#parts.has(segment)) this.#parts.set(segment, new SegmentRows());
  }

  /** A series of a segment. Returns false where a removal was faster. */
  begin(segment: SegmentReader, [, , offset, created, stamp, values]: SeriesRecord): boolean {
    if (this.#tombstones.isRemoved({ values, stamp })) return false;
    // A scrape does so too, but there may never be one here.
    if (this.#vacant > maxVacant && this.#vacant * 2 > this.#shares.length) this.#dropVacant();
    const key = labelKey(values);
    let row = this.#rowOf.get(key);
    if (row === undefined) {
      row = this.#shares.length;
      this.#rowOf.set(key, row);
      for (const value of values) this.#values.push(value);
      this.#created.push(created);
      this.#shares.push(0);
      this.#vacant++;
    }
    const isVacant = this.#shares[row]++ === 0;
    this.#created[row] = isVacant ? created : Math.min(this.#created[row], created);
    if (isVacant) this.#vacant--;
    this.#parts.get(segment)!.add(offset, row, stamp);
    return true;
  }

  /** The end of a series in one segment. */
  end(segment: SegmentReader, [, , offset]: EndRecord): void {
    const share = this.#parts.get(segment)!;
    const index = share.indexOf(offset);
    if (index !== undefined) this.#remove(share, index);
  }

  /** Removes older series in all segments, and gives them. */
  remove([, , stamp, pattern]: RemovalRecord): readonly RemovedSeries[] {
    this.#tombstones.add({ pattern, stamp });
    const rows = this.#matching(pattern);
    if (rows.size === 0) return [];
    const removed: RemovedSeries[] = [];
    for (const [segment, share] of this.#parts) {
      for (let index = share.offsets.length - 1; index >= 0; index--) {
        if (share.stamps[index] >= stamp || !rows.has(share.rows[index])) continue;
        const values = this.#valuesOf(share.rows[index]);
        removed.push({ segment, offset: share.offsets[index], values });
        this.#remove(share, index);
      }
    }
    return removed;
  }

  /** How many series there are. */
  get size(): number {
    return this.#shares.length - this.#vacant;
  }

  /** How many series there are with values like these. */
  count(pattern: Pattern): number {
    return this.#matching(pattern).size;
  }

  /** The segments that have series with values like these. */
  recipients(pattern: Pattern): readonly SegmentReader[] {
    const rows = this.#matching(pattern);
    if (rows.size === 0) return [];
    return [...this.#parts].filter(([, share]) => share.rows.some((row) => rows.has(row)))
      .map(([segment]) => segment);
  }

  /** Forgets a segment, or if it ended, what of it does not outlast its thread. */
  leave(segment: SegmentReader, isCompacted: boolean): void {
    const share = this.#parts.get(segment);
    if (share === undefined || !(isCompacted || this.layout.livingOnly)) return;
    while (share.offsets.length > 0) this.#remove(share, share.offsets.length - 1);
    if (isCompacted) this.#parts.delete(segment);
  }

  /** The family as it is now in all threads. */
  collect(): MetricFamily {
    const { definition: { name, help, unit, labelNames } } = this;
    if (this.#vacant > 0) this.#dropVacant();
    const totals = this.#totals(this.#parts);
    const labels = { names: labelNames, values: this.#values, rows: this.#shares.length };
    const header = unit === undefined ? { name, help } : { name, help, unit };
    return this.layout.snapshot({ ...header, labels, created: this.#created }, totals);
  }

  /**
   * Writes what these segments have, as one thread would have that did all of it, under the next
   * number of the log. Returns whether they have the family.
   */
  store(writer: SegmentWriter, number: number, segments: ReadonlySet<SegmentReader>): boolean {
    const parts = [...this.#parts].filter(([segment]) => segments.has(segment));
    if (parts.length === 0) return false;
    writer.append(["family", this.definition, this.since]);
    for (const { stamp, pattern } of this.#tombstones.latest()) {
      writer.append(["removal", number, stamp, pattern]);
    }
    const totals = this.#totals(parts);
    for (const [row, stamp] of latestStamps(parts)) {
      const index = writer.allocate(this.layout.width);
      this.layout.store(totals, row, index, writer);
      const { offset } = index;
      writer.append(["series", number, offset, this.#created[row], stamp, this.#valuesOf(row)]);
    }
    return true;
  }

  #totals(parts: Iterable<readonly [SegmentReader, SegmentRows]>): unknown {
    const { layout } = this;
    const totals = layout.begin(this.#shares.length);
    for (const [segment, share] of parts) layout.add(totals, share, segment);
    return totals;
  }

  #matching(pattern: Pattern): ReadonlySet<number> {
    if (!pattern.includes(null)) {
      const row = this.#rowOf.get(labelKey(pattern as readonly string[]));
      return new Set(row === undefined || this.#shares[row] === 0 ? [] : [row]);
    }
    const rows = this.#shares.map((_, row) => row).filter((row) =>
      this.#shares[row] > 0 && matches(pattern, this.#valuesOf(row))
    );
    return new Set(rows);
  }

  #valuesOf(row: number): readonly string[] {
    const width = this.definition.labelNames.length;
    return this.#values.slice(row * width, (row + 1) * width);
  }

  #remove(share: SegmentRows, index: number): void {
    const row = share.rows[index];
    share.remove(index);
    if (--this.#shares[row] === 0) this.#vacant++;
  }

  /** Drops rows that no segment has. New arrays, as snapshots may still hold the old ones. */
  #dropVacant(): void {
    const [values, created, shares] = [this.#values, this.#created, this.#shares];
    const width = this.definition.labelNames.length;
    const numbers: number[] = [];
    this.#values = [];
    this.#created = [];
    this.#shares = [];
    this.#rowOf = new Map();
    this.#vacant = 0;
    shares.forEach((share, row) => {
      numbers[row] = this.#shares.length;
      if (share === 0) return;
      const set = values.slice(row * width, (row + 1) * width);
      this.#rowOf.set(labelKey(set), this.#shares.length);
      this.#values.push(...set);
      this.#created.push(created[row]);
      this.#shares.push(share);
    });
    for (const share of this.#parts.values()) share.renumber(numbers);
  }
}

/** The rows that parts have, and when each was last made. */
function latestStamps(parts: Iterable<readonly [unknown, SegmentRows]>): Map<number, number> {
  const stamps = new Map<number, number>();
  for (const [, share] of parts) {
    share.rows.forEach((row, index) => {
      stamps.set(row, Math.max(share.stamps[index], stamps.get(row) ?? 0));
    });
  }
  return stamps;
}
