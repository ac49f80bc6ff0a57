import { SnappyWriter } from "./snappy.ts";

/** Bytes of a value. */
const valueSize = 8;

/** A shorter run of equal bytes takes no fewer bytes as a copy. */
const shortestCopy = 4;

/** The farthest that a copy may reach back. */
const farthest = 0xffff;

/** A message that was written. */
interface Written {
  readonly bytes: Uint8Array;
  readonly valueAt: number;
  /** Its position in the uncompressed data. */
  readonly start: number;
}

/**
 * Messages of series, compressed while they are written: a message differs from the one before in
 * little more than its value, so it is a copy of that one with a few literal bytes.
 *
 * No byte of a value is ever copied. So values can be overwritten in place for the next request,
 * which then need not be compressed anew.
 */
export class SimilarMessages {
  /** The compressed messages. */
  readonly elements: SnappyWriter = new SnappyWriter();
  /**
   * Where in `elements` lies what follows the value of a message, if it is no copy of what follows the
   * value before: in the first message, and in long ones.
   */
  readonly unlike: number[] = [];
  #size = 0;
  #previous: Written | undefined;

  /** Number of uncompressed bytes. */
  get size(): number {
    return this.#size;
  }

  /**
   * Appends a message.
   *
   * What follows the value must begin with the same bytes in each message: the sample's time.
   *
   * @param valueAt Where in the message the value lies.
   * @returns Where in `elements` the value lies.
   */
  append(message: Uint8Array, valueAt: number): number {
    const start = this.#size;
    const previous = this.#previous;
    let literal = 0;
    let position = 0;
    const writeLiteral = (end: number) => {
      const first = this.elements.literal(message, literal, end);
      if (literal > valueAt || valueAt >= end) return;
      position = first + valueAt - literal;
      if (valueAt + valueSize < end) this.unlike.push(position + valueSize);
    };
    for (let at = 0; at < message.length;) {
      if (at === valueAt) {
        at += valueSize;
        continue;
      }
      const { distance, length } = longestRun(message, at, valueAt, start, previous);
      if (length < shortestCopy) {
        at++;
        continue;
      }
      writeLiteral(at);
      this.elements.copy(distance, length);
      at += length;
      literal = at;
    }
    writeLiteral(message.length);
    this.#size += message.length;
    this.#previous = { bytes: message.slice(), valueAt, start };
    return position;
  }
}

/** A run of bytes that a message has in common with the one before. */
interface Run {
  /** How far back it begins. */
  readonly distance: number;
  readonly length: number;
}

/**
 * The longest run from a position on: as far from the beginning, or as far from the value, as in the
 * message before. It ends before the value, in both.
 *
 * @param start Where the message begins in the uncompressed data.
 */
function longestRun(
  message: Uint8Array,
  at: number,
  valueAt: number,
  start: number,
  previous: Written | undefined,
): Run {
  if (previous === undefined) return { distance: 0, length: 0 };
  const behind = start - previous.start;
  const shift = valueAt - previous.valueAt;
  const beside = runAt(message, at, valueAt, previous, behind + shift, shift);
  if (at > valueAt || shift === 0) return beside;
  const below = runAt(message, at, valueAt, previous, behind, 0);
  return below.length > beside.length ? below : beside;
}

function runAt(
  message: Uint8Array,
  at: number,
  valueAt: number,
  { bytes, valueAt: valueBefore }: Written,
  distance: number,
  shift: number,
): Run {
  // Before anything is compared: of long messages that would take seconds, byte by byte.
  if (distance > farthest) return { distance, length: 0 };
  const isBefore = at < valueAt;
  const end = isBefore ? valueAt : message.length;
  const source = at - shift;
  const sourceEnd = isBefore ? valueBefore : bytes.length;
  let length = 0;
  while (
    source >= 0 && at + length < end && source + length < sourceEnd &&
    message[at + length] === bytes[source + length]
  ) length++;
  return { distance, length };
}
