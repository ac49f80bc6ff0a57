import { CollectionError } from "../../model/errors.ts";
import { familyKey } from "../../model/label_key.ts";
import type { LogRecord, SharedDefinition } from "../memory/log.ts";
import { MergedFamily, type RemovedSeries } from "./merged_family.ts";
import { SegmentReader } from "../memory/segment_reader.ts";
import type { Segment } from "../memory/segment.ts";
import type { SegmentWriter } from "../memory/segment_writer.ts";

/** The families of one key, by the text of their definition: more than one is a contradiction. */
type DefinitionsByKey = Map<string, MergedFamily>;

/** Told of series that were removed in another thread. */
export type RemovalListener = (key: string, removed: RemovedSeries) => void;

/** All families of a set of segments. */
export class MergedView {
  readonly #segments = new Map<SegmentReader, MergedFamily[]>();
  readonly #ended = new Set<SegmentReader>();
  readonly #families = new Map<string, DefinitionsByKey>();
  readonly #onRemoved: RemovalListener;

  /** @param onRemoved Told of removed series, while the logs are read. */
  constructor(onRemoved: RemovalListener = () => {}) {
    this.#onRemoved = onRemoved;
  }

  /** Adds a segment. It is read with the next refresh. */
  add(segment: Segment): SegmentReader {
    const reader = new SegmentReader(segment);
    this.#segments.set(reader, []);
    return reader;
  }

  /** Takes a segment away, which another one now contains. */
  drop(segment: SegmentReader): void {
    for (const family of this.#segments.get(segment) ?? []) family.leave(segment, true);
    this.#segments.delete(segment);
    this.#ended.delete(segment);
    this.#dropAbandoned();
  }

  /** The segments, in the order in which they came. */
  segments(): SegmentReader[] {
    return [...this.#segments.keys()];
  }

  /** Reads what is new in the logs. */
  refresh(): void {
    for (const [segment, families] of this.#segments) {
      // Asked before the log is read: what an ended thread wrote last is then surely in it.
      const { ended } = segment.header;
      const { records, isWhole } = segment.read();
      const forgotten = isWhole ? families.splice(0) : [];
      for (const family of forgotten) family.leave(segment, true);
      for (const record of records) this.#apply(segment, families, record);
      if (forgotten.length > 0) this.#dropAbandoned();
      if (!ended || this.#ended.has(segment)) continue;
      this.#ended.add(segment);
      for (const family of families) family.leave(segment, false);
    }
  }

  /** The family of a key: that which was defined first, where there are several. */
  family(key: string): MergedFamily | undefined {
    const definitions = [...this.#families.get(key)?.values() ?? []];
    return definitions.toSorted((one, other) => one.since - other.since)[0];
  }

  /** The keys of all families. */
  keys(): Iterable<string> {
    return this.#families.keys();
  }

  /** Writes what some of the segments have as one thread would have that did all of it. */
  store(writer: SegmentWriter, segments: ReadonlySet<SegmentReader>): void {
    let number = 0;
    for (const definitions of this.#families.values()) {
      for (const family of definitions.values()) {
        if (family.store(writer, number, segments)) number++;
      }
    }
  }

  /** What the threads do not agree on. */
  conflicts(): CollectionError[] {
    return [...this.#families].filter(([, definitions]) => definitions.size > 1).map(
      ([key, definitions]) => {
        const { definition } = this.family(key)!;
        const [kept, ...others] = [
          JSON.stringify(definition),
          ...[...definitions.keys()].filter((text) => text !== JSON.stringify(definition)),
        ];
        return new CollectionError(
          `${definition.name}: threads define it differently, ${kept} and ${
            others.join(" and ")
          }; ` +
            `only the first is exposed, make them the same`,
        );
      },
    );
  }

  #dropAbandoned(): void {
    for (const [key, definitions] of this.#families) {
      for (const [text, family] of definitions) if (family.isAbandoned) definitions.delete(text);
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
        if (!family.begin(segment, record)) {
          const [, , offset, , , values] = record;
          this.#onRemoved(familyKey(family.definition), { segment, offset, values });
        }
        return;
      case "end":
        return family.end(segment, record);
      case "removal":
        for (const removed of family.remove(record)) {
          this.#onRemoved(familyKey(family.definition), removed);
        }
        return;
      case "gone":
        family.leave(segment, true);
        this.#dropAbandoned();
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
