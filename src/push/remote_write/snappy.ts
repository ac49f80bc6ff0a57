/**
 * Snappy blocks, in which Remote Write sends its requests: the length of the data, then elements,
 * each of which is a literal (bytes as they are) or a copy (bytes that came before).
 *
 * Source: https://github.com/google/snappy/blob/main/format_description.txt
 */
import { GrowingBuffer } from "../../exposition/encoding/growing_buffer.ts";

/** The kind of an element: the lower two bits of its tag. */
const literalKind = 0;
const nearCopyKind = 1;
const copyKind = 2;

/** A copy of 4 to 11 bytes from less than 2 KiB back is near: it takes two bytes, not three. */
const shortestNear = 4;
const longestNear = 11;
const nearDistance = 2048;

/** The longest copy that one element expresses. */
const longestCopy = 64;

/** Writes the elements of a block one by one; {@linkcode snappyPreamble} belongs before them. */
export class SnappyWriter extends GrowingBuffer {
  /**
   * Writes bytes as they are, as one element; none if there are no bytes.
   *
   * @returns The position in {@linkcode written} of the first of these bytes.
   */
  literal(source: Uint8Array, start: number, end: number): number {
    this.reserve(end - start + 5);
    this.position = putLiteral(this.buffer, this.position, source, start, end);
    return this.position - (end - start);
  }

  /**
   * Repeats bytes written before, in as few bytes as possible. A copy may be longer than its
   * distance: it then repeats itself.
   *
   * @param distance How far back the bytes begin in the uncompressed data, from 1 to 65,535.
   * @param length How many bytes, at least 1.
   */
  copy(distance: number, length: number): void {
    // No element but the last is of less than 60 bytes, and none takes more than three.
    this.reserve(3 * Math.ceil(length / 60));
    this.position = putCopy(this.buffer, this.position, distance, length);
  }

  /**
   * Overwrites eight bytes of a literal by a double, the lowest byte first. Any NaN gets the bits
   * that Prometheus gives it: https://github.com/prometheus/prometheus/blob/main/model/value/value.go
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
}

/** What a block begins with: the length of the uncompressed data, seven bits a byte. */
export function snappyPreamble(length: number): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  let rest = length;
  for (; rest > 0x7f; rest >>>= 7) bytes.push(rest & 0x7f | 0x80);
  return Uint8Array.of(...bytes, rest);
}

/**
 * Compresses data into a block. It is at most a few bytes larger than the data. 64 KiB take about
 * 0.1 ms.
 */
export function compress(source: Uint8Array): Uint8Array<ArrayBuffer> {
  const compressor = new Compressor(source);
  for (let start = 0; start < source.length; start += windowSize) {
    compressor.window(start, Math.min(start + windowSize, source.length));
  }
  return blockOf(source.length, compressor.length > source.length ? stored(source) : compressor);
}

/** Data as one literal, for those that nothing makes smaller. */
function stored(source: Uint8Array): SnappyWriter {
  const writer = new SnappyWriter(source.length + 5);
  writer.literal(source, 0, source.length);
  return writer;
}

/** A whole block, in an array without spare room. */
function blockOf(length: number, { written }: SnappyWriter): Uint8Array<ArrayBuffer> {
  const preamble = snappyPreamble(length);
  const block = new Uint8Array(preamble.length + written.length);
  block.set(preamble);
  block.set(written, preamble.length);
  return block;
}

/** Data are searched in windows, so that a distance fits into 16 bits. */
const windowSize = 2 ** 16;

/** The shortest repetition that is looked for. */
const shortestMatch = 4;

/** After so many misses in a row, every second byte is tried, then every third, and so on. */
const missesBeforeSkip = 32;

/** Finds repetitions greedily: each is the last place at which the same four bytes were seen. */
class Compressor extends SnappyWriter {
  readonly #source: Uint8Array;
  readonly #view: DataView;
  /**
   * By the hash of four bytes, where in the window they were last seen. A zero is the beginning of
   * the window, a place like any other: what is found is compared in any case.
   */
  readonly #places: Uint16Array;
  /** How far a hash of 32 bits is shifted to become an index of the places. */
  readonly #shift: number;

  constructor(source: Uint8Array) {
    super(mostBytes(Math.min(source.length, windowSize)));
    this.#source = source;
    this.#view = new DataView(source.buffer, source.byteOffset, source.length);
    // As many as bytes, but from 2^8 to 2^14: 32 KiB, which stay in the cache of a core.
    const bits = Math.min(Math.max(32 - Math.clz32(source.length), 8), 14);
    this.#places = new Uint16Array(2 ** bits);
    this.#shift = 32 - bits;
  }

