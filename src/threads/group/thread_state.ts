import type { MetricFamily } from "../../model/snapshot.ts";
import { LatestExemplars, type PublishedExemplar } from "../view/latest_exemplars.ts";
import type { LogRecord, SharedDefinition } from "../memory/log.ts";
import { JoinedFamily } from "../view/joined_family.ts";
import type { MergedFamily, RemovedSeries } from "../view/merged_family.ts";
import { MergedView } from "../view/merged_view.ts";
import { PendingRemovals } from "./pending_removals.ts";
import { type Segment, SegmentHeader } from "../memory/segment.ts";
import type { SegmentReader } from "../memory/segment_reader.ts";
import { SegmentWriter } from "../memory/segment_writer.ts";
import type { Pattern } from "../view/tombstones.ts";

/** A family of this thread. */
export interface LocalFamily {
  /** The key by which families of all threads are merged; see {@linkcode familyKey}. */
  readonly key: string;
  /** The keys of the family and of its overflow series. */
  readonly keys: readonly string[];
  /** How it is defined. */
  readonly definition: SharedDefinition;
  /** When it was created in this thread, in seconds since 1970. */
  readonly since: number;
  /** Its number in the log. */
  number: number;
  /** Called if another thread has removed the series at this offset. */
  onRemoved(offset: number, values: readonly string[]): void;
  /** Moves its instruments outside shared memory, where they keep recording. */
  detach(): void;
  /** Its series as log records, under the number that the family gets in a rewritten log. */
  series(number: number): Iterable<LogRecord>;
}

/** The keys of the families on a page, by the key of the family that is asked for them. */
interface PageKeys {
  /** Those that have the name of a family of this thread. */
  readonly own: ReadonlyMap<string, readonly string[]>;
  /** The others. */
  readonly remote: ReadonlyMap<string, readonly string[]>;
}

/** One thread of a shared registry: the segment that it writes, and its view of all segments. */
export class ThreadState {
  /** Writes this thread's segment. */
  readonly writer: SegmentWriter;
  /** The families of all threads, this one included. */
  readonly view: MergedView;
  /** The exemplars of all threads. */
  readonly exemplars: LatestExemplars = new LatestExemplars();
  /** Whether this thread has ended its part. */
  hasLeft = false;
  /** Called at the first exemplar since exemplars were last sent to the other threads. */
  onExemplars: () => void = () => {};
  readonly #ownReader: SegmentReader;
  readonly #families = new Set<LocalFamily>();
  readonly #removals: PendingRemovals<LocalFamily>;
  #familyCount = 0;
  #acknowledged = 0;
  /** Families that are joined, by their first part. */
  readonly #joined = new WeakMap<MergedFamily, JoinedFamily>();
  /** During a collection, the keys that are on the page together, by the first of them. */
  #page: PageKeys | undefined;

