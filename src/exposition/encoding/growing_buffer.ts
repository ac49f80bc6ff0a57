/** A growing buffer to which a page is written. */
export class GrowingBuffer {
  /** The buffer, with spare room behind {@linkcode position}. Growing replaces it. */
  protected buffer: Uint8Array<ArrayBuffer>;
  protected view: DataView<ArrayBuffer>;
  /** The position after the last byte written. */
  protected position = 0;

  /**
   * @param buffer What to write to, or the number of bytes expected; growing costs a copy each time.
   */
  constructor(buffer: Uint8Array<ArrayBuffer> | number = 4096) {
    this.buffer = typeof buffer === "number" ? new Uint8Array(buffer) : buffer;
    this.view = new DataView(this.buffer.buffer);
  }

  /** Number of bytes written. */
  get length(): number {
    return this.position;
  }

  /** What was written so far; valid until more is written. */
  get written(): Uint8Array {
    return this.buffer.subarray(0, this.position);
  }

  /** Discards what was written after this length. */
  truncate(length: number): void {
    this.position = length;
  }

  /** Makes room for so many more bytes. */
  protected reserve(size: number): void {
    const needed = this.position + size;
    if (needed > this.buffer.length) this.#grow(needed);
  }

  #grow(needed: number): void {
    const grown = new Uint8Array(Math.max(needed, this.buffer.length * 2));
    grown.set(this.buffer.subarray(0, this.position));
    this.buffer = grown;
    this.view = new DataView(grown.buffer);
  }
}
