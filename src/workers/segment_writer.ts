import { MetricsError } from "../core/errors.ts";
import { encodeRecord, type LogRecord } from "./log.ts";
import type { Place } from "./place.ts";
import { headerBytes, type Segment, SegmentHeader } from "./segment.ts";

/**
 * How long cells that were given back stay unused. A scrape reads the log and then the cells in one
 * go; in this time, none is still reading cells by a log in which they were another series'.
 */
const quarantineMilliseconds = 30_000;

interface Freed {
  readonly place: Place;
  readonly time: number;
}

/** The writing side of a segment: hands out cells and appends to the log. */
export class SegmentWriter {
  /** What is written to. */
  readonly segment: Segment;
  /** The head of the segment. */
  readonly header: SegmentHeader;
  #cells: Float64Array;
  #integers: Int32Array;
  #log: Uint8Array;
  #used = 0;
  /** By width, the longest unused first. */
  readonly #freed = new Map<number, Freed[]>();

  /** Writes to a segment of which the caller is the only writer. */
  constructor(segment: Segment) {
    this.segment = segment;
    this.header = new SegmentHeader(segment);
    this.#log = new Uint8Array(segment.log, headerBytes, segment.log.byteLength - headerBytes);
    this.#cells = new Float64Array(segment.cells, 0, segment.cells.byteLength / 8);
    this.#integers = new Int32Array(segment.cells, 0, segment.cells.byteLength / 4);
  }

  /** So many cells, all 0. They go to a reader with the record that names them, and not before. */
  allocate(width: number): Place {
    const queue = this.#freed.get(width);
    if (queue !== undefined && queue[0]?.time < Date.now() - quarantineMilliseconds) {
      const { place } = queue.shift()!;
      place.cells.fill(0, place.slot, place.slot + width);
      return place;
    }
    const slot = this.#used;
    this.#used += width;
    if (this.#used > this.#cells.length) this.#growCells();
    return { cells: this.#cells, integers: this.#integers, slot };
  }

  /** Gives cells back. */
  release(place: Place, width: number): void {
    const queue = this.#freed.get(width) ?? [];
    this.#freed.set(width, queue);
    queue.push({ place, time: Date.now() });
  }

  /** Appends to the log and lets all threads see it. */
  append(record: LogRecord): void {
    const bytes = encodeRecord(record);
    const start = this.header.published;
    if (start + bytes.length > this.#log.length) this.#growLog(start + bytes.length);
    this.#log.set(bytes, start);
    this.header.published = start + bytes.length;
  }

  /** Views of fixed length stay true while memory grows, and are faster than those that follow. */
  #growCells(): void {
    const { cells } = this.segment;
    grow(cells, this.#used * 8);
    this.#cells = new Float64Array(cells, 0, cells.byteLength / 8);
    this.#integers = new Int32Array(cells, 0, cells.byteLength / 4);
  }

  #growLog(bytes: number): void {
    const { log } = this.segment;
    grow(log, headerBytes + bytes);
    this.#log = new Uint8Array(log, headerBytes, log.byteLength - headerBytes);
  }
}

function grow(memory: SharedArrayBuffer, bytes: number): void {
  if (bytes > memory.maxByteLength) {
    const limit = memory.maxByteLength / 2 ** 20;
    throw new MetricsError(
      `a thread's shared metrics outgrew ${limit} MiB; give its labels fewer values`,
    );
  }
  let size = memory.byteLength;
  while (size < bytes) size *= 2;
  memory.grow(Math.min(size, memory.maxByteLength));
}
