/** Bytes that are copied in a step: 0.8 ms, most of it for the pages of new memory. */
const bytesPerStep = 1_048_576;

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

  /**
   * Makes room for about so many more bytes, and an eighth to spare, in steps: to copy 80 MB at once
   * holds the event loop for 60 ms. Nothing may be written before the last step.
   */
  *makeRoom(size: number): Generator<void> {
    if (this.position + size <= this.buffer.length) return;
    const grown = new Uint8Array(Math.ceil(this.position + size * 9 / 8));
    for (let from = 0; from < this.position; from += bytesPerStep) {
      const end = Math.min(from + bytesPerStep, this.position);
      grown.set(this.buffer.subarray(from, end), from);
      yield;
    }
    this.#continueIn(grown);
  }

  /** Makes room for so many more bytes. */
  protected reserve(size: number): void {
    const needed = this.position + size;
    if (needed > this.buffer.length) this.#grow(needed);
  }

  #grow(needed: number): void {
    const grown = new Uint8Array(Math.max(needed, this.buffer.length * 2));
    grown.set(this.buffer.subarray(0, this.position));
    this.#continueIn(grown);
  }

  #continueIn(grown: Uint8Array<ArrayBuffer>): void {
    this.buffer = grown;
    this.view = new DataView(grown.buffer);
  }
}
