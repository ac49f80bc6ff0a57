/** `00` to `99`, each as two ASCII bytes with the first one in the lower half. */
const pairs: Uint16Array = /* @__PURE__ */ Uint16Array.from(
  { length: 100 },
  (_, number) => 48 + Math.floor(number / 10) | (48 + number % 10) << 8,
);

/** The largest integer that {@linkcode writeDigits} writes: 2^30 - 1, a small integer to V8. */
const maxDigits = 0x3fffffff;

/**
 * The number as an integer from 0 to 2^30 - 1, which {@linkcode writeDigits} writes, or -1.
 *
 * An engine knows that the result is an integer. With a check alone the values stay doubles, and a
 * page of counters on Bun takes twice the time.
 */
export function asDigits(value: number): number {
  const integer = value | 0;
  return integer === value && integer <= maxDigits && (integer !== 0 || !Object.is(value, -0))
    ? integer
    : -1;
}

/** Number of digits of an integer that {@linkcode asDigits} returned. */
export function digitsOf(value: number): number {
  if (value < 10_000) return value < 100 ? (value < 10 ? 1 : 2) : (value < 1000 ? 3 : 4);
  if (value < 1_000_000) return value < 100_000 ? 5 : 6;
  if (value < 100_000_000) return value < 10_000_000 ? 7 : 8;
  return value < 1_000_000_000 ? 9 : 10;
}

/**
 * Writes the digits of an integer, two at a time from the end: a page of counters takes three
 * quarters of the time that it takes with one digit at a time.
 *
 * @param end The position after the last digit; see {@linkcode digitsOf}.
 */
export function writeDigits(view: DataView, end: number, value: number): void {
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
}
