import type { MetricFamily } from "../../model/snapshot.ts";
import { FamilyPart } from "./segment_rows.ts";
import { labelKey } from "../../model/label_key.ts";
import type { Layout } from "../instruments/layout.ts";
import { layoutOf } from "../instruments/layout_of.ts";
import type { SegmentWriter } from "../memory/segment_writer.ts";
import type { EndRecord, RemovalRecord, SeriesRecord, SharedDefinition } from "../memory/log.ts";
import type { SegmentReader } from "../memory/segment_reader.ts";
import { matches, type Pattern, Tombstones } from "./tombstones.ts";

/** A series of one segment that a removal in another thread has taken. */
export interface Fallen {
  /** The segment that it is in. */
  readonly segment: SegmentReader;
  /** Its first cell there. */
  readonly slot: number;
  /** Its label values. */
  readonly values: readonly string[];
}

/** So many rows without a series may stay; with more, they go once they are the larger part. */
const mostVacant = 1000;

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
  readonly #parts = new Map<SegmentReader, FamilyPart>();
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
    if (!this.#parts.has(segment)) this.#parts.set(segment, new FamilyPart());
  }

  /** A series of a segment. Returns false where a removal was faster. */
  begin(segment: SegmentReader, [, , slot, created, stamp, values]: SeriesRecord): boolean {
    if (this.#tombstones.cover({ values, stamp })) return false;
    // A scrape does so too, but there may never be one here.
    if (this.#vacant > mostVacant && this.#vacant * 2 > this.#shares.length) this.#dropVacant();
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
    this.#parts.get(segment)!.add(slot, row, stamp);
    return true;
  }

  /** The end of a series in one segment. */
  end(segment: SegmentReader, [, , slot]: EndRecord): void {
    const part = this.#parts.get(segment)!;
    const place = part.placeOf(slot);
    if (place !== undefined) this.#remove(part, place);
  }

  /** Removes older series in all segments, and gives them. */
  remove([, , stamp, pattern]: RemovalRecord): readonly Fallen[] {
    this.#tombstones.add({ pattern, stamp });
    const rows = this.#matching(pattern);
    if (rows.size === 0) return [];
    const fallen: Fallen[] = [];
    for (const [segment, part] of this.#parts) {
      for (let place = part.slots.length - 1; place >= 0; place--) {
        if (part.stamps[place] >= stamp || !rows.has(part.rows[place])) continue;
        const values = this.#valuesOf(part.rows[place]);
        fallen.push({ segment, slot: part.slots[place], values });
        this.#remove(part, place);
      }
    }
    return fallen;
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
  holders(pattern: Pattern): readonly SegmentReader[] {
    const rows = this.#matching(pattern);
    if (rows.size === 0) return [];
    return [...this.#parts].filter(([, part]) => part.rows.some((row) => rows.has(row)))
      .map(([segment]) => segment);
  }

  /** Forgets a segment, or if it ended, what of it does not outlast its thread. */
  leave(segment: SegmentReader, isFolded: boolean): void {
    const part = this.#parts.get(segment);
    if (part === undefined || !(isFolded || this.layout.live)) return;
    while (part.slots.length > 0) this.#remove(part, part.slots.length - 1);
    if (isFolded) this.#parts.delete(segment);
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
      const place = writer.allocate(this.layout.width);
      this.layout.store(totals, row, place, writer);
      const { slot } = place;
      writer.append(["series", number, slot, this.#created[row], stamp, this.#valuesOf(row)]);
    }
    return true;
  }

  #totals(parts: Iterable<readonly [SegmentReader, FamilyPart]>): unknown {
    const { layout } = this;
    const totals = layout.begin(this.#shares.length);
    for (const [segment, part] of parts) layout.add(totals, part, segment);
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

  #remove(part: FamilyPart, place: number): void {
    const row = part.rows[place];
    part.remove(place);
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
    for (const part of this.#parts.values()) part.renumber(numbers);
  }
}

/** The rows that parts have, and when each was last made. */
function latestStamps(parts: Iterable<readonly [unknown, FamilyPart]>): Map<number, number> {
  const stamps = new Map<number, number>();
  for (const [, part] of parts) {
    part.rows.forEach((row, place) => {
      stamps.set(row, Math.max(part.stamps[place], stamps.get(row) ?? 0));
    });
  }
  return stamps;
}
