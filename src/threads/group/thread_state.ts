import type { MetricFamily } from "../../model/snapshot.ts";
import { ExemplarBoard, type PostedExemplar } from "../view/latest_exemplars.ts";
import type { LogRecord, SharedDefinition } from "../memory/log.ts";
import type { Fallen } from "../view/merged_family.ts";
import { MergedPage } from "../view/merged_view.ts";
import { Removals } from "./pending_removals.ts";
import { type Segment, SegmentHeader } from "../memory/segment.ts";
import type { SegmentReader } from "../memory/segment_reader.ts";
import { SegmentWriter } from "../memory/segment_writer.ts";
import type { Pattern } from "../view/tombstones.ts";

/** A family of this thread, as far as other threads concern it. */
export interface Resident {
  /** What its families are merged by. */
  readonly key: string;
  /** How it is defined. */
  readonly definition: SharedDefinition;
  /** When it was made in this thread, in seconds since 1970. */
  readonly since: number;
  /** Its number in the log. */
  number: number;
  /** A removal in another thread has taken the series in these cells. */
  fell(slot: number, values: readonly string[]): void;
  /** Lets the instruments record on outside shared memory. */
  detach(): void;
  /** Its series, for a log that is written anew with other numbers. */
  series(number: number): Iterable<LogRecord>;
}

/** One thread's part in shared metrics: the segment that it writes, and the page that all make. */
export class Member {
  /** Writes what this thread counts. */
  readonly writer: SegmentWriter;
  /** Reads what all threads count, this one included. */
  readonly page: MergedPage;
  /** The exemplars of all threads. */
  readonly exemplars: ExemplarBoard = new ExemplarBoard();
  /** Told when there are exemplars to take to other threads. */
  onExemplars: () => void = () => {};
  readonly #own: SegmentReader;
  readonly #families = new Set<Resident>();
  readonly #removals: Removals<Resident>;
  #familyCount = 0;
  #attended = 0;
  #hasLeft = false;

  /** Takes a segment that belongs to this thread alone. */
  constructor(segment: Segment) {
    this.writer = new SegmentWriter(segment);
    this.#removals = new Removals(segment.logs[0].maxByteLength);
    this.page = new MergedPage((key, fallen) => this.#fell(key, fallen));
    this.#own = this.page.add(segment);
  }

  /** Takes a family in, and tells all threads of it. */
  join(family: Resident): void {
    this.tidy();
    this.#families.add(family);
    family.number = this.#familyCount++;
    this.writer.append(["family", family.definition, family.since]);
  }

  /** Takes a family out, with all its series. */
  part(family: Resident): void {
    this.tidy();
    this.#families.delete(family);
    this.#removals.forget(family);
    this.writer.append(["gone", family.number]);
  }

  /** Removes series of a family in all threads. */
  remove(family: Resident, pattern: Pattern): void {
    this.tidy();
    const holders = this.page.family(family.key)?.holders(pattern) ?? [];
    const stamp = this.time + 1;
    this.writer.append(["removal", family.number, stamp, pattern]);
    this.writer.header.clock = stamp;
    const told = this.page.segments().filter((segment) => segment !== this.#own)
      .map((segment) => ({ segment, header: segment.header, notice: segment.header.notify() }));
    const waited = told.filter(({ segment }) => holders.includes(segment));
    this.#removals.add({ family, stamp, pattern, holders: waited });
  }

  /**
   * Writes the log anew where much of it does not hold any more. To be called before something
   * changes, as what is written is what the families then say.
   */
  tidy(): void {
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
    return this.writer.header.words[SegmentHeader.noticesAt] !== this.#attended;
  }

  /** Reads all logs, and removes here what was removed elsewhere. */
  refresh(): void {
    const { header } = this.writer;
    this.#attended = header.words[SegmentHeader.noticesAt];
    this.page.refresh();
    header.attend(this.#attended);
  }

  /** The logical time: no removal that this thread can know of is later. */
  get time(): number {
    return this.page.segments().reduce((time, { header }) => Math.max(time, header.clock), 0);
  }

  /** Notes an exemplar, for this thread and the others. */
  post(exemplar: PostedExemplar): void {
    if (this.exemplars.post(exemplar)) this.onExemplars();
  }

  /** A family as it is in all threads. */
  collect(key: string): readonly MetricFamily[] {
    this.refresh();
    const family = this.page.family(key);
    return family === undefined ? [] : [this.exemplars.attach(key, family.collect())];
  }

  /** Lets all instruments record on outside shared memory, and this thread be one that ended. */
  end(): void {
    this.#hasLeft = true;
    for (const family of this.#families) family.detach();
    this.writer.header.end();
  }

  #fell(key: string, { segment, slot, values }: Fallen): void {
    if (segment !== this.#own) return;
    for (const family of this.#families) if (family.key === key) family.fell(slot, values);
  }
}
