import type { DeltaBatch } from "../../deltas/delta.ts";
import type { RefusedFamily } from "../../deltas/reply.ts";
import { hexOf } from "./client_name.ts";

/** What was refused of a client's last batch. */
interface RefusedBatch {
  readonly client: Uint8Array;
  /** The places of families in the batch. */
  readonly families: readonly number[];
}

/** So many numbers are kept, which is less than a megabyte; the oldest go first. */
const mostNumbers = 50_000;

/**
 * Which families of each client's last batch were refused, as a batch that comes again must have the
 * same answer: the client sends again what was refused, and only that. Definitions and limits may
 * be others by then. Few batches have such families, so it is small.
 *
 * What is forgotten counts as applied: it is lost then, and not counted twice.
 */
export class Refusals {
  /** By the client's name in hexadecimal digits. */
  readonly #batches = new Map<string, RefusedBatch>();
  #numbers = 0;

  /** Takes note of what was refused of a batch, in place of the one before. */
  note({ client, families }: DeltaBatch, refused: readonly RefusedFamily[]): void {
    if (refused.length === 0 && this.#batches.size === 0) return;
    const name = hexOf(client);
    this.#delete(name);
    if (refused.length === 0) return;
    const names = new Set(refused.map(({ family }) => family));
    const places = families.flatMap(({ family }, at) => names.has(family.name) ? at : []);
    this.#add(name, { client, families: places });
  }

  /** The places of the families of a client's last batch that were refused. */
  of(client: Uint8Array): readonly number[] {
    if (this.#batches.size === 0) return [];
    return this.#batches.get(hexOf(client))?.families ?? [];
  }

  /** Keeps those of some clients. */
  keep(isKnown: (client: Uint8Array) => boolean): void {
    for (const [name, { client }] of this.#batches) if (!isKnown(client)) this.#delete(name);
  }

  /** Everything, in parts of at most so many bytes. */
  *dump(longestBytes: number): Generator<Uint8Array, void, void> {
    let numbers: number[] = [];
    const mostOfPart = Math.floor(longestBytes / numberBytes);
    for (const { client, families } of this.#batches.values()) {
      // A batch of many is split; its parts have the same client.
      for (let from = 0; from < families.length;) {
        const room = mostOfPart - numbers.length - headNumbers;
        if (room < 1) {
          yield bytesOf(numbers);
          numbers = [];
          continue;
        }
        const some = families.slice(from, from + room);
        numbers.push(...wordsOf(client), some.length, ...some);
        from += some.length;
      }
    }
    if (numbers.length > 0) yield bytesOf(numbers);
  }

  /** Takes a part that was dumped. */
  restore(part: Uint8Array): void {
    const view = new DataView(part.buffer, part.byteOffset, part.byteLength);
    const at = (place: number) => view.getUint32(place * numberBytes, true);
    const end = part.byteLength / numberBytes;
    for (let place = 0; place < end;) {
      const client = bytesOf(Array.from({ length: nameNumbers }, (_, word) => at(place + word)));
      const first = place + headNumbers;
      place = first + at(first - 1);
      const families = Array.from({ length: place - first }, (_, entry) => at(first + entry));
      const name = hexOf(client);
      const before = this.#batches.get(name)?.families ?? [];
      this.#delete(name);
      this.#add(name, { client, families: [...before, ...families] });
    }
  }

  #add(name: string, batch: RefusedBatch): void {
    this.#batches.set(name, batch);
    this.#numbers += headNumbers + batch.families.length;
    for (const oldest of this.#batches.keys()) {
      if (this.#numbers <= mostNumbers) return;
      this.#delete(oldest);
    }
  }

  #delete(name: string): void {
    const batch = this.#batches.get(name);
    if (batch === undefined) return;
    this.#batches.delete(name);
    this.#numbers -= headNumbers + batch.families.length;
  }
}

/** Families of a batch of which the reason is told; thousands of them would make a long answer. */
const mostReasons = 50;

/** The same families, many of them with a short reason. */
export function shortened(refused: readonly RefusedFamily[]): readonly RefusedFamily[] {
  return refused.map(({ family, reason }, at) => ({
    family,
    reason: at < mostReasons ? reason : "refused as well",
  }));
}

const numberBytes = 4;

/** Numbers of a client's name. */
const nameNumbers = 4;

/** Numbers before the places: a client's name, and how many there are. */
const headNumbers = nameNumbers + 1;

function wordsOf(client: Uint8Array): readonly number[] {
  const view = new DataView(client.buffer, client.byteOffset);
  return Array.from({ length: nameNumbers }, (_, word) => view.getUint32(word * numberBytes, true));
}

function bytesOf(numbers: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(numbers.length * numberBytes);
  const view = new DataView(bytes.buffer);
  numbers.forEach((number, at) => view.setUint32(at * numberBytes, number, true));
  return bytes;
}
