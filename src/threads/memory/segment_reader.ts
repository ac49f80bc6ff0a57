import { decodeRecords, type LogRecord } from "./log.ts";
import { headerBytes, logOf, type Segment, SegmentHeader } from "./segment.ts";

/** What is new in a log. */
export interface LogReading {
  /** The records, in their order. */
  readonly records: readonly LogRecord[];
  /** Whether they are all that holds, and none from earlier readings does. */
  readonly isWhole: boolean;
}

const nothing: LogReading = { records: [], isWhole: false };

/** The reading side of a segment: its log from where it was read last, and its cells as they are. */
export class SegmentReader {
  /** What is read. */
  readonly segment: Segment;
  /** The head of the segment. */
  readonly header: SegmentHeader;
  /** The numbers, as many as there were when they were looked for last. */
  cells: Float64Array = new Float64Array(0);
  /** The same memory, two integers a cell. */
  integers: Int32Array = new Int32Array(0);
  #generation = 0;
  #position = 0;

  /** Nothing is read yet. */
  constructor(segment: Segment) {
    this.segment = segment;
    this.header = new SegmentHeader(segment);
  }

  /** The records since the last call, or all where the log was written anew. */
  read(): LogReading {
    for (;;) {
      const { generation } = this.header;
      const isWhole = generation !== this.#generation;
      const start = isWhole ? 0 : this.#position;
      const end = this.header.published(generation);
      this.seeCells();
      if (end === start && !isWhole) return nothing;
      const log = logOf(this.segment, generation);
      const bytes = new Uint8Array(log, headerBytes).slice(start, end);
      if (!this.header.wasStill(generation)) continue;
      this.#generation = generation;
      this.#position = end;
      return { records: decodeRecords(bytes), isWhole };
    }
  }

  /** Lets all cells be read that there are by now. */
  seeCells(): void {
    const { cells } = this.segment;
    if (cells.byteLength <= this.cells.byteLength) return;
    this.cells = new Float64Array(cells, 0, cells.byteLength / 8);
    this.integers = new Int32Array(cells, 0, cells.byteLength / 4);
  }
}
