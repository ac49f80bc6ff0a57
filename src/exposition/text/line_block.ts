import type { LabelTable } from "../../model/label_table.ts";
import { ByteWriter } from "./byte_writer.ts";
import { asDigits, digitsOf, writeDigits } from "./digits.ts";
import { labelTextOf, utf8Size } from "./label_text.ts";
import { sampleText } from "./number_text.ts";
import type { SampleName } from "./sample_name.ts";

/** Returns what a line has after its value, or `undefined` if the line is left out. */
export type LineEnd = (row: number, sample: number) => string | undefined;

/** Scratch buffer in which the new bytes of a block are put together. */
const scratch = /* @__PURE__ */ new ByteWriter(0);

/** Spare room: one byte in 128, so that longer values do not need new memory each time. */
const spareShare = 1 / 128;

/**
 * The cached lines of some rows, as on the last page: for each row a line a sample.
 *
 * A value that is still the same costs a comparison, 1 ns. One that has as many characters as the
 * one before is written over it, and all lines are copied to a page at once.
 */
export class LineBlock {
  readonly #samples: readonly SampleName[];
  /** Number of bytes before the first sample. */
  readonly #headerSize: number;
  #bytes: Uint8Array;
  #view: DataView;
  /** The part of the bytes that is in use: all lines. A view of its own costs 0.1 µs a page. */
  #lines: Uint8Array;
  /** The position after the value of each line. */
  #ends = new Uint32Array(0);
  /** Number of bytes of each line's value. */
  #sizes = new Uint8Array(0);
  /** The values as written. */
  #values = new Float64Array(0);

  /**
   * @param samples The samples of a row.
   * @param header The lines before the first row.
   */
  constructor(samples: readonly SampleName[], header: Uint8Array) {
    this.#samples = samples;
    this.#headerSize = header.length;
    // Nothing is written to it: the first rows need a larger buffer.
    this.#lines = this.#bytes = header;
    this.#view = new DataView(header.buffer);
  }

  /** All lines. */
  get lines(): Uint8Array {
    return this.#lines;
  }

  /** Number of rows. */
  get rows(): number {
    return this.#ends.length / this.#samples.length;
  }

  /** Number of bytes of all lines. */
  get size(): number {
    return this.#lines.length;
  }

  /**
   * Updates the lines, and adds those of new rows.
   *
   * @param first The row of the table with which this block begins.
   * @param rows The rows to update; the block may have more.
   * @param values The values of these rows, line after line.
   */
  update(table: LabelTable, first: number, rows: number, values: Float64Array): void {
    const known = this.#ends.length;
    const lines = rows * this.#samples.length;
    this.#updateValues(Math.min(lines, known), values);
    if (lines > known) this.#add(table, first, rows, values);
  }

  /** Copies the lines of the first rows. */
  copy(writer: ByteWriter, rows: number): void {
    const lines = rows * this.#samples.length;
    if (lines === this.#ends.length) writer.bytes(this.#lines);
    else if (lines > 0) writer.bytes(this.#lines.subarray(0, this.#ends[lines - 1] + 1));
  }

  /** Copies the lines of the first rows, with what `endOf` returns after their values. */
  copyWith(writer: ByteWriter, rows: number, endOf: LineEnd): void {
    const size = this.#samples.length;
    let copied = 0;
    let start = this.#headerSize;
    for (let row = 0; row < rows; row++) {
      for (let sample = 0; sample < size; sample++) {
        const at = this.#ends[row * size + sample];
        const end = endOf(row, sample);
        if (end !== "") {
          writer.bytes(this.#lines.subarray(copied, end === undefined ? start : at));
          copied = end === undefined ? at + 1 : at;
          if (end !== undefined) writer.text(end);
        }
        start = at + 1;
      }
    }
    writer.bytes(this.#lines.subarray(copied, start));
  }

  /**
   * Writes values over the previous ones. If a value has another length, the lines after it move.
   *
   * One loop over local variables, because a series can have 16 lines and more.
   */
  #updateValues(lines: number, values: Float64Array): void {
    const known = this.#values;
    const ends = this.#ends;
    let moved = 0;
    let shift = 0;
    scratch.truncate(0);
    for (let line = 0; line < lines; line++) {
      const value = values[line];
      const end = ends[line];
      if (shift !== 0) ends[line] = end + shift;
      // 0 and -0 are equal, but not as text.
      if (value === known[line] && (value !== 0 || Object.is(value, known[line]))) continue;
      known[line] = value;
      const size = this.#sizes[line];
      if (this.#overwrite(end, size, value)) continue;
      scratch.bytes(this.#lines.subarray(moved, end - size));
      const written = scratch.value(value);
      this.#sizes[line] = written;
      shift += written - size;
      ends[line] = end + shift;
      moved = end;
    }
    if (moved === 0) return;
    for (let line = lines; line < ends.length; line++) ends[line] += shift;
    scratch.bytes(this.#lines.subarray(moved));
    this.#store();
  }

  /** Writes a value over one of so many bytes. Returns whether it has as many. */
  #overwrite(end: number, size: number, value: number): boolean {
    const integer = asDigits(value);
    if (integer >= 0) {
      if (digitsOf(integer) !== size) return false;
      writeDigits(this.#view, end, integer);
      return true;
    }
    const text = sampleText(value);
    if (text.length !== size) return false;
    for (let character = 0; character < size; character++) {
      this.#bytes[end - size + character] = text.charCodeAt(character);
    }
    return true;
  }

  /** Appends rows as one string: it runs once a row, and cold code has no faster way. */
  #add(
    { names, values: labelValues }: LabelTable,
    first: number,
    rows: number,
    values: Float64Array,
  ): void {
    const samples = this.#samples;
    const lines = rows * samples.length;
    const known = this.#ends.length;
    const ends = new Uint32Array(lines);
    const sizes = new Uint8Array(lines);
    ends.set(this.#ends);
    sizes.set(this.#sizes);
    const labelsOf = labelTextOf(names);
    let line = known;
    let at = this.#lines.length;
    let added = "";
    for (let row = known / samples.length; row < rows; row++) {
      const labels = labelsOf(labelValues, (first + row) * names.length);
      const labelSize = utf8Size(labels);
      for (const sample of samples) {
        const text = sampleText(values[line]);
        added += `${sample.before(labels)}${text}\n`;
        at += (labelSize === 0 ? sample.bareSize : sample.size) + labelSize + text.length;
        ends[line] = at++;
        sizes[line] = text.length;
        line++;
      }
    }
    this.#ends = ends;
    this.#sizes = sizes;
    this.#values = values.slice(0, lines);
    scratch.truncate(0);
    scratch.bytes(this.#lines);
    scratch.text(added, at - this.#lines.length);
    this.#store();
  }

  /** Takes over the bytes of the scratch buffer. */
  #store(): void {
    const { length } = scratch;
    if (length > this.#bytes.length) {
      this.#bytes = new Uint8Array(Math.ceil(length * (1 + spareShare)));
      this.#view = new DataView(this.#bytes.buffer);
    }
    this.#bytes.set(scratch.written);
    this.#lines = this.#bytes.subarray(0, length);
  }
}
