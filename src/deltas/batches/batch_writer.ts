import { atOnce } from "../../model/platform/time_slices.ts";
import type { BatchHeader, FamilyDelta } from "../delta.ts";
import { ByteWriter } from "./byte_writer.ts";
import { crc32 } from "./checksum.ts";
import { formatVersion, frameBytes, longestTexts, magic } from "./format.ts";
import { type Piece, writePiece } from "./piece_writer.ts";

/** Families as they are in a batch, to be put behind a header. */
export interface EncodedFamilies {
  /** The bytes. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The names of the families, each once. */
  readonly families: readonly string[];
  /** Number of series in them, with those that are gone. */
  readonly series: number;
}

/**
 * Families as the bytes of as many batches as need be. A family that is too long for one batch is
 * split by its rows. A row that is too long by itself has a batch of its own, which is longer.
 *
 * @param longestBytes The longest batch, with header and checksum.
 */
export function encodeFamilies(
  deltas: readonly FamilyDelta[],
  longestBytes: number,
): readonly EncodedFamilies[] {
  return atOnce(encodeInSteps(deltas, longestBytes));
}

/** {@linkcode encodeFamilies} in steps, as 100,000 histograms take 100 ms. */
export function* encodeInSteps(
  deltas: readonly FamilyDelta[],
  longestBytes: number,
): Generator<void, readonly EncodedFamilies[], void> {
  const room = longestBytes - frameBytes;
  const done: EncodedFamilies[] = [];
  let section = new Section();
  const pending = deltas.map((delta): Piece => ({ delta, from: 0, to: rowsOf(delta) })).reverse();
  for (let piece = pending.pop(); piece !== undefined; piece = pending.pop()) {
    const fill = yield* section.add(piece, room);
    yield;
    // Not `fill <= 1`: what is no text has no length, and would be tried for ever.
    if (!(fill > 1)) continue;
    const size = piece.to - piece.from;
    if (!section.isEmpty) {
      done.push(section.finish());
      section = new Section();
      pending.push(piece);
    } else if (size > 1) {
      // A new one, as it takes time to forget 100,000 texts.
      section = new Section();
      // Texts that are shared count in each part, so a part is made a little smaller.
      const parts = Math.min(size, Math.max(2, Math.ceil(fill * 1.1)));
      const { delta, from, to } = piece;
      for (let part = parts; part > 0; part--) {
        pending.push({
          delta,
          from: from + Math.floor(size * (part - 1) / parts),
          to: part === parts ? to : from + Math.floor(size * part / parts),
        });
      }
    } else {
      section = new Section();
      yield* section.add(piece, room, true);
      done.push(section.finish());
      section = new Section();
    }
  }
  if (!section.isEmpty) done.push(section.finish());
  return done;
}

/** A batch: families behind a header, with a checksum. */
export function frameBatch(
  { client, sequence, start, time }: BatchHeader,
  families: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter(frameBytes + families.length);
  writer.bytes(magic);
  writer.byte(formatVersion);
  writer.bytes(client);
  writer.double(start);
  writer.double(time);
  writer.number(sequence);
  writer.bytes(families);
  const checksum = crc32(writer.written);
  writer.bytes([0, 8, 16, 24].map((shift) => checksum >>> shift & 0xff));
  return writer.finish();
}

function rowsOf({ family, gone }: FamilyDelta): number {
  return family.labels.rows + (gone?.rows ?? 0);
}

/** The families of one batch. */
class Section {
  readonly #writer = new ByteWriter();
  readonly #families = new Set<string>();
  #series = 0;

  get isEmpty(): boolean {
    return this.#families.size === 0;
  }

  /**
   * Adds a piece if it fits.
   *
   * @param mayOverflow Whether it is added anyway.
   * @returns How full the section is then; if it is more than 1, the piece does not fit. A section that
   * was empty is not to be used any more then.
   */
  *add(piece: Piece, room: number, mayOverflow = false): Generator<void, number, void> {
    const { name } = piece.delta.family;
    // A batch has a family once, so that all of it can be checked or refused.
    if (this.#families.has(name)) return Infinity;
    const start = this.#writer.mark();
    yield* writePiece(this.#writer, piece);
    const { length, textLength } = this.#writer.mark();
    const fill = Math.max(length / Math.max(room, 1), textLength / longestTexts);
    if (fill > 1 && !mayOverflow) {
      if (!this.isEmpty) this.#writer.goBack(start);
    } else {
      this.#families.add(name);
      this.#series += piece.to - piece.from;
    }
    return fill;
  }

  finish(): EncodedFamilies {
    return {
      bytes: this.#writer.finish(),
      families: [...this.#families],
      series: this.#series,
    };
  }
}
