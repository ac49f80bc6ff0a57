import { compress, uncompress } from "snappyjs";

/** As many bytes as Prometheus decodes at most. */
const largest = 32 * 2 ** 20;

/**
 * Decompresses a Snappy block with snappyjs, which looks neither at what is missing at the end nor
 * at what is too much: both are errors here, as the decoded size that no sender should reach is.
 */
export function readSnappy(block: Uint8Array): Uint8Array {
  const { size, start } = sizeOf(block);
  if (size > largest) throw new Error(`Snappy block of ${size} bytes`);
  const held = heldBytes(block, start);
  if (held !== size) throw new Error(`Snappy block of ${size} bytes holds ${held}`);
  return uncompress(block, largest);
}

/** Compresses with snappyjs, for requests made by hand. */
export function writeSnappy(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return compress(bytes).slice();
}

function sizeOf(block: Uint8Array): { readonly size: number; readonly start: number } {
  let size = 0;
  for (let at = 0; at < Math.min(block.length, 5); at++) {
    size += (block[at] & 127) * 2 ** (7 * at);
    if (block[at] < 128) return { size, start: at + 1 };
  }
  throw new Error("Snappy block without a size");
}

/** How many bytes the elements of a block make; each must end within the block. */
function heldBytes(block: Uint8Array, start: number): number {
  let held = 0;
  let at = start;
  while (at < block.length) {
    const tag = block[at];
    const kind = tag & 3;
    const more = kind === 0 ? Math.max(0, (tag >> 2) - 59) : [0, 1, 2, 4][kind];
    const operand = Array.from({ length: more }, (_, byte) => block[at + 1 + byte] * 256 ** byte)
      .reduce((sum, byte) => sum + byte, 0);
    const long = more > 0 && kind === 0;
    const length = kind === 1 ? (tag >> 2 & 7) + 4 : (long ? operand : tag >> 2) + 1;
    const offset = kind === 1 ? operand + (tag >> 5) * 256 : operand;
    if (kind !== 0 && (offset === 0 || offset > held)) {
      throw new Error(`Snappy copy of what is ${offset} back after ${held} bytes`);
    }
    at += 1 + more + (kind === 0 ? length : 0);
    held += length;
  }
  if (at !== block.length) throw new Error("Snappy block that is cut off");
  return held;
}
