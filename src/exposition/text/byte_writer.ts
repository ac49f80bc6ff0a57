import { GrowingBuffer } from "../encoding/growing_buffer.ts";
import { asDigits, digitsOf, writeDigits } from "./digits.ts";
import { sampleText } from "./number_text.ts";

const utf8 = /* @__PURE__ */ new TextEncoder();

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
    this.buffer = new Uint8Array(0);
    this.view = new DataView(this.buffer.buffer);
    this.position = 0;
    return written;
  }
}
