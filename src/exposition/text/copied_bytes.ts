/** Short byte sequences one after the other, to be copied to many places. */
export class CopiedBytes {
  /** All of them, and three bytes more; see {@linkcode copyWords}. */
  readonly view: DataView<ArrayBuffer>;
  /** Where each begins, and at last where the last one ends. */
  readonly starts: Uint32Array;

  /** @param texts What is to be copied. */
  constructor(texts: readonly string[]) {
    const utf8 = new TextEncoder();
    const encoded = texts.map((text) => utf8.encode(text));
    this.starts = new Uint32Array(texts.length + 1);
    encoded.forEach(({ length }, at) => this.starts[at + 1] = this.starts[at] + length);
    const bytes = new Uint8Array(this.starts[texts.length] + 3);
    encoded.forEach((each, at) => bytes.set(each, this.starts[at]));
    this.view = new DataView(bytes.buffer);
  }
}

/**
 * Copies a few bytes, four at a time; `set()` would need a view. Up to three bytes after the copy are
 * written as well, and as many must follow the source.
 *
 * @param end The position after the last byte of the source.
 * @returns The position after the copy.
 */
export function copyWords(
  target: DataView<ArrayBuffer>,
  at: number,
  source: DataView<ArrayBuffer>,
  start: number,
  end: number,
): number {
  let to = at;
  for (let from = start; from < end; from += 4, to += 4) {
    target.setInt32(to, source.getInt32(from, true), true);
  }
  return at + end - start;
}