  /** @param segment A segment that no other thread writes. */
  constructor(segment: Segment) {
    this.writer = new SegmentWriter(segment);
    this.#removals = new PendingRemovals(segment.logs[0].maxByteLength);
    this.view = new MergedView((key, removed) => this.#onRemoved(key, removed));
    this.#ownReader = this.view.add(segment);
  }

  /** Adds a family, for all threads to see. */
  addFamily(family: LocalFamily): void {
    this.compactLog();
    this.#families.add(family);
    family.number = this.#familyCount++;
    this.writer.append(["family", family.definition, family.since]);
  }

  /** Removes this thread's share of a family, with all its series. */
  removeFamily(family: LocalFamily): void {
    this.compactLog();
    this.#families.delete(family);
    this.#removals.forget(family);
    this.writer.append(["gone", family.number]);
  }

  /** Removes series of a family in all threads. */
  remove(family: LocalFamily, pattern: Pattern): void {
    this.compactLog();
    const affected = this.view.family(family.key)?.segmentsWith(pattern) ?? [];
    const stamp = this.time + 1;
    this.writer.append(["removal", family.number, stamp, pattern]);
    this.writer.header.clock = stamp;
    const notified = this.view.segments().filter((segment) => segment !== this.#ownReader)
      .map((segment) => ({
        segment,
        header: segment.header,
        notification: segment.header.notify(),
      }));
    const recipients = notified.filter(({ segment }) => affected.includes(segment));
    this.#removals.add({ family, stamp, pattern, recipients });
  }

  /**
   * Rewrites the log if much of it is out of date. To be called before a change and not after it,
   * because the new log has the current state of all families.
   */
  compactLog(): void {
    // The families of a thread that has left have no series any more, but its log still has all.
    if (this.hasLeft || !this.writer.isWorthRewriting) return;
    const families = [...this.#families];
    const removals = this.#removals;
    removals.prune();
    const isWritten = this.writer.rewrite(function* (): Iterable<LogRecord> {
      for (const [number, family] of families.entries()) {
        yield ["family", family.definition, family.since];
        yield* removals.records(family, number);
        yield* family.series(number);
      }
    }());
    if (!isWritten) return;
    this.#familyCount = families.length;
    families.forEach((family, number) => family.number = number);
  }

  /** Whether another thread has removed series, and this one has not applied that yet. */
  get hasUnseenRemovals(): boolean {
    return this.writer.header.words[SegmentHeader.notificationsWord] !== this.#acknowledged;
  }

  /** Reads all logs, and applies the removals of other threads. */
  refresh(): void {
    const { header } = this.writer;
    this.#acknowledged = header.words[SegmentHeader.notificationsWord];
    this.view.refresh();
    header.acknowledge(this.#acknowledged);
  }

  /** The logical time: that of the last removal by any thread that is known here. */
  get time(): number {
    return this.view.segments().reduce((time, { header }) => Math.max(time, header.clock), 0);
  }

  /** Stores an exemplar, for this thread and the others. */
  publish(exemplar: PublishedExemplar): void {
    if (this.exemplars.publish(exemplar)) this.onExemplars();
  }

  /**
   * Reads all logs once for a collection of many families. Only what it does before it returns is
   * spared further readings: a promise that it returns is not waited for.
   */
  refreshedFor<Result>(collect: () => Result): Result {
    this.refresh();
    this.#page = this.#pageKeys();
    try {
      return collect();
    } finally {
      this.#page = undefined;
    }
  }

  /**
   * A family of this thread, merged of all threads. In a collection of many families it has the
   * series of other threads with other constant labels as well, so that each name is joined once.
   */
  collect(keys: readonly string[]): readonly MetricFamily[] {
    if (this.#page === undefined) this.refresh();
    return this.#collect(this.#page?.own.get(keys[0]) ?? keys);
  }

  /** The families whose names only other threads have, during a collection. */
  collectRemote(): readonly MetricFamily[] {
    return [...this.#page?.remote.values() ?? []].flatMap((keys) => this.#collect(keys));
  }

  #collect(keys: readonly string[]): readonly MetricFamily[] {
    const parts: MergedFamily[] = [];
    const snapshots: MetricFamily[] = [];
    for (const key of keys) {
      const family = this.view.family(key);
      if (family === undefined) continue;
      parts.push(family);
      snapshots.push(this.exemplars.attach(key, family.collect()));
    }
    const [first, ...others] = parts;
    if (others.length === 0) return snapshots;
    const joined = this.#joined.get(first) ?? new JoinedFamily();
    this.#joined.set(first, joined);
    return joined.join(parts, snapshots);
  }

  /** The keys of each name: those of this thread's first family of it, and those of others. */
  #pageKeys(): PageKeys {
    const own = new Map<string, string[]>();
    const remote = new Map<string, string[]>();
    const known = new Set<string>();
    const byName = new Map<string, string[]>();
    for (const { key, keys, definition: { name } } of this.#families) {
      if (known.has(key)) continue;
      const together = [...keys];
      own.set(key, together);
      keys.forEach((each) => known.add(each));
      if (!byName.has(name)) byName.set(name, together);
    }
    for (const key of this.view.keys()) {
      if (known.has(key)) continue;
      const { name } = this.view.family(key)!.definition;
      const together = byName.get(name) ?? [];
      if (together.push(key) > 1) continue;
      byName.set(name, together);
      remote.set(key, together);
    }
    return { own, remote };
  }

  /** Moves all instruments outside shared memory, and marks this thread as ended. */
  end(): void {
    this.hasLeft = true;
    for (const family of this.#families) family.detach();
    this.writer.header.end();
  }

  #onRemoved(key: string, { segment, offset, values }: RemovedSeries): void {
    if (segment !== this.#ownReader) return;
    for (const family of this.#families) if (family.key === key) family.onRemoved(offset, values);
  }
}
