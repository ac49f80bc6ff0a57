import { GrowingBuffer } from "../encoding/growing_buffer.ts";
import { asDigits, digitsOf, writeDigits } from "./digits.ts";
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

  /**
   * Makes room for so many more bytes, for a loop that writes them by itself, from {@linkcode length}
   * on. Valid until more is written otherwise.
   */
  room(size: number): DataView<ArrayBuffer> {
    this.reserve(size);
    return this.view;
  }

  /** Takes over what a loop has written into the room, up to, but not including, `end`. */
  fill(end: number): void {
    this.position = end;
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
