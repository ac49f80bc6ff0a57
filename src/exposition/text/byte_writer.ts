import { GrowingBuffer } from "../encoding/growing_buffer.ts";
import { asDigits, digitsOf, writeDigits } from "./digits.ts";
import { escapeLabelValue } from "./label_text.ts";
import { sampleText } from "./number_text.ts";

const utf8 = /* @__PURE__ */ new TextEncoder();

/** An empty buffer for writers that have handed over theirs; making another takes 1 µs. */
const nothing = /* @__PURE__ */ new Uint8Array(0);
const viewOfNothing = /* @__PURE__ */ new DataView(/* @__PURE__ */ new ArrayBuffer(0));

/** A buffer to which the text formats write a page. */
export class ByteWriter extends GrowingBuffer {
  /**
   * Writes any text as UTF-8.
   *
   * @param size The most bytes that it can take, if they are known.
   */
  text(text: string, size: number = text.length * 3): void {
    this.reserve(size);
    this.position += utf8.encodeInto(text, this.buffer.subarray(this.position)).written;
  }

  /** Copies bytes. */
  bytes(source: Uint8Array): void {
    this.reserve(source.length);
    this.buffer.set(source, this.position);
    this.position += source.length;
  }

  /** Copies a few bytes: up to about 64 a loop is faster than `set()`. */
  short(source: Uint8Array): void {
    const { length } = source;
    this.reserve(length);
    const target = this.buffer;
    const start = this.position;
    for (let at = 0; at < length; at++) target[start + at] = source[at];
    this.position = start + length;
  }

  /** Copies bytes of this page once more, from `start` up to, but not including, `end`. */
  again(start: number, end: number): void {
    this.reserve(end - start);
    const target = this.buffer;
    if (end - start > 64) {
      target.copyWithin(this.position, start, end);
      this.position += end - start;
    } else {
      let at = this.position;
      for (let from = start; from < end; from++) target[at++] = target[from];
      this.position = at;
    }
  }

  /**
   * Writes the labels of a row: `a="1",b="2"`. One loop over local variables, as texts of plain
   * ASCII are written character by character: `encodeInto()` costs more than a label has to.
   *
   * @param openings What comes before the value of each column, with a comma: `,a="`.
   * @param offset The position of the first value of the row.
   */
  labels(openings: readonly Uint8Array[], values: readonly string[], offset: number): void {
    let isFirst = true;
    for (let column = 0; column < openings.length; column++) {
      const value = values[offset + column];
      const { length } = value;
      // An empty value is an absent label: writing it would make two series of one.
      if (length === 0) continue;
      const opening = openings[column];
      this.reserve(opening.length + length + 1);
      const target = this.buffer;
      let at = this.position;
      for (let from = isFirst ? 1 : 0; from < opening.length; from++) target[at++] = opening[from];
      isFirst = false;
      const start = at;
      let rest = length <= 40 ? 0 : length;
      for (let character = 0; rest === 0 && character < length; character++) {
        const unit = value.charCodeAt(character);
        if (unit > 0x7f || unit === 0x22 || unit === 0x5c || unit === 0x0a) rest = length;
        else target[at++] = unit;
      }
      if (rest === 0) {
        target[at] = 0x22;
        this.position = at + 1;
      } else {
        this.position = start;
        this.text(`${escapeLabelValue(value)}"`);
      }
    }
  }

  /** Ends a line. */
  lineFeed(): void {
    this.reserve(1);
    this.buffer[this.position++] = 0x0a;
  }

  /**
   * Writes a sample's value.
   *
   * @returns The number of bytes written.
   */
  value(value: number): number {
    this.reserve(32);
    const start = this.position;
    const integer = asDigits(value);
    if (integer >= 0) {
      this.position += digitsOf(integer);
      writeDigits(this.view, this.position, integer);
    } else {
      const text = sampleText(value);
      for (let at = 0; at < text.length; at++) this.buffer[start + at] = text.charCodeAt(at);
      this.position += text.length;
    }
    return this.position - start;
  }

  /** Hands over what was written, without a copy. The writer then starts with an empty buffer. */
  finish(): Uint8Array<ArrayBuffer> {
    const written = this.buffer.subarray(0, this.position);
    this.buffer = nothing;
    this.view = viewOfNothing;
    this.position = 0;
    return written;
  }
}