  /**
   * Compresses the bytes from `start` to `end`. The position is a local here: elements written by
   * the methods above, which keep it in a field, took a tenth to a third longer.
   */
  window(start: number, end: number): void {
    this.reserve(mostBytes(end - start));
    const [source, view, places, shift] = [this.#source, this.#view, this.#places, this.#shift];
    const target = this.buffer;
    const last = end - shortestMatch;
    let position = this.position;
    let written = start;
    let misses = missesBeforeSkip;
    places.fill(0);
    for (let at = start + 1; at <= last;) {
      const bytes = view.getInt32(at, true);
      const slot = hash(bytes, shift);
      const found = start + places[slot];
      places[slot] = at - start;
      if (view.getInt32(found, true) !== bytes) {
        at += misses++ >> 5;
        continue;
      }
      position = putLiteral(target, position, source, written, at);
      written = matchEnd(view, found + shortestMatch, at + shortestMatch, end);
      position = putCopy(target, position, at - found, written - at);
      at = written;
      misses = missesBeforeSkip;
      if (at <= last) places[hash(view.getInt32(at - 1, true), shift)] = at - 1 - start;
    }
    this.position = putLiteral(target, position, source, written, end);
  }
}

/**
 * The most bytes that a window takes before {@linkcode stored} comes to its help. A copy saves what
 * the tag of a literal of up to 60 bytes costs; the tag of a longer one adds a byte in 65 at most.
 */
function mostBytes(length: number): number {
  return length + Math.ceil(length / 60) + 5;
}

/** A multiplier that spreads four bytes well over the upper bits of the product. */
function hash(bytes: number, shift: number): number {
  return Math.imul(bytes, 0x1e35_a7bd) >>> shift;
}

/** The position up to which the bytes from `at` on are those from `earlier` on. */
function matchEnd(view: DataView, earlier: number, at: number, end: number): number {
  const distance = at - earlier;
  while (at <= end - 4) {
    const difference = view.getInt32(at - distance, true) ^ view.getInt32(at, true);
    // The lowest bit that differs lies in the first byte that does.
    if (difference !== 0) return at + (31 - Math.clz32(difference & -difference) >> 3);
    at += 4;
  }
  while (at < end && view.getUint8(at - distance) === view.getUint8(at)) at++;
  return at;
}

/** Writes a literal, and returns the position after it. */
function putLiteral(
  target: Uint8Array,
  position: number,
  source: Uint8Array,
  start: number,
  end: number,
): number {
  if (start === end) return position;
  let at = putLiteralTag(target, position, end - start - 1);
  // For a few bytes a loop is faster than set() and the view that it needs.
  if (end - start <= 60) {
    for (let from = start; from < end; from++) target[at++] = source[from];
    return at;
  }
  target.set(source.subarray(start, end), at);
  return at + end - start;
}

/** The length of a literal less one: up to 59 in the tag, else in one to four bytes after it. */
function putLiteralTag(target: Uint8Array, position: number, length: number): number {
  if (length < 60) {
    target[position] = length << 2 | literalKind;
    return position + 1;
  }
  let at = position + 1;
  for (let rest = length; rest > 0; rest >>>= 8) target[at++] = rest;
  target[position] = 58 + at - position << 2 | literalKind;
  return at;
}

/** Writes copies, and returns the position after them. */
function putCopy(target: Uint8Array, position: number, distance: number, length: number): number {
  let at = position;
  let rest = length;
  while (rest >= longestCopy + shortestNear) {
    at = putFarCopy(target, at, distance, longestCopy);
    rest -= longestCopy;
  }
  // What remains after 60 bytes may be a near copy; after 64 it would be too short for one.
  if (rest > longestCopy) {
    at = putFarCopy(target, at, distance, longestCopy - shortestNear);
    rest -= longestCopy - shortestNear;
  }
  const isNear = rest >= shortestNear && rest <= longestNear && distance < nearDistance;
  if (!isNear) return putFarCopy(target, at, distance, rest);
  target[at] = distance >> 8 << 5 | rest - shortestNear << 2 | nearCopyKind;
  target[at + 1] = distance;
  return at + 2;
}

function putFarCopy(target: Uint8Array, at: number, distance: number, length: number): number {
  target[at] = length - 1 << 2 | copyKind;
  target[at + 1] = distance;
  target[at + 2] = distance >> 8;
  return at + 3;
}
