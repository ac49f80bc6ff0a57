import type { MetricFamily } from "../core/snapshot.ts";
import { ExemplarBoard, type PostedExemplar } from "./exemplar_board.ts";
import type { Fallen } from "./merged_family.ts";
import { MergedPage } from "./merged_page.ts";
import { type Segment, SegmentHeader } from "./segment.ts";
import type { SegmentReader } from "./segment_reader.ts";
import { SegmentWriter } from "./segment_writer.ts";

/** A family of this thread, as far as other threads concern it. */
export interface Resident {
  /** A removal in another thread has taken the series in these cells. */
  fell(slot: number, values: readonly string[]): void;
  /** Lets the instruments record on outside shared memory. */
  detach(): void;
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
  readonly #families = new Map<string, Resident>();
  #familyCount = 0;
  #attended = 0;

  /** Takes a segment that belongs to this thread alone. */
  constructor(segment: Segment) {
    this.writer = new SegmentWriter(segment);
    this.page = new MergedPage((key, fallen) => this.#fell(key, fallen));
    this.#own = this.page.add(segment);
  }

  /** Takes a family in. Returns its number in the log. */
  join(key: string, cells: Resident): number {
    this.#families.set(key, cells);
    return this.#familyCount++;
  }

  /** Forgets a family. */
  part(key: string): void {
    this.#families.delete(key);
  }

  /** Whether series were removed in another thread, and this one has not seen to its own yet. */
  get isBehind(): boolean {
    return this.writer.header.words[SegmentHeader.noticesAt] !== this.#attended;
  }

  /** Reads all logs, and removes here what was removed elsewhere. */
  refresh(): void {
    this.#attended = this.writer.header.words[SegmentHeader.noticesAt];
    this.page.refresh();
  }

  /** The logical time: no removal that this thread can know of is later. */
  get time(): number {
    return this.page.segments().reduce((time, { header }) => Math.max(time, header.clock), 0);
  }

  /** Makes a new logical time, for a removal. */
  advanceTime(): number {
    return this.writer.header.clock = this.time + 1;
  }

  /** Tells all other threads that a series was removed. */
  notifyOthers(): void {
    for (const segment of this.page.segments()) {
      if (segment !== this.#own) segment.header.notify();
    }
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
    for (const cells of this.#families.values()) cells.detach();
    this.writer.header.end();
  }

  #fell(key: string, { segment, slot, values }: Fallen): void {
    if (segment === this.#own) this.#families.get(key)?.fell(slot, values);
  }
}
