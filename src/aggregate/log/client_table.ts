import { clientBytes } from "../../deltas/batches/format.ts";
import { ClientIndex } from "./client_index.ts";

/** 8-byte numbers of a row: two of the name, then start, seen and sequence. */
const width = 5;
const startAt = 2;
const seenAt = 3;
const sequenceAt = 4;

/** Bytes of a row, in memory as in a checkpoint. */
const rowBytes = width * 8;

/** Rows of a chunk, 40 kB: a table grows by chunks, so it never has many rows more than it needs. */
const chunkRows = 1024;

/** Some rows, as 8-byte numbers and, for the names, as 4-byte ones. */
interface Chunk {
  readonly numbers: Float64Array<ArrayBuffer>;
  readonly words: Uint32Array<ArrayBuffer>;
}

/**
 * The clients that are known, in typed arrays: at most 51 bytes each.
 *
 * A client is forgotten once both its start and its last batch are longer ago than `clientSeconds`.
 * The floor is the latest start of all that were forgotten. So a client that is not known and has
 * started after the floor was never known.
 */
export class ClientTable {
  readonly #clientSeconds: number;
  readonly #chunks: Chunk[] = [];
  #size = 0;
  #floor = -Infinity;
  /** A time before which no client is to be forgotten, less `clientSeconds`. */
  #soonest = Infinity;
  #lastSeen = -Infinity;
  /** Of this process alone, so that no client can choose a name that is slow to find. */
  readonly #seeds = Uint32Array.from({ length: 5 }, () => Math.random() * 2 ** 32);
  readonly #index = new ClientIndex((row) => this.#hashOf(row));
  /** The name that is looked for, as words. */
  readonly #name = new Uint32Array(clientBytes / 4);

  /** An empty table. */
  constructor(clientSeconds: number) {
    this.#clientSeconds = clientSeconds;
  }

  /** Number of clients that are known. */
  get size(): number {
    return this.#size;
  }

  /** Bytes of memory that it takes. */
  get bytes(): number {
    return this.#chunks.length * chunkRows * rowBytes + this.#index.bytes;
  }

  /** The latest start of a client that was forgotten, in seconds since 1970; `-Infinity` at first. */
  get floor(): number {
    return this.#floor;
  }

  /** When the last batch came, in seconds since 1970; `-Infinity` if no client is known. */
  get lastSeen(): number {
    return this.#size === 0 ? -Infinity : this.#lastSeen;
  }

  /** The row of a client; -1 if it is not known. Rows change with a sweep. */
  find(client: Uint8Array): number {
    const name = this.#name;
    for (let word = 0; word < name.length; word++) {
      const at = word * 4;
      name[word] = client[at] | client[at + 1] << 8 | client[at + 2] << 16 | client[at + 3] << 24;
    }
    return this.#index.find(this.#hash(name, 0), (row) => this.#hasName(row));
  }

  /** When the client of a row made its first batch. */
  startOf(row: number): number {
    return this.#read(row, startAt);
  }

  /** The sequence of the last batch of a row's client. */
  sequenceOf(row: number): number {
    return this.#read(row, sequenceAt);
  }

  /** Writes down a batch of a client, which becomes known if it is not. */
  record(client: Uint8Array, start: number, sequence: number, now: number): void {
    let row = this.find(client);
    if (row === -1) {
      row = this.#push();
      const { words } = this.#chunks[Math.trunc(row / chunkRows)];
      words.set(this.#name, row % chunkRows * width * 2);
      this.#write(row, startAt, start);
      this.#index.add(row);
      this.#soonest = Math.min(this.#soonest, Math.max(start, now));
    }
    this.#lastSeen = Math.max(this.#lastSeen, now);
    this.#write(row, seenAt, now);
    this.#write(row, sequenceAt, sequence);
  }

