const bits = new DataView(new ArrayBuffer(8));

/** A finite double as a multiple of 2^-1074, which each of them is. */
export function exactOf(value: number): bigint {
  if (!Number.isFinite(value)) throw new Error(`${value} has no exact value`);
  bits.setFloat64(0, value);
  const word = bits.getBigUint64(0);
  const exponent = Number(word >> 52n & 0x7ffn);
  const fraction = word & 0xfffffffffffffn;
  const magnitude = exponent === 0
    ? fraction
    : (fraction | 0x10000000000000n) << BigInt(exponent - 1);
  return word >> 63n === 1n ? -magnitude : magnitude;
}

/** The double that is nearest to a multiple of 2^-1074; of two that are as near, the even one. */
export function roundedOf(exact: bigint): number {
  const isNegative = exact < 0n;
  let magnitude = isNegative ? -exact : exact;
  const length = magnitude === 0n ? 0 : magnitude.toString(2).length;
  const shift = Math.max(0, length - 53);
  if (shift > 0) {
    const half = 1n << BigInt(shift - 1);
    const rest = magnitude & (half << 1n) - 1n;
    magnitude >>= BigInt(shift);
    if (rest > half || rest === half && (magnitude & 1n) === 1n) magnitude++;
  }
  let value = Number(magnitude) * Number.MIN_VALUE;
  // In two steps, as 2^1074 is no double.
  for (let left = shift; left > 0; left -= 1000) value *= 2 ** Math.min(left, 1000);
  return isNegative ? -value : value;
}
