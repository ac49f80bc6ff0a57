import type { MetricFamily } from "../../model/snapshot.ts";
import { LatestExemplars, type PublishedExemplar } from "../view/latest_exemplars.ts";
import type { LogRecord, SharedDefinition } from "../memory/log.ts";
import type { RemovedSeries } from "../view/merged_family.ts";
import { MergedView } from "../view/merged_view.ts";
import { PendingRemovals } from "./pending_removals.ts";
import { type Segment, SegmentHeader } from "../memory/segment.ts";
import type { SegmentReader } from "../memory/segment_reader.ts";
import { SegmentWriter } from "../memory/segment_writer.ts";
import type { Pattern } from "../view/tombstones.ts";

/** A family of this thread, as far as other threads concern it. */
export interface LocalFamily {
  /** What its families are merged by. */
  readonly key: string;
  /** How it is defined. */
  readonly definition: SharedDefinition;
  /** When it was made in this thread, in seconds since 1970. */
  readonly since: number;
  /** Its number in the log. */
  number: number;
  /** A removal in another thread has taken the series in these cells. */
  onRemoved(offset: number, values: readonly string[]): void;
  /** Lets the instruments record on outside shared memory. */
  detach(): void;
  /** Its series, for a log that is written anew with other numbers. */
  series(number: number): Iterable<LogRecord>;
}

/** One thread's part in shared metrics: the segment that it writes, and the page that all make. */
export class ThreadState {
  /** Writes what this thread counts. */
  readonly writer: SegmentWriter;
  /** Reads what all threads count, this one included. */
  readonly view: MergedView;
  /** The exemplars of all threads. */
  readonly exemplars: LatestExemplars = new LatestExemplars();
  /** Told when there are exemplars to take to other threads. */
  onExemplars: () => void = () => {};
  readonly #own: SegmentReader;
  readonly #families = new Set<LocalFamily>();
  readonly #removals: PendingRemovals<LocalFamily>;
  #familyCount = 0;
  #acknowledged = 0;
  #hasLeft = false;

  /** Takes a segment that belongs to this thread alone. */
  constructor(segment: Segment) {
    this.writer = new SegmentWriter(segment);
    this.#removals = new PendingRemovals(segment.logs[0].maxByteLength);
    this.view = new MergedView((key, removed) => this.#onRemoved(key, removed));
    this.#own = this.view.add(segment);
  }

  /** Takes a family in, and tells all threads of it. */
  addFamily(family: LocalFamily): void {
    this.compactLog();
    this.#families.add(family);
    family.number = this.#familyCount++;
    this.writer.append(["family", family.definition, family.since]);
  }

  /** Takes a family out, with all its series. */
  removeFamily(family: LocalFamily): void {
    this.compactLog();
    this.#families.delete(family);
    this.#removals.forget(family);
    this.writer.append(["gone", family.number]);
  }

  /** Removes series of a family in all threads. */
  remove(family: LocalFamily, pattern: Pattern): void {
    this.compactLog();
    const recipients = this.view.family(family.key)?.recipients(pattern) ?? [];
    const stamp = this.time + 1;
    this.writer.append(["removal", family.number, stamp, pattern]);
    this.writer.header.clock = stamp;
    const told = this.view.segments().filter((segment) => segment !== this.#own)
      .map((segment) => ({
        segment,
        header: segment.header,
        notification: segment.header.notify(),
      }));
    const waiting = told.filter(({ segment }) => recipients.includes(segment));
    this.#removals.add({ family, stamp, pattern, recipients: waiting });
  }

  /**
   * Writes the log anew where much of it does not hold any more. To be called before something
   * changes, as what is written is what the families then say.
   */
  compactLog(): void {
    // Of a thread that has left, the families hold nothing any more, and the log all.
    if (this.#hasLeft || !this.writer.isCrowded) return;
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

  /** Whether series were removed in another thread, and this one has not seen to its own yet. */
  get isBehind(): boolean {
    return this.writer.header.words[SegmentHeader.notificationsAt] !== this.#acknowledged;
  }

  /** Reads all logs, and removes here what was removed elsewhere. */
  refresh(): void {
    const { header } = this.writer;
    this.#acknowledged = header.words[SegmentHeader.notificationsAt];
    this.view.refresh();
    header.acknowledge(this.#acknowledged);
  }

  /** The logical time: no removal that this thread can know of is later. */
  get time(): number {
    return this.view.segments().reduce((time, { header }) => Math.max(time, header.clock), 0);
  }

  /** Notes an exemplar, for this thread and the others. */
  publish(exemplar: PublishedExemplar): void {
    if (this.exemplars.publish(exemplar)) this.onExemplars();
  }

  /** A family as it is in all threads. */
  collect(key: string): readonly MetricFamily[] {
    this.refresh();
    const family = this.view.family(key);
    return family === undefined ? [] : [this.exemplars.attach(key, family.collect())];
  }

  /** Lets all instruments record on outside shared memory, and this thread be one that ended. */
  end(): void {
    this.#hasLeft = true;
    for (const family of this.#families) family.detach();
    this.writer.header.end();
  }

  #onRemoved(key: string, { segment, offset, values }: RemovedSeries): void {
    if (segment !== this.#own) return;
    for (const family of this.#families) if (family.key === key) family.onRemoved(offset, values);
  }
}
