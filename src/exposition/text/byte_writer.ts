import { asDigits, digitsOf, writeDigits } from "./digits.ts";
import { sampleText } from "./number_text.ts";

const utf8 = /* @__PURE__ */ new TextEncoder();

/** A growing buffer that a page is written into. */
export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #length = 0;

  /** @param capacity How many bytes are expected; growing costs a copy each time. */
  constructor(capacity = 4096) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** How many bytes were written. */
  get length(): number {
    return this.#length;
  }

  /** Discards what was written after this length. */
  truncate(length: number): void {
    this.#length = length;
  }

  /**
   * Writes any text as UTF-8.
   *
   * @param size The most bytes that it can take, if they are known.
   */
  text(text: string, size: number = text.length * 3): void {
    this.#reserve(size);
    this.#length += utf8.encodeInto(text, this.#bytes.subarray(this.#length)).written;
  }

  /** Copies bytes. */
  bytes(source: Uint8Array): void {
    this.#reserve(source.length);
    this.#bytes.set(source, this.#length);
    this.#length += source.length;
  }

  /**
   * Writes a sample's value.
   *
   * @returns The number of bytes written.
   */
  value(value: number): number {
    this.#reserve(32);
    const start = this.#length;
    const integer = asDigits(value);
    if (integer >= 0) {
      this.#length += digitsOf(integer);
      writeDigits(this.#view, this.#length, integer);
    } else {
      const text = sampleText(value);
      for (let at = 0; at < text.length; at++) this.#bytes[start + at] = text.charCodeAt(at);
      this.#length += text.length;
    }
    return this.#length - start;
  }

  /** What was written so far, until more is written. */
  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Hands over what was written, without a copy. The writer then starts with an empty buffer. */
  finish(): Uint8Array<ArrayBuffer> {
    const written = this.#bytes.subarray(0, this.#length);
    this.#bytes = new Uint8Array(0);
    this.#view = new DataView(this.#bytes.buffer);
    this.#length = 0;
    return written;
  }

  /** Makes room. */
  #reserve(size: number): void {
    const needed = this.#length + size;
    if (needed > this.#bytes.length) this.#grow(needed);
  }

  #grow(needed: number): void {
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}
