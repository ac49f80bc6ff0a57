import type { MetricFamily } from "../../model/snapshot.ts";
import { latestStamps, SegmentRows } from "./segment_rows.ts";
import { labelKey } from "../../model/label_key.ts";
import type { Layout } from "../instruments/layout.ts";
import { layoutOf } from "../instruments/layout_of.ts";
import type { SegmentWriter } from "../memory/segment_writer.ts";
import type { EndRecord, RemovalRecord, SeriesRecord, SharedDefinition } from "../memory/log.ts";
import type { SegmentReader } from "../memory/segment_reader.ts";
import { matches, type Pattern, type Tombstone, Tombstones } from "./tombstones.ts";

/** A series of one segment that another thread has removed. */
export interface RemovedSeries {
  /** The segment that it is in. */
  readonly segment: SegmentReader;
  /** Its first cell there. */
  readonly offset: number;
  /** Its label values. */
  readonly values: readonly string[];
}

/** Rows that are stored in a step: 256 take half a millisecond. */
const rowsPerStep = 256;

/** With more vacant rows than this, they are dropped once they are the larger part of all rows. */
const maxVacant = 1000;

/**
 * One family of all threads: the row of the family that each series of each segment adds to.
 *
 * Rows are assigned while the logs are read, so a scrape only adds numbers.
 */
export class MergedFamily {
  /** How the family is defined. */
  readonly definition: SharedDefinition;
  /** The layout of its numbers in cells. */
  readonly layout: Layout;
  /** When it was first defined, in seconds since 1970. */
  since = Infinity;
  readonly #segments = new Map<SegmentReader, SegmentRows>();
  /** Whether vacant rows stay, because a segment has left and may come again. */
  #keepsVacant = false;
  readonly #tombstones = new Tombstones();
  readonly #rowOf = new Map<string, number>();
  #values: string[] = [];
  #created: number[] = [];
  /** How many segments have a series of each row; a row with none is vacant. */
  #segmentsPerRow: number[] = [];
  #vacant = 0;
  /** The row of the series that was added last. */
  #lastRow = -1;

  /** A family that no segment defines yet. */
  constructor(definition: SharedDefinition) {
    this.definition = definition;
    this.layout = layoutOf(definition);
  }

  /** Whether no segment defines it any more. */
  get isAbandoned(): boolean {
    return this.#segments.size === 0;
  }

