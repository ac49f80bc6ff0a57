import { GrowingBuffer } from "../../exposition/encoding/growing_buffer.ts";
import { numberCodes, shortEnd, textCodes } from "./format.ts";

const utf8 = /* @__PURE__ */ new TextEncoder();

/** The longest text that a loop writes faster than a `TextEncoder`. */
const shortText = 40;

/** Integers up to here, behind a point, are not longer than a double. */
const decimalEnd = 2 ** 48;

/** Where a writer was, to go back there. */
export interface WriterMark {
  /** Number of bytes written. */
  readonly length: number;
  /** Number of different texts written. */
  readonly texts: number;
  /** What all texts would take if each was written as often as it is used. */
  readonly textLength: number;
  /** The last number that was no integer. */
  readonly last: number;
}

/** A buffer to which numbers and texts of a batch are written. `format.ts` says how. */
export class ByteWriter extends GrowingBuffer {
  readonly #texts: string[] = [];
  readonly #numbers = new Map<string, number>();
  #textLength = 0;
  #last = 0;

  /** Where it is now. */
  mark(): WriterMark {
    return {
      length: this.position,
      texts: this.#texts.length,
      textLength: this.#textLength,
      last: this.#last,
    };
  }

  /** Discards all that was written since then. */
  goBack({ length, texts, textLength, last }: WriterMark): void {
    this.truncate(length);
    for (const text of this.#texts.splice(texts)) this.#numbers.delete(text);
    this.#textLength = textLength;
    this.#last = last;
  }

  /** A copy of what was written. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.buffer.slice(0, this.position);
  }

  /** Writes bytes as they are. */
  bytes(source: ArrayLike<number>): void {
    this.reserve(source.length);
    this.buffer.set(source, this.position);
    this.position += source.length;
  }

  /** Writes a byte. */
  byte(byte: number): void {
    this.reserve(1);
    this.buffer[this.position++] = byte;
  }

  /** Writes eight bytes. */
  double(value: number): void {
    this.reserve(8);
    this.view.setFloat64(this.position, value, true);
    this.position += 8;
  }

  /** Writes any number. */
  number(value: number): void {
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) return this.#integer(value);
    if (Object.is(value, this.#last)) return this.byte(numberCodes.again);
    this.#last = value;
    for (let digits = 1, power = 10; digits <= 3; digits++, power *= 10) {
      const integer = Math.round(value * power);
      // A quotient of integers is the double that is nearest to it, as is a decimal number.
      if (integer / power === value && integer !== 0 && Math.abs(integer) < decimalEnd) {
        this.byte(numberCodes.decimal + digits);
        return this.#integer(integer);
      }
    }
    this.byte(numberCodes.double);
    this.double(value);
  }

  /** Writes a text, or its number if it was written before. */
  text(text: string): void {
    if (text === "") return this.#integer(textCodes.empty);
    this.#textLength += text.length;
    const known = this.#numbers.get(text);
    if (known !== undefined) return this.#integer(known);
    this.#numbers.set(text, textCodes.known + this.#texts.length);
    this.#texts.push(text);
    this.#integer(textCodes.fresh);
    if (this.#ascii(text)) return;
    const encoded = utf8.encode(text);
    this.#integer(encoded.length);
    this.bytes(encoded);
  }

  /** Writes a short ASCII text, as most are; if it is none, writes nothing and returns false. */
  #ascii(text: string): boolean {
    const { length } = text;
    if (length > shortText) return false;
    this.reserve(length + 1);
    const target = this.buffer;
    const start = this.position + 1;
    for (let at = 0; at < length; at++) {
      const unit = text.charCodeAt(at);
      if (unit > 0x7f) return false;
      target[start + at] = unit;
    }
    target[start - 1] = length;
    this.position = start + length;
    return true;
  }

  #integer(value: number): void {
    this.reserve(8);
    const target = this.buffer;
    if (value >= 0 && value < shortEnd) {
      if (value < numberCodes.short) {
        target[this.position++] = value;
        return;
      }
      const more = value - numberCodes.short;
      target[this.position++] = numberCodes.short + (more >> 8);
      target[this.position++] = more;
      return;
    }
    const start = this.position++;
    let size = 0;
    for (let rest = Math.abs(value); rest > 0; rest = Math.floor(rest / 256), size++) {
      target[this.position++] = rest;
    }
    target[start] = (value < 0 ? numberCodes.negative : numberCodes.positive) + size;
  }
}
