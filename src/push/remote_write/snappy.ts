import { GrowingBuffer } from "../../exposition/encoding/growing_buffer.ts";
import { atOnce } from "../../model/time_slices.ts";

/** The kind of an element: the lower two bits of its tag. */
const kind = { literal: 0, nearCopy: 1, copy: 2 } as const;

/** The longest copy that one element expresses. */
const longestCopy = 64;

/** A near copy takes two bytes instead of three: 4 to 11 bytes from less than 2 KiB back. */
const shortestNear = 4;
const longestNear = 11;
const nearDistance = 2048;

/**
 * Writes the elements of a Snappy block one by one. The block begins with
 * {@linkcode snappyPreamble}, which is not part of what is written here.
 *
 * Source: https://github.com/google/snappy/blob/main/format_description.txt
 */
export class SnappyWriter extends GrowingBuffer {
  /**
   * Writes bytes as they are, as one element; none if there are no bytes.
   *
   * @returns The position in {@linkcode written} of the first of these bytes.
   */
  literal(source: Uint8Array, start: number, end: number): number {
    const length = end - start;
    if (length <= 0) return this.position;
    this.reserve(length + 5);
    this.#literalTag(length - 1);
    const at = this.position;
    this.position = at + length;
    const target = this.buffer;
    // Up to about 60 bytes a loop is faster than set() and the view that it needs.
    if (length > 60) target.set(source.subarray(start, end), at);
    else {for (let offset = 0; offset < length; offset++) {
        target[at + offset] = source[start + offset];
      }}
    return at;
  }

  /**
   * Repeats bytes written before, in as few bytes as possible. A copy may be longer than its
   * distance: it then repeats itself.
   *
   * @param distance How far back the bytes begin in the uncompressed data, from 1 to 65,535.
   * @param length How many bytes, at least 1.
   */
  copy(distance: number, length: number): void {
    let rest = length;
    while (rest >= longestCopy + shortestNear) {
      this.#copyElement(distance, longestCopy);
      rest -= longestCopy;
    }
    // A rest of less than four bytes would take three bytes again; one of four may take two.
    if (rest > longestCopy) {
      this.#copyElement(distance, longestCopy - shortestNear);
      rest -= longestCopy - shortestNear;
    }
    this.#copyElement(distance, rest);
  }

  /**
   * Overwrites eight bytes of a literal by a double, the lowest byte first. NaN gets the bits that
   * Prometheus gives it: https://github.com/prometheus/prometheus/blob/main/model/value/value.go
   */
  setDouble(position: number, value: number): void {
    if (value === value) return this.view.setFloat64(position, value, true);
    this.view.setUint32(position, 1, true);
    this.view.setUint32(position + 4, 0x7ff8_0000, true);
  }

  /** Overwrites bytes of a literal. */
  setBytes(position: number, source: Uint8Array): void {
    this.buffer.set(source, position);
  }

  /** The tag of a literal: up to 60 bytes in itself, and more in one to four bytes behind it. */
  #literalTag(lengthMinusOne: number): void {
    const target = this.buffer;
    if (lengthMinusOne < 60) {
      target[this.position++] = lengthMinusOne << 2 | kind.literal;
      return;
    }
    const tag = this.position++;
    let more = 0;
    for (let rest = lengthMinusOne; rest > 0; rest >>>= 8) {
      target[this.position++] = rest;
      more++;
    }
    target[tag] = 59 + more << 2 | kind.literal;
  }

  /** One element, of 64 bytes at most. */
  #copyElement(distance: number, length: number): void {
    this.reserve(3);
    const target = this.buffer;
    if (length >= shortestNear && length <= longestNear && distance < nearDistance) {
      target[this.position++] = distance >> 8 << 5 | length - shortestNear << 2 | kind.nearCopy;
      target[this.position++] = distance;
      return;
    }
    target[this.position++] = length - 1 << 2 | kind.copy;
    target[this.position++] = distance;
    target[this.position++] = distance >> 8;
  }
}

/** What a block begins with: the length of the uncompressed data, seven bits a byte. */
export function snappyPreamble(length: number): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  let rest = length;
  for (; rest > 0x7f; rest >>>= 7) bytes.push(rest & 0x7f | 0x80);
  return Uint8Array.of(...bytes, rest);
}

/** Compresses data into a Snappy block, with its preamble. */
export function compress(source: Uint8Array): Uint8Array<ArrayBuffer> {
  return atOnce(compressing(source));
}

/** Compresses as {@linkcode compress} does, and yields after each 64 KiB. */
export function* compressing(source: Uint8Array): Generator<void, Uint8Array<ArrayBuffer>, void> {
  const preamble = snappyPreamble(source.length);
  const writer = new SnappyWriter(source.length + 10);
  writer.literal(source, 0, source.length);
  yield;
  const block = new Uint8Array(preamble.length + writer.length);
  block.set(preamble);
  block.set(writer.written, preamble.length);
  return block;
}
