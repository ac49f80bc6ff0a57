import { CollectionError } from "../../model/errors.ts";
import { familyKey } from "../../model/label_key.ts";
import type { LogRecord, SharedDefinition } from "../memory/log.ts";
import { MergedFamily, type RemovedSeries } from "./merged_family.ts";
import { SegmentReader } from "../memory/segment_reader.ts";
import type { Segment } from "../memory/segment.ts";
import type { SegmentWriter } from "../memory/segment_writer.ts";
import type { Tombstone } from "./tombstones.ts";

/** The families of one key, by the text of their definition: more than one is a conflict. */
type DefinitionsByKey = Map<string, MergedFamily>;

/** Called with each series that another thread has removed. */
export type RemovalListener = (key: string, removed: RemovedSeries) => void;

/** Bytes of a log that are read in a step: 90 series, which take about 0.15 ms. */
const bytesPerStep = 8192;

/** The view of a set of segments: their families, each merged. */
export class MergedView {
  readonly #segments = new Map<SegmentReader, MergedFamily[]>();
  readonly #ended = new Set<SegmentReader>();
  readonly #families = new Map<string, DefinitionsByKey>();
  readonly #onRemoved: RemovalListener;
  /** Whether a segment has left families, of which some may have no other. */
  #hasLeft = false;

  /** @param onRemoved Called with removed series while the logs are read. */
  constructor(onRemoved: RemovalListener = () => {}) {
    this.#onRemoved = onRemoved;
  }

  /** Adds a segment, which the next refresh reads. */
  add(segment: Segment): SegmentReader {
    const reader = new SegmentReader(segment);
    this.#segments.set(reader, []);
    return reader;
  }

  /** Drops a segment that a compaction contains. */
  drop(segment: SegmentReader): void {
    this.#leave(segment, this.#segments.get(segment) ?? []);
    this.#segments.delete(segment);
    this.#ended.delete(segment);
  }

  /** The segments, in the order in which they were added. */
  segments(): SegmentReader[] {
    return [...this.#segments.keys()];
  }

  /** Reads new records from all logs. */
  refresh(): void {
    for (const [segment, families] of this.#segments) {
      // Read before the log: what an ended thread wrote last is then certainly in it.
      const { ended } = segment.header;
      this.#read(segment, families);
      if (!ended || this.#ended.has(segment)) continue;
      this.#ended.add(segment);
      for (const family of families) family.threadEnded(segment);
    }
    if (this.#hasLeft) this.#settle();
  }

  /**
   * Reads most of what is new in long logs, in steps: 80,000 new series take 120 ms. The families are
   * not complete before the next refresh, which reads the rest.
   */
  *readInSteps(): Generator<void, void, void> {
    for (const [segment, families] of this.#segments) {
      // No further than the log goes now, as its thread may write on.
      for (let rest = segment.unread; rest > bytesPerStep; rest -= bytesPerStep) {
        if (segment.unread <= bytesPerStep || !this.#segments.has(segment)) break;
        this.#read(segment, families, bytesPerStep);
        yield;
      }
    }
  }

  /** The family of a key; if threads define it differently, that which was defined first. */
  family(key: string): MergedFamily | undefined {
    let first: MergedFamily | undefined;
    for (const family of this.#families.get(key)?.values() ?? []) {
      if (first === undefined || family.since < first.since) first = family;
    }
    return first;
  }

  /** The keys of all families. */
  keys(): Iterable<string> {
    return this.#families.keys();
  }

  /**
   * Writes the sums of some segments in steps, as if one thread had recorded everything in them. The
   * logs must have been read, and the threads must have ended.
   */
  *storeInSteps(
    writer: SegmentWriter,
    segments: ReadonlySet<SegmentReader>,
  ): Generator<void, void, void> {
    const stored: (readonly [MergedFamily, ReadonlySet<Tombstone>])[] = [];
    const families = [...this.#families.values()].flatMap((all) => [...all.values()]);
    for (const family of families) {
      const removals = yield* family.storeInSteps(writer, stored.length, segments);
      if (removals !== undefined) stored.push([family, removals]);
    }
    this.refresh();
    stored.forEach(([family, removals], number) => family.storeRemovals(writer, number, removals));
  }

  /** Families that threads define differently, as errors. */
  conflicts(): CollectionError[] {
    return [...this.#families].filter(([, definitions]) => definitions.size > 1).map(
      ([key, definitions]) => {
        const { definition } = this.family(key)!;
        const [exposed, ...others] = [
          JSON.stringify(definition),
          ...[...definitions.keys()].filter((text) => text !== JSON.stringify(definition)),
        ];
        return new CollectionError(
          `${definition.name}: threads define it differently, ${exposed} and ${
            others.join(" and ")
          }; ` +
            `only the first is exposed, make them the same`,
        );
      },
    );
  }

  #read(segment: SegmentReader, families: MergedFamily[], size?: number): void {
    const { records, isWhole } = segment.read(size);
    if (isWhole) this.#leave(segment, families.splice(0));
    for (const record of records) this.#apply(segment, families, record);
  }

  #leave(segment: SegmentReader, families: readonly MergedFamily[]): void {
    for (const family of families) family.leave(segment);
    this.#hasLeft = true;
  }

  /** Drops what segments have left, once all that may take its place was read. */
  #settle(): void {
    this.#hasLeft = false;
    for (const [key, definitions] of this.#families) {
      for (const [text, family] of definitions) {
        if (family.isAbandoned) definitions.delete(text);
        else family.settle();
      }
      if (definitions.size === 0) this.#families.delete(key);
    }
  }

  #apply(segment: SegmentReader, families: MergedFamily[], record: LogRecord): void {
    if (record[0] === "family") {
      const family = this.#familyFor(record[1]);
      family.define(segment, record[2]);
      families.push(family);
      return;
    }
    const family = families[record[1]];
    switch (record[0]) {
      case "series":
        if (!family.addSeries(segment, record)) {
          const [, , offset, , , values] = record;
          this.#onRemoved(familyKey(family.definition), { segment, offset, values });
        }
        return;
      case "end":
        return family.endSeries(segment, record);
      case "removal":
        for (const removed of family.removeSeries(record)) {
          this.#onRemoved(familyKey(family.definition), removed);
        }
        return;
      case "gone":
        this.#leave(segment, [family]);
    }
  }

  #familyFor(definition: SharedDefinition): MergedFamily {
    const key = familyKey(definition);
    const definitions: DefinitionsByKey = this.#families.get(key) ?? new Map();
    this.#families.set(key, definitions);
    const text = JSON.stringify(definition);
    const family = definitions.get(text) ?? new MergedFamily(definition);
    definitions.set(text, family);
    return family;
  }
}
