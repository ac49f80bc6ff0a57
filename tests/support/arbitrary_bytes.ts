import fc from "fast-check";

/** Bytes that a compressor finds easy or hard, up to some thousand, and around its boundaries. */
export const arbitraryBytes: fc.Arbitrary<Uint8Array> = fc.oneof(
  { weight: 4, arbitrary: mixture() },
  { weight: 1, arbitrary: longData() },
);

/** Random and periodic bytes in turns; what came before comes again from some distance. */
function mixture(): fc.Arbitrary<Uint8Array> {
  const random = fc.uint8Array({ maxLength: 100 });
  const period = fc.uint8Array({ minLength: 1, maxLength: 70 });
  const periodic = fc.tuple(period, fc.integer({ min: 1, max: 200 }))
    .map(([bytes, times]) => joined(Array<Uint8Array>(times).fill(bytes)));
  const parts = fc.array(fc.oneof(random, periodic), { maxLength: 6 });
  return fc.tuple(parts, fc.array(fc.nat({ max: 5 }), { maxLength: 12 }))
    .map(([parts, again]) => joined([...parts, ...again.map((at) => parts[at] ?? [])]));
}

/** Sizes at which a literal or a window ends, of bytes with more or fewer repetitions. */
function longData(): fc.Arbitrary<Uint8Array> {
  const size = fc.constantFrom(59, 60, 61, 255, 256, 257, 65_535, 65_536, 65_537, 140_000);
  const values = fc.constantFrom(1, 2, 4, 16, 64, 256);
  return fc.tuple(size, values, fc.nat()).map(([size, values, seed]) => {
    // A failure names what it was made of, not a hundred thousand numbers.
    const made = { [fc.toStringMethod]: () => `noise(${size}, ${values}, ${seed})` };
    return Object.assign(noise(size, values, seed), made);
  });
}

/** Bytes without any order, the same ones for the same seed: of 256 values nothing repeats. */
export function noise(size: number, values = 256, seed = 1): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length: size }, () => {
    // With the numbers of Numerical Recipes; the upper bits are the good ones.
    state = Math.imul(state, 1_664_525) + 1_013_904_223 | 0;
    return (state >>> 24) % values;
  });
}

/** All parts in one array. */
export function joined(parts: readonly ArrayLike<number>[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((total, { length }) => total + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
