/** A finite double as an integer multiple of 2^-1074, which each double is. */
export function integerOf(number: number): bigint {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, number);
  const word = bits.getBigUint64(0);
  const exponent = (word >> 52n) & 2047n;
  const fraction = word & 0xfffffffffffffn;
  const magnitude = exponent === 0n ? fraction : (fraction | 1n << 52n) << (exponent - 1n);
  return word >> 63n === 0n ? magnitude : -magnitude;
}

/** The exact sum of finite doubles, as a multiple of 2^-1074. */
export function exactSum(numbers: readonly number[]): bigint {
  return numbers.reduce((sum, number) => sum + integerOf(number), 0n);
}

/** The double next to a multiple of 2^-1074; of two, the even one. */
export function doubleOf(multiple: bigint): number {
  const magnitude = multiple < 0n ? -multiple : multiple;
  const excess = Math.max(0, magnitude.toString(2).length - 53);
  // A double has 53 bits.
  let significand = magnitude >> BigInt(excess);
  const twice = (magnitude - (significand << BigInt(excess))) * 2n;
  const unit = 1n << BigInt(excess);
  if (twice > unit || (twice === unit && (significand & 1n) === 1n)) significand++;
  // In two steps, as 2^excess may be beyond the largest double. The products are exact.
  const half = Math.floor(excess / 2);
  const double = Number(significand) * Number.MIN_VALUE * 2 ** half * 2 ** (excess - half);
  return multiple < 0n ? -double : double;
}
