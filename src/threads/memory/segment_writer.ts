import { MetricsError } from "../../model/errors.ts";
import { FreeList } from "./free_list.ts";
import { encodeRecord, type LogRecord } from "./log.ts";
import type { Slot } from "./slot.ts";
import { headerBytes, logOf, type Segment, SegmentHeader } from "./segment.ts";

/** A log below this size, in bytes, is not worth being written anew. */
const smallLog = 65_536;

/** The rest of a log is for ends and removals, so that what is full can become less. */
const shareOfSeries = 15 / 16;

/** The writing side of a segment: hands out cells and appends to the log. */
export class SegmentWriter {
  /** What is written to. */
  readonly segment: Segment;
  /** The head of the segment. */
  readonly header: SegmentHeader;
  #cells: Float64Array;
  #integers: Int32Array;
  #log: Uint8Array;
  #generation = 0;
  #length = 0;
  #used = 0;
  readonly #free = new FreeList();
  /** Records since the log was written anew, and those among them that made others void. */
  #records = 0;
  #endings = 0;
  #crowded: number;

  /** Writes to a segment of which the caller is the only writer. */
  constructor(segment: Segment) {
    this.segment = segment;
    this.header = new SegmentHeader(segment);
    this.#log = textOf(segment, 0);
    this.#cells = new Float64Array(segment.cells, 0, segment.cells.byteLength / 8);
    this.#integers = new Int32Array(segment.cells, 0, segment.cells.byteLength / 4);
    this.#crowded = this.#nextLength();
  }

  /** So many cells, all 0. They go to a reader with the record that names them, and not before. */
  allocate(width: number): Slot {
    const isFull = (this.#used + width) * 8 > this.segment.cells.maxByteLength;
    const reused = this.#free.take(width, isFull);
    if (reused !== undefined) {
      reused.cells.fill(0, reused.offset, reused.offset + width);
      return reused;
    }
    const offset = this.#used;
    if (offset + width > this.#cells.length) this.#growCells(offset + width);
    this.#used += width;
    return { cells: this.#cells, integers: this.#integers, offset };
  }

  /** Gives cells back. */
  release(offset: Slot, width: number): void {
    this.#free.put(offset, width);
  }

  /** Appends to the log and lets all threads see it. */
  append(record: LogRecord): void {
    this.#write(record);
    this.header.publish(this.#generation, this.#length);
  }

  /** Whether the log is long, and much of it does not hold any more; where it is full, a little. */
  get isCrowded(): boolean {
    if (this.#length <= this.#crowded) return false;
    return this.#endings * (this.#length > this.#capacity * shareOfSeries ? 64 : 4) > this.#records;
  }

  /**
   * Writes the log anew, in the other memory, and lets all threads go on there. Until then they read
   * the old one.
   *
   * @param records All that holds.
   * @returns Whether it was done; where there is more than the memory holds, the old one stays.
   */
  rewrite(records: Iterable<LogRecord>): boolean {
    const [length, log] = [this.#length, this.#log];
    this.#length = 0;
    this.#log = textOf(this.segment, ++this.#generation);
    let isWritten = false;
    try {
      for (const record of records) this.#write(record);
      isWritten = true;
    } catch (error) {
      if (!(error instanceof MetricsError)) throw error;
    } finally {
      if (!isWritten) {
        this.#generation--;
        this.#length = length;
        this.#log = log;
      }
      this.#records = 0;
      this.#endings = 0;
      this.#crowded = this.#nextLength();
    }
    if (!isWritten) return false;
    this.header.publish(this.#generation, this.#length);
    this.header.advanceGeneration();
    return true;
  }

  #write(record: LogRecord): void {
    const bytes = encodeRecord(record);
    const end = this.#length + bytes.length;
    const isEnding = record[0] !== "family" && record[0] !== "series";
    if (!isEnding && end > this.#capacity * shareOfSeries) throw outgrown(this.segment.logs[0]);
    if (end > this.#log.length) this.#growLog(end);
    this.#log.set(bytes, this.#length);
    this.#length = end;
    this.#records++;
    if (isEnding) this.#endings++;
  }

  get #capacity(): number {
    return this.segment.logs[0].maxByteLength - headerBytes;
  }

  /** The length from which on to write anew: twice that of now, if there is room. */
  #nextLength(): number {
    const room = this.#capacity - this.#length;
    return this.#length + Math.min(Math.max(smallLog, this.#length), room / 2);
  }

  /** Views of fixed length stay true while memory grows, and are faster than those that follow. */
  #growCells(length: number): void {
    const { cells } = this.segment;
    grow(cells, length * 8);
    this.#cells = new Float64Array(cells, 0, cells.byteLength / 8);
    this.#integers = new Int32Array(cells, 0, cells.byteLength / 4);
  }

  #growLog(bytes: number): void {
    grow(logOf(this.segment, this.#generation), headerBytes + bytes);
    this.#log = textOf(this.segment, this.#generation);
  }
}

function textOf(segment: Segment, generation: number): Uint8Array {
  const log = logOf(segment, generation);
  return new Uint8Array(log, headerBytes, log.byteLength - headerBytes);
}

function grow(memory: SharedArrayBuffer, bytes: number): void {
  if (bytes > memory.maxByteLength) throw outgrown(memory);
  let size = memory.byteLength;
  while (size < bytes) size *= 2;
  memory.grow(Math.min(size, memory.maxByteLength));
}

function outgrown({ maxByteLength }: SharedArrayBuffer): MetricsError {
  return new MetricsError(
    `a thread's shared metrics outgrew ${maxByteLength / 2 ** 20} MiB; ` +
      `give its labels fewer values, or remove series that are over`,
  );
}
