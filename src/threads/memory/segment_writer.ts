import { MetricsError } from "../../model/errors.ts";
import { FreeList } from "./free_list.ts";
import { encodeRecord, type LogRecord } from "./log.ts";
import type { Slot } from "./slot.ts";
import { headerBytes, logOf, type Segment, SegmentHeader } from "./segment.ts";

/** A log is not rewritten before it has grown by this many bytes. */
const minRewriteBytes = 65_536;

/** The share of a log for series. The rest is for ends and removals: a full log can shrink again. */
const maxSeriesShare = 15 / 16;

/** The writing side of a segment: allocates cells and appends to the log. */
export class SegmentWriter {
  /** The segment that is written. */
  readonly segment: Segment;
  /** The header of the segment. */
  readonly header: SegmentHeader;
  #cells: Float64Array;
  #integers: Int32Array;
  #log: Uint8Array;
  #generation = 0;
  #length = 0;
  #used = 0;
  readonly #free = new FreeList();
  /** Number of records since the log was rewritten, and of those among them that end others. */
  #recordCount = 0;
  #endRecords = 0;
  #rewriteLength: number;

  /** @param segment A new segment that nobody else writes. */
  constructor(segment: Segment) {
    this.segment = segment;
    this.header = new SegmentHeader(segment);
    this.#log = logBytes(segment, 0);
    this.#cells = new Float64Array(segment.cells, 0, segment.cells.byteLength / 8);
    this.#integers = new Int32Array(segment.cells, 0, segment.cells.byteLength / 4);
    this.#rewriteLength = this.#nextRewriteLength();
  }

  /** Allocates cells, all 0. Readers do not see them before a record names them. */
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

  /** Releases cells. */
  release(slot: Slot, width: number): void {
    this.#free.put(slot, width);
  }

  /**
   * Appends a record to the log, for all threads to see.
   *
   * @throws {MetricsError} If the log has reached its maximum size.
   */
  append(record: LogRecord): void {
    this.#write(record);
    this.header.publish(this.#generation, this.#length);
  }

  /** Whether the log has grown, and enough of it is out of date: a quarter, or 1/64 if it is full. */
  get isWorthRewriting(): boolean {
    if (this.#length <= this.#rewriteLength) return false;
    return this.#endRecords * (this.#length > this.#capacity * maxSeriesShare ? 64 : 4) >
      this.#recordCount;
  }

  /**
   * Rewrites the log in the other memory, and lets all threads continue there. Until then they read
   * the old log.
   *
   * @param records All records of the new log.
   * @returns Whether it was rewritten. If the records do not fit, the old log stays.
   */
  rewrite(records: Iterable<LogRecord>): boolean {
    const [length, log] = [this.#length, this.#log];
    this.#length = 0;
    this.#log = logBytes(this.segment, ++this.#generation);
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
      this.#recordCount = 0;
      this.#endRecords = 0;
      this.#rewriteLength = this.#nextRewriteLength();
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
    if (!isEnding && end > this.#capacity * maxSeriesShare) throw outgrew(this.segment.logs[0]);
    if (end > this.#log.length) this.#growLog(end);
    this.#log.set(bytes, this.#length);
    this.#length = end;
    this.#recordCount++;
    if (isEnding) this.#endRecords++;
  }

  get #capacity(): number {
    return this.segment.logs[0].maxByteLength - headerBytes;
  }

  /** The length at which to rewrite next: twice the current one, if there is room. */
  #nextRewriteLength(): number {
    const room = this.#capacity - this.#length;
    return this.#length + Math.min(Math.max(minRewriteBytes, this.#length), room / 2);
  }

  /** Views of fixed length stay valid while memory grows, and are faster than tracking ones. */
  #growCells(length: number): void {
    const { cells } = this.segment;
    grow(cells, length * 8);
    this.#cells = new Float64Array(cells, 0, cells.byteLength / 8);
    this.#integers = new Int32Array(cells, 0, cells.byteLength / 4);
  }

  #growLog(bytes: number): void {
    grow(logOf(this.segment, this.#generation), headerBytes + bytes);
    this.#log = logBytes(this.segment, this.#generation);
  }
}

function logBytes(segment: Segment, generation: number): Uint8Array {
  const log = logOf(segment, generation);
  return new Uint8Array(log, headerBytes, log.byteLength - headerBytes);
}

function grow(memory: SharedArrayBuffer, bytes: number): void {
  if (bytes > memory.maxByteLength) throw outgrew(memory);
  let size = memory.byteLength;
  while (size < bytes) size *= 2;
  memory.grow(Math.min(size, memory.maxByteLength));
}

function outgrew({ maxByteLength }: SharedArrayBuffer): MetricsError {
  return new MetricsError(
    `a thread's shared metrics outgrew ${maxByteLength / 2 ** 20} MiB; ` +
      `give its labels fewer values, or remove series that are over`,
  );
}
