import type { LabelTable } from "../../model/label_table.ts";
import type { RowRange } from "../encoding/encoder.ts";
import type { ByteWriter } from "./byte_writer.ts";
import { CopiedBytes, copyWords } from "./copied_bytes.ts";
import { asDigits, digitsOf, writeDigits } from "./digits.ts";
import { type LabelText, labelTextOf, quoteLabelName } from "./label_text.ts";
import type { LineEnd } from "./line_block.ts";
import { sampleText } from "./number_text.ts";
import type { SampleName } from "./sample_name.ts";

/** Bytes of a value with its line feed at most, and those that a copy may write behind its end. */
const mostValueBytes = 40;

/** The most characters of a value that are written one by one; `encodeInto()` is faster then. */
const mostCharacters = 40;

/** What is the same in all rows of a family. */
export class LineParts {
  /** Lines of a row. */
  readonly lines: number;
  /** For each line what is before the labels, after them, and before a value without labels. */
  readonly parts: CopiedBytes;
  /** What is before the value of each label, with a comma: `,a="`. */
  readonly openings: CopiedBytes;
  /** The labels of a row that are not short and plain. */
  readonly labelsOf: LabelText;
  /** Bytes of a row besides its label values, at most. */
  readonly rowSize: number;

  /** @param names The names of the labels. */
  constructor(samples: readonly SampleName[], names: readonly string[]) {
    this.lines = samples.length;
    this.parts = new CopiedBytes(samples.flatMap((sample) => sample.parts()));
    this.openings = new CopiedBytes(names.map((name) => `,${quoteLabelName(name)}="`));
    this.labelsOf = labelTextOf(names);
    const lineSize = this.openings.view.byteLength + names.length + mostValueBytes;
    this.rowSize = this.parts.view.byteLength + this.lines * lineSize;
  }
}

/**
 * Writes lines straight from their label values, so that nothing is kept of them: 0.1 µs for a
 * counter with two labels, and 55 ns for a line of a histogram, as the labels of a series are put
 * together once for all of its lines.
 *
 * It writes into the writer's room by itself: with a call for each part of a line, which makes room
 * and stores the position, a page takes twice the time.
 *
 * @param values The values of these rows, line after line.
 */
export function writeLines(
  writer: ByteWriter,
  { lines, parts, openings, labelsOf, rowSize }: LineParts,
  { names, values: labelValues }: LabelTable,
  { first, end }: RowRange,
  values: Float64Array,
  endOf?: LineEnd,
): void {
  const { view: fixed, starts } = parts;
  const width = names.length;
  for (let row = first, line = 0; row < end; row++) {
    const offset = row * width;
    let units = 0;
    for (let column = 0; column < width; column++) units += labelValues[offset + column].length;
    // A UTF-16 unit takes three bytes at most, and an escaped one two.
    const size = rowSize + lines * units * 3;
    let view = writer.room(size);
    let at = writer.length;
    let labelsStart = -1;
    let labelsEnd = -1;
    for (let sample = 0, part = 0; sample < lines; sample++, line++, part += 3) {
      const lineEnd = endOf === undefined ? "" : endOf(row, sample);
      if (lineEnd === undefined) continue;
      if (units === 0) {
        at = copyWords(view, at, fixed, starts[part + 2], starts[part + 3]);
      } else {
        at = copyWords(view, at, fixed, starts[part], starts[part + 1]);
        if (labelsStart >= 0) {
          at = copyWords(view, at, view, labelsStart, labelsEnd);
        } else {
          labelsStart = at;
          at = writeLabels(view, at, openings, labelValues, offset);
          if (at < 0) {
            writer.fill(labelsStart);
            writer.text(labelsOf(labelValues, offset));
            view = writer.room(size);
            at = writer.length;
          }
          labelsEnd = at;
        }
        at = copyWords(view, at, fixed, starts[part + 1], starts[part + 2]);
      }
      const value = values[line];
      const integer = asDigits(value);
      if (integer >= 0) {
        at += digitsOf(integer);
        writeDigits(view, at, integer);
      } else {
        at = writeCharacters(view, at, sampleText(value));
      }
      if (lineEnd !== "") {
        writer.fill(at);
        writer.text(lineEnd);
        view = writer.room(size);
        at = writer.length;
      }
      view.setUint8(at++, 0x0a);
    }
    writer.fill(at);
  }
}

/**
 * Writes the labels of a row: `a="1",b="2"`.
 *
 * @param offset The position of the first value of the row.
 * @returns The position after them; -1 if one is long, or has a character that is not plain ASCII.
 */
function writeLabels(
  view: DataView<ArrayBuffer>,
  start: number,
  { view: openings, starts }: CopiedBytes,
  values: readonly string[],
  offset: number,
): number {
  let at = start;
  // Only the first label has no comma in front.
  let comma = 1;
  for (let column = 0; column < starts.length - 1; column++) {
    const value = values[offset + column];
    const { length } = value;
    // An empty value is an absent label: writing it would make two series of one.
    if (length === 0) continue;
    if (length > mostCharacters) return -1;
    at = copyWords(view, at, openings, starts[column] + comma, starts[column + 1]);
    comma = 0;
    for (let character = 0; character < length; character++) {
      const unit = value.charCodeAt(character);
      if (unit > 0x7f || unit === 0x22 || unit === 0x5c || unit === 0x0a) return -1;
      view.setUint8(at++, unit);
    }
    view.setUint8(at++, 0x22);
  }
  return at;
}

/** Writes ASCII. */
function writeCharacters(view: DataView<ArrayBuffer>, start: number, text: string): number {
  for (let at = 0; at < text.length; at++) view.setUint8(start + at, text.charCodeAt(at));
  return start + text.length;
}
