import { decodeRecords, type LogRecord } from "./log.ts";
import { headerBytes, type Segment, SegmentHeader } from "./segment.ts";

/** The reading side of a segment: its log from where it was read last, and its cells as they are. */
export class SegmentReader {
  /** What is read. */
  readonly segment: Segment;
  /** The head of the segment. */
  readonly header: SegmentHeader;
  /** The numbers, as many as there were when the log was read last. */
  cells: Float64Array = new Float64Array(0);
  /** The same memory, two integers a cell. */
  integers: Int32Array = new Int32Array(0);
  #position = 0;

  /** Nothing is read yet. */
  constructor(segment: Segment) {
    this.segment = segment;
    this.header = new SegmentHeader(segment);
  }

  /** The records since the last call. */
  read(): readonly LogRecord[] {
    const { published } = this.header;
    if (published === this.#position) return [];
    const { log, cells } = this.segment;
    const bytes = new Uint8Array(log, headerBytes + this.#position, published - this.#position);
    const records = decodeRecords(bytes);
    this.#position = published;
    if (cells.byteLength > this.cells.byteLength) {
      this.cells = new Float64Array(cells, 0, cells.byteLength / 8);
      this.integers = new Int32Array(cells, 0, cells.byteLength / 4);
    }
    return records;
  }
}
