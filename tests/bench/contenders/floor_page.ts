import type { Labels } from "./library.ts";

const utf8 = new TextEncoder();

/** One buffer, filled with ready-made prefixes and digits written by hand. */
export class FloorPage {
  #bytes = new Uint8Array(1 << 16);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  /** Starts over. */
  begin(): void {
    this.#length = 0;
  }

  /** Copies words; the last may bring three bytes too many, which the value writes over. */
  line(prefix: DataView, start: number, end: number, value: number): void {
    if (this.#length + end - start + 32 > this.#bytes.length) this.#grow();
    const bytes = this.#bytes;
    const view = this.#view;
    let at = this.#length;
    for (let from = start; from < end; from += 4, at += 4) {
      view.setInt32(at, prefix.getInt32(from, true), true);
    }
    at = this.#length + end - start;
    at = (value | 0) === value && value >= 0 ? digits(bytes, at, value) : text(bytes, at, value);
    bytes[at] = 10;
    this.#length = at + 1;
  }

  /** What was written; no copy, as the next page comes after this one was used. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  #grow(): void {
    const grown = new Uint8Array(this.#bytes.length * 2);
    grown.set(this.#bytes);
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

/** The prefixes of a family's lines, one after the other in one array. */
export class Prefixes {
  bytes = new Uint8Array(256);
  view = new DataView(this.bytes.buffer);
  readonly ends: number[] = [0];

  add(name: string, labels: Labels): void {
    const pairs = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
    const prefix = utf8.encode(pairs.length === 0 ? `${name} ` : `${name}{${pairs}} `);
    const start = this.ends[this.ends.length - 1];
    const needed = start + prefix.length + 3;
    if (needed > this.bytes.length) {
      const grown = new Uint8Array(Math.max(this.bytes.length * 2, needed));
      grown.set(this.bytes);
      this.bytes = grown;
      this.view = new DataView(grown.buffer);
    }
    this.bytes.set(prefix, start);
    this.ends.push(start + prefix.length);
  }
}

function digits(bytes: Uint8Array, start: number, value: number): number {
  let end = start + 1;
  for (let power = 10; power <= value; power *= 10) end++;
  for (let at = end - 1, rest = value; at >= start; at--) {
    const tens = (rest / 10) | 0;
    bytes[at] = 48 + rest - tens * 10;
    rest = tens;
  }
  return end;
}

function text(bytes: Uint8Array, start: number, value: number): number {
  const written = String(value);
  for (let at = 0; at < written.length; at++) bytes[start + at] = written.charCodeAt(at);
  return start + written.length;
}
