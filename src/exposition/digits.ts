/** `00` to `99` as two bytes each, the first in the lower half. */
const pairs: Uint16Array = Uint16Array.from(
  { length: 100 },
  (_, number) => 48 + Math.floor(number / 10) | (48 + number % 10) << 8,
);

/** The largest integer whose digits {@linkcode writeDigits} writes: 2^30 - 1, a small one to V8. */
export const largestDigits = 0x3fffffff;

/**
 * Writes the digits of an integer from 0 to {@linkcode largestDigits}, two at a time from the end: a
 * page of counters takes three quarters of the time that it takes one by one.
 *
 * @returns Where they end.
 */
export function writeDigits(view: DataView, start: number, value: number): number {
  const end = start + digitsOf(value);
  let at = end;
  let rest = value;
  while (rest >= 100) {
    const hundreds = (rest / 100) | 0;
    at -= 2;
    view.setUint16(at, pairs[rest - hundreds * 100], true);
    rest = hundreds;
  }
  if (rest >= 10) view.setUint16(at - 2, pairs[rest], true);
  else view.setUint8(at - 1, 48 + rest);
  return end;
}

function digitsOf(value: number): number {
  if (value < 10_000) return value < 100 ? (value < 10 ? 1 : 2) : (value < 1000 ? 3 : 4);
  if (value < 1_000_000) return value < 100_000 ? 5 : 6;
  if (value < 100_000_000) return value < 10_000_000 ? 7 : 8;
  return value < 1_000_000_000 ? 9 : 10;
}
