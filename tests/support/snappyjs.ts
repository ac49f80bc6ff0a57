import snappyjs from "snappyjs";

interface Snappyjs {
  compress(data: Uint8Array): Uint8Array;
  /** @throws {Error} If the block is not valid. */
  uncompress(block: Uint8Array): Uint8Array;
}

/** Snappy as the npm package has it, which comes without types. */
export const { compress, uncompress }: Snappyjs = snappyjs;
