/** The remainders of all bytes; made at the first use, as most imports never use it. */
let table: Uint32Array | undefined;

/**
 * The CRC-32 of bytes, as gzip and PNG have it. It finds every change of one bit, and of any 32 in a
 * row.
 *
 * @param end The position after the last of the bytes.
 */
export function crc32(bytes: Uint8Array, end: number = bytes.length): number {
  table ??= Uint32Array.from({ length: 256 }, (_, byte) => {
    for (let bit = 0; bit < 8; bit++) byte = byte >>> 1 ^ (byte & 1 && 0xedb8_8320);
    return byte;
  });
  let remainder = -1;
  for (let at = 0; at < end; at++) {
    remainder = remainder >>> 8 ^ table[(remainder ^ bytes[at]) & 0xff];
  }
  return ~remainder >>> 0;
}