  /** Whether a sweep would forget a client. Reads all of them, unless it knows that it is too early. */
  mustSweep(now: number): boolean {
    if (!(this.#soonest < now - this.#clientSeconds)) return false;
    this.#soonest = Infinity;
    for (let row = 0; row < this.#size; row++) {
      this.#soonest = Math.min(this.#soonest, this.#lastOf(row));
    }
    return this.#soonest < now - this.#clientSeconds;
  }

  /** Forgets clients that are due. */
  sweep(now: number): void {
    this.#soonest = Infinity;
    for (let row = this.#size - 1; row >= 0; row--) {
      const last = this.#lastOf(row);
      if (last < now - this.#clientSeconds) this.#remove(row);
      else this.#soonest = Math.min(this.#soonest, last);
    }
    this.#index.shrink();
  }

  /** Everything, in parts of at most so many bytes. The table must not change meanwhile. */
  *dump(longestBytes: number): Generator<Uint8Array<ArrayBuffer>, void, void> {
    const first = new Uint8Array(8);
    new DataView(first.buffer).setFloat64(0, this.#floor, true);
    yield first;
    const rowsOfPart = Math.min(chunkRows, Math.floor(longestBytes / rowBytes));
    for (let from = 0; from < this.#size; from += rowsOfPart) {
      const rows = Math.min(rowsOfPart, this.#size - from);
      const part = new Uint8Array(rows * rowBytes);
      const view = new DataView(part.buffer);
      for (let row = 0; row < rows; row++) this.#dumpRow(from + row, view, row * rowBytes);
      yield part;
    }
  }

  /** Takes a part that another table has dumped. */
  restore(part: Uint8Array): void {
    const view = new DataView(part.buffer, part.byteOffset, part.byteLength);
    if (part.byteLength === 8) {
      this.#floor = view.getFloat64(0, true);
      return;
    }
    if (part.byteLength % rowBytes !== 0) {
      throw new RangeError(`${part.byteLength} bytes are no list of clients`);
    }
    for (let at = 0; at < part.byteLength; at += rowBytes) {
      const [start, seen, sequence] = [startAt, seenAt, sequenceAt]
        .map((column) => view.getFloat64(at + column * 8, true));
      this.record(part.subarray(at, at + clientBytes), start, sequence, seen);
    }
  }

  #dumpRow(row: number, view: DataView, at: number): void {
    const { words } = this.#chunks[Math.trunc(row / chunkRows)];
    const from = row % chunkRows * width * 2;
    for (let word = 0; word < clientBytes / 4; word++) {
      view.setUint32(at + word * 4, words[from + word], true);
    }
    for (let column = startAt; column < width; column++) {
      view.setFloat64(at + column * 8, this.#read(row, column), true);
    }
  }

  /** When the client was last known to exist, by its own clock or by ours. */
  #lastOf(row: number): number {
    return Math.max(this.#read(row, startAt), this.#read(row, seenAt));
  }

  #push(): number {
    if (this.#size === this.#chunks.length * chunkRows) {
      const numbers = new Float64Array(chunkRows * width);
      this.#chunks.push({ numbers, words: new Uint32Array(numbers.buffer) });
    }
    return this.#size++;
  }

  /** Removes a row; the last one takes its place. */
  #remove(row: number): void {
    this.#floor = Math.max(this.#floor, this.#read(row, startAt));
    this.#index.delete(row);
    const last = this.#size - 1;
    if (row !== last) {
      const from = last % chunkRows * width;
      const { numbers } = this.#chunks[Math.trunc(last / chunkRows)];
      this.#chunks[Math.trunc(row / chunkRows)].numbers
        .set(numbers.subarray(from, from + width), row % chunkRows * width);
      this.#index.rename(last, row);
    }
    this.#size = last;
    while ((this.#chunks.length - 1) * chunkRows >= Math.max(last, 1)) this.#chunks.pop();
  }

  #read(row: number, column: number): number {
    return this.#chunks[Math.trunc(row / chunkRows)].numbers[row % chunkRows * width + column];
  }

  #write(row: number, column: number, value: number): void {
    this.#chunks[Math.trunc(row / chunkRows)].numbers[row % chunkRows * width + column] = value;
  }

  /** Whether a row has the name that is looked for. */
  #hasName(row: number): boolean {
    const { words } = this.#chunks[Math.trunc(row / chunkRows)];
    const at = row % chunkRows * width * 2;
    const name = this.#name;
    return words[at] === name[0] && words[at + 1] === name[1] && words[at + 2] === name[2] &&
      words[at + 3] === name[3];
  }

  #hashOf(row: number): number {
    return this.#hash(this.#chunks[Math.trunc(row / chunkRows)].words, row % chunkRows * width * 2);
  }

  /** Multiplies each word by an odd number of this process' own, and mixes the sum. */
  #hash(words: Uint32Array, at: number): number {
    const seeds = this.#seeds;
    let hash = seeds[4];
    for (let word = 0; word < clientBytes / 4; word++) {
      hash = Math.imul(hash ^ words[at + word], seeds[word] | 1);
      hash ^= hash >>> 15;
    }
    hash = Math.imul(hash, 0x85ebca6b);
    return (hash ^ hash >>> 13) >>> 0;
  }
}
