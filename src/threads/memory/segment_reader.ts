import { decodeRecords, type LogRecord, wholeRecords } from "./log.ts";
import { headerBytes, logOf, type Segment, SegmentHeader } from "./segment.ts";

/** New records of a log. */
export interface LogReading {
  /** The records, in their order. */
  readonly records: readonly LogRecord[];
  /** Whether they replace the records of all earlier readings, because the log was rewritten. */
  readonly isWhole: boolean;
}

const nothing: LogReading = { records: [], isWhole: false };

/** The reading side of a segment: new records of its log, and the current values of its cells. */
export class SegmentReader {
  /** The segment that is read. */
  readonly segment: Segment;
  /** The header of the segment. */
  readonly header: SegmentHeader;
  /** The numbers; see {@linkcode SegmentReader.seeCells}. */
  cells: Float64Array = new Float64Array(0);
  /** The same memory as integers, two a cell. */
  integers: Int32Array = new Int32Array(0);
  #generation = 0;
  #position = 0;

  /** A reader at the start of the log. */
  constructor(segment: Segment) {
    this.segment = segment;
    this.header = new SegmentHeader(segment);
  }

  /** Number of bytes of the log that were not read yet. */
  get unread(): number {
    const { generation } = this.header;
    const read = generation === this.#generation ? this.#position : 0;
    return this.header.published(generation) - read;
  }

  /**
   * The records since the last call, or all if the log was rewritten.
   *
   * @param size The most bytes to read now, unless the first record is larger.
   */
  read(size: number = Infinity): LogReading {
    for (let most = size;;) {
      const { generation } = this.header;
      const isWhole = generation !== this.#generation;
      const start = isWhole ? 0 : this.#position;
      const end = this.header.published(generation);
      this.seeCells();
      if (end === start && !isWhole) return nothing;
      const log = logOf(this.segment, generation);
      const isCut = end - start > most;
      const copy = new Uint8Array(log, headerBytes).slice(start, isCut ? start + most : end);
      if (!this.header.isCurrent(generation)) continue;
      const bytes = isCut ? wholeRecords(copy) : copy;
      if (bytes.length === 0 && isCut) {
        most *= 2;
        continue;
      }
      this.#generation = generation;
      this.#position = start + bytes.length;
      return { records: decodeRecords(bytes), isWhole };
    }
  }

  /** Extends the views of the cells to all that have been allocated by now. */
  seeCells(): void {
    const { cells } = this.segment;
    if (cells.byteLength <= this.cells.byteLength) return;
    this.cells = new Float64Array(cells, 0, cells.byteLength / 8);
    this.integers = new Int32Array(cells, 0, cells.byteLength / 4);
  }
}
