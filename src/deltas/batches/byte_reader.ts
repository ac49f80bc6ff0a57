import { BatchError } from "./batch_error.ts";
import { longestTexts, numberCodes, textCodes } from "./format.ts";

// A byte order mark at the beginning of a text belongs to it.
const utf8 = /* @__PURE__ */ new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads what a `ByteWriter` wrote, and trusts none of it: every number of things to come is
 * compared with the bytes that are left, before anything is allocated.
 */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #end: number;
  #at: number;
  readonly #texts: string[] = [];
  #textLength = 0;
  #last = 0;
  /** What is being read, for messages. */
  subject = "";

  /** @param end The position after the last byte. */
  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = start;
    this.#end = end;
  }

  /** Whether all bytes were read. */
  get isAtEnd(): boolean {
    return this.#at === this.#end;
  }

  /** Refuses the batch. */
  fail(problem: string): never {
    throw new BatchError(`the batch is malformed: ${this.subject}${problem} (byte ${this.#at})`);
  }

  /** Refuses a batch that has no room for so many things of a byte or more. */
  expect(count: number): number {
    if (count <= this.#end - this.#at) return count;
    return this.fail(`${count} more bytes are needed, and ${this.#end - this.#at} are left`);
  }

  /** Refuses a batch that is smaller than a number of things. */
  bound(count: number): number {
    if (count <= this.#end) return count;
    return this.fail(`${count} is more than the whole batch can hold`);
  }

  /** Reads a byte. */
  byte(): number {
    if (this.#at >= this.#end) this.expect(1);
    return this.#bytes[this.#at++];
  }

  /** Reads bytes as they are, and copies them. */
  bytes(length: number): Uint8Array<ArrayBuffer> {
    this.expect(length);
    return new Uint8Array(this.#bytes.subarray(this.#at, this.#at += length));
  }

  /** Reads eight bytes. */
  double(): number {
    this.expect(8);
    const value = this.#view.getFloat64(this.#at, true);
    this.#at += 8;
    return value;
  }

  /** Reads how many things of a byte or more follow. */
  count(): number {
    return this.expect(this.whole());
  }

  /** Reads an integer from 0 up. */
  whole(): number {
    const value = this.number();
    if (Number.isSafeInteger(value) && value >= 0) return value;
    return this.fail(`${value} is no number of things`);
  }

  /** Whether a number with a rest follows; if so, its first byte is read. */
  isExact(): boolean {
    if (this.#at >= this.#end || this.#bytes[this.#at] !== numberCodes.exact) return false;
    this.#at++;
    return true;
  }

  /** Reads any number. */
  number(): number {
    const code = this.byte();
    if (code < numberCodes.short) return code;
    if (code <= numberCodes.decimal) return this.#integer(code);
    if (code < numberCodes.double) {
      this.#last = this.#integer(this.byte()) / 10 ** (code - numberCodes.decimal);
    } else if (code === numberCodes.double) {
      this.#last = this.double();
    } else if (code !== numberCodes.again) {
      this.fail(`a number begins with ${code}`);
    }
    return this.#last;
  }

  /** Reads a text. */
  text(): string {
    const number = this.whole();
    if (number === textCodes.empty) return "";
    const text = number === textCodes.fresh
      ? this.#freshText()
      : this.#texts[number - textCodes.known] ?? this.fail(`there is no text ${number}`);
    this.#textLength += text.length;
    if (this.#textLength > longestTexts) {
      this.fail(`its texts have more than ${longestTexts} characters; send fewer series at once`);
    }
    return text;
  }

  #freshText(): string {
    const length = this.count();
    const text = this.#decode(this.#bytes.subarray(this.#at, this.#at += length));
    this.#texts.push(text);
    return text;
  }

  #decode(bytes: Uint8Array): string {
    try {
      return utf8.decode(bytes);
    } catch {
      return this.fail("a text is not UTF-8");
    }
  }

  #integer(code: number): number {
    if (code < numberCodes.short) return code;
    if (code <= numberCodes.positive + 1) {
      return numberCodes.short + ((code - numberCodes.short) << 8) + this.byte();
    }
    const isNegative = code > numberCodes.negative;
    const size = code - (isNegative ? numberCodes.negative : numberCodes.positive);
    if (size > 7) this.fail(`an integer begins with ${code}`);
    let value = 0;
    for (let place = 0, scale = 1; place < size; place++, scale *= 256) {
      value += this.byte() * scale;
    }
    return isNegative ? -value : value;
  }
}