  /** Notes that a segment defines the family. */
  define(segment: SegmentReader, since: number): void {
    this.since = Math.min(this.since, since);
    if (!this.#segments.has(segment)) this.#segments.set(segment, new SegmentRows());
  }

  /** Adds a series of a segment. Returns false if it was removed already. */
  addSeries(segment: SegmentReader, [, , offset, created, stamp, values]: SeriesRecord): boolean {
    if (this.#tombstones.isRemoved({ values, stamp })) return false;
    // Each scrape does so too, but this thread may never be scraped.
    const isSparse = this.#vacant > maxVacant && this.#vacant * 2 > this.#segmentsPerRow.length;
    if (isSparse && !this.#keepsVacant) this.#dropVacant();
    let row = this.#find(values);
    if (row === undefined) {
      row = this.#segmentsPerRow.length;
      this.#rowOf.set(labelKey(values), row);
      for (const value of values) this.#values.push(value);
      this.#created.push(created);
      this.#segmentsPerRow.push(0);
      this.#vacant++;
    }
    const isVacant = this.#segmentsPerRow[row]++ === 0;
    this.#created[row] = isVacant ? created : Math.min(this.#created[row], created);
    if (isVacant) this.#vacant--;
    this.#segments.get(segment)!.add(offset, row, stamp);
    this.#lastRow = row;
    return true;
  }

  /** Ends a series in one segment. */
  endSeries(segment: SegmentReader, [, , offset]: EndRecord): void {
    const series = this.#segments.get(segment)!;
    const index = series.indexOf(offset);
    if (index !== undefined) this.#removeAt(series, index);
  }

  /** Removes matching series that are older than a removal, in all segments. Returns them. */
  removeSeries([, , stamp, pattern]: RemovalRecord): readonly RemovedSeries[] {
    this.#tombstones.add({ pattern, stamp });
    const rows = this.#matching(pattern);
    if (rows.size === 0) return [];
    const removed: RemovedSeries[] = [];
    for (const [segment, series] of this.#segments) {
      for (let index = series.offsets.length - 1; index >= 0; index--) {
        if (series.stamps[index] >= stamp || !rows.has(series.rows[index])) continue;
        const values = this.#valuesOf(series.rows[index]);
        removed.push({ segment, offset: series.offsets[index], values });
        this.#removeAt(series, index);
      }
    }
    return removed;
  }

  /** Number of series. */
  get size(): number {
    return this.#segmentsPerRow.length - this.#vacant;
  }

  /** Number of series that match a pattern. */
  count(pattern: Pattern): number {
    return this.#matching(pattern).size;
  }

  /** The segments that have series which match a pattern. */
  segmentsWith(pattern: Pattern): readonly SegmentReader[] {
    const rows = this.#matching(pattern);
    if (rows.size === 0) return [];
    return [...this.#segments].filter(([, series]) => series.rows.some((row) => rows.has(row)))
      .map(([segment]) => segment);
  }

  /**
   * Leaves out the series of a segment from now on. Their rows stay until {@linkcode settle}: a log
   * that was rewritten, or a compaction, may have most of them again, and formats then find the
   * lines of the last page.
   */
  leave(segment: SegmentReader): void {
    for (const row of this.#segments.get(segment)?.rows ?? []) this.#release(row);
    this.#segments.delete(segment);
    this.#keepsVacant = true;
  }

  /** Lets go of the rows that nobody has taken again. */
  settle(): void {
    this.#keepsVacant = false;
  }

  /** Drops the series of an ended thread, if they count only as long as it lives. */
  threadEnded(segment: SegmentReader): void {
    if (!this.layout.livingOnly || !this.#segments.has(segment)) return;
    this.leave(segment);
    this.#segments.set(segment, new SegmentRows());
    this.settle();
  }

  /** The family as it is now in all threads. */
  collect(): MetricFamily {
    const { definition: { name, help, unit, labelNames } } = this;
    if (this.#vacant > 0) this.#dropVacant();
    const totals = this.#totals(this.#segments);
    const labels = { names: labelNames, values: this.#values, rows: this.#segmentsPerRow.length };
    const header = unit === undefined ? { name, help } : { name, help, unit };
    return this.layout.snapshot({ ...header, labels, created: this.#created }, totals);
  }

  /**
   * Writes the sums of these segments in steps, as if one thread had recorded everything in them,
   * under a number of the log. Meanwhile the numbers in the segments may not change, but series may
   * be removed: {@linkcode storeRemovals} writes what was removed since.
   *
   * @returns The removals that were written; nothing if the segments do not define the family.
   */
  *storeInSteps(
    writer: SegmentWriter,
    number: number,
    segments: ReadonlySet<SegmentReader>,
  ): Generator<void, ReadonlySet<Tombstone> | undefined, void> {
    const compacted = [...this.#segments].filter(([segment]) => segments.has(segment));
    if (compacted.length === 0) return undefined;
    writer.append(["family", this.definition, this.since]);
    const removals = this.storeRemovals(writer, number, new Set());
    const totals = this.#totals(compacted);
    // Rows that become vacant are dropped into new arrays, so these stay as they are.
    const [values, created, width] = [
      this.#values,
      this.#created,
      this.definition.labelNames.length,
    ];
    const stamps = latestStamps(compacted, this.#segmentsPerRow.length);
    for (let row = 0; row < stamps.length; row++) {
      if (stamps[row] < 0) continue;
      const slot = writer.allocate(this.layout.width);
      this.layout.store(totals, row, slot, writer);
      const set = values.slice(row * width, (row + 1) * width);
      writer.append(["series", number, slot.offset, created[row], stamps[row], set]);
      if (row % rowsPerStep === 0) yield;
    }
    return removals;
  }

  /** Writes the latest removals, but for those that are written already. Returns all of them. */
  storeRemovals(
    writer: SegmentWriter,
    number: number,
    written: ReadonlySet<Tombstone>,
  ): ReadonlySet<Tombstone> {
    const latest = this.#tombstones.latest();
    for (const tombstone of latest) {
      if (written.has(tombstone)) continue;
      writer.append(["removal", number, tombstone.stamp, tombstone.pattern]);
    }
    return new Set(latest);
  }

  #totals(segments: Iterable<readonly [SegmentReader, SegmentRows]>): unknown {
    const { layout } = this;
    const totals = layout.begin(this.#segmentsPerRow.length);
    for (const [segment, series] of segments) layout.add(totals, series, segment);
    return totals;
  }

  #matching(pattern: Pattern): ReadonlySet<number> {
    if (!pattern.includes(null)) {
      const row = this.#rowOf.get(labelKey(pattern as readonly string[]));
      return new Set(row === undefined || this.#segmentsPerRow[row] === 0 ? [] : [row]);
    }
    const rows = this.#segmentsPerRow.map((_, row) => row).filter((row) =>
      this.#segmentsPerRow[row] > 0 && matches(pattern, this.#valuesOf(row))
    );
    return new Set(rows);
  }

  /**
   * The row of a series. The row after the last one is tried first, because threads that do the same
   * work have the same series, mostly in the same order.
   */
  #find(values: readonly string[]): number | undefined {
    const next = this.#lastRow + 1;
    const first = next * values.length;
    if (
      next < this.#segmentsPerRow.length &&
      values.every((value, column) => value === this.#values[first + column])
    ) return next;
    return this.#rowOf.get(labelKey(values));
  }

  #valuesOf(row: number): readonly string[] {
    const width = this.definition.labelNames.length;
    return this.#values.slice(row * width, (row + 1) * width);
  }

  #removeAt(series: SegmentRows, index: number): void {
    this.#release(series.rows[index]);
    series.remove(index);
  }

  /** Takes a segment's series off a row. */
  #release(row: number): void {
    if (--this.#segmentsPerRow[row] === 0) this.#vacant++;
  }

  /** Drops vacant rows. The arrays are new, because snapshots may still use the old ones. */
  #dropVacant(): void {
    const [values, created, segmentsPerRow] = [this.#values, this.#created, this.#segmentsPerRow];
    const width = this.definition.labelNames.length;
    const newRows: number[] = [];
    this.#values = [];
    this.#created = [];
    this.#segmentsPerRow = [];
    this.#vacant = 0;
    segmentsPerRow.forEach((count, row) => {
      newRows[row] = this.#segmentsPerRow.length;
      if (count === 0) return;
      for (let at = row * width; at < (row + 1) * width; at++) this.#values.push(values[at]);
      this.#created.push(created[row]);
      this.#segmentsPerRow.push(count);
    });
    for (const [key, row] of this.#rowOf) {
      if (segmentsPerRow[row] === 0) this.#rowOf.delete(key);
      else this.#rowOf.set(key, newRows[row]);
    }
    for (const series of this.#segments.values()) series.renumber(newRows);
  }
}
