import type { Exemplar } from "../model/exemplar.ts";
import type { LabelTable } from "../model/label_table.ts";
import {
  type AnyFamily,
  entriesEach,
  type Part,
  type PartName,
  partsOf,
} from "../model/metric_types.ts";
import type { NativeBuckets, SparseBuckets } from "../model/snapshot.ts";
import { atOnce } from "../model/time_slices.ts";
import { ByteWriter } from "./byte_writer.ts";
import { crc32 } from "./checksum.ts";
import type { BatchHeader, FamilyDelta } from "./delta.ts";
import {
  formatVersion,
  frameBytes,
  longestTexts,
  magic,
  numberCodes,
  partCodes,
  typeCodes,
} from "./format.ts";

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
 * A series counts as so many bytes, though it may take seven: who reads and applies 8,000 of them holds
 * the event loop for 10 ms, and at first for 30.
 */
const leastBytes = 32;

/** Texts or numbers after which other work may run: these take 0.2 ms, and 2 ms at first. */
const cellsPerStep = 4096;

/** The same for native histograms. */
const rowsPerStep = 256;

/** A family, or some of its rows; those that are gone come last. */
interface Piece {
  readonly delta: FamilyDelta;
  /** The first row. */
  readonly from: number;
  /** The row after the last. */
  readonly to: number;
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
    const series = this.#series + piece.to - piece.from;
    const bytes = Math.max(length, series * leastBytes);
    const fill = Math.max(bytes / Math.max(room, 1), textLength / longestTexts);
    if (fill > 1 && !mayOverflow) {
      if (!this.isEmpty) this.#writer.goBack(start);
    } else {
      this.#families.add(name);
      this.#series = series;
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

function* writePiece(writer: ByteWriter, { delta, from, to }: Piece): Generator<void> {
  const family: AnyFamily = delta.family;
  const { type, name, help, unit = "", labels: { rows } } = family;
  writer.byte(typeCodes[type]);
  for (const text of [name, help, unit]) writer.text(text);
  const first = Math.min(from, rows);
  const end = Math.min(to, rows);
  yield* writeTable(writer, family.labels, first, end);
  const parts = partsOf(type).filter(([part]) => family[part] != null);
  writer.number(parts.length);
  for (const [part, description] of parts) {
    writer.byte(partCodes[part]);
    yield* writePart(writer, delta, part, description, first, end);
  }
  const { gone } = delta;
  const isGone = gone !== undefined && to > rows;
  writer.byte(isGone ? 1 : 0);
  if (isGone) yield* writeTable(writer, gone, Math.max(from - rows, 0), to - rows);
}

function* writeTable(
  writer: ByteWriter,
  { names, values }: LabelTable,
  from: number,
  to: number,
): Generator<void> {
  writer.number(names.length);
  for (const name of names) writer.text(name);
  writer.number(to - from);
  for (let at = from * names.length; at < to * names.length; at++) {
    writer.text(values[at]);
    if (at % cellsPerStep === 0) yield;
  }
}

function* writePart(
  writer: ByteWriter,
  { family: given, rests }: FamilyDelta,
  part: PartName,
  description: Part,
  from: number,
  to: number,
): Generator<void> {
  const family: AnyFamily = given;
  const { kind } = description;
  switch (kind) {
    case "shape": {
      if (description.holds === "merge") return writer.text(family.merge!);
      const shape = family[part] as readonly (number | string)[];
      writer.number(shape.length);
      for (const each of shape) {
        if (typeof each === "string") writer.text(each);
        else writer.number(each);
      }
      return;
    }
    case "created":
      for (let row = from; row < to; row++) {
        writer.number(family.created![row]);
        if (row % cellsPerStep === 0) yield;
      }
      return;
    case "numbers": {
      const each = entriesEach(family, description);
      return yield* writeNumbers(
        writer,
        family[part] as Float64Array,
        from * each,
        to * each,
        rests?.get(part),
      );
    }
    case "exemplars": {
      const each = entriesEach(family, description);
      return writeExemplars(writer, family.exemplars!.slice(from * each, to * each));
    }
    case "native":
      for (let row = from; row < to; row++) {
        writeNative(writer, family.native![row]);
        if (row % rowsPerStep === 0) yield;
      }
      return;
    default:
      throw new TypeError(`no kind of part: ${kind satisfies never}`);
  }
}

function* writeNumbers(
  writer: ByteWriter,
  numbers: Float64Array,
  from: number,
  to: number,
  rests: ReadonlyMap<number, readonly number[]> | undefined,
): Generator<void> {
  for (let cell = from; cell < to; cell++) {
    if (cell % cellsPerStep === 0) yield;
    const rest = rests?.get(cell);
    if (rest === undefined || rest.length === 0) {
      writer.number(numbers[cell]);
      continue;
    }
    writer.byte(numberCodes.exact);
    writer.number(numbers[cell]);
    writer.number(rest.length);
    for (const each of rest) writer.number(each);
  }
}

function writeExemplars(writer: ByteWriter, cells: readonly (Exemplar | undefined)[]): void {
  writer.number(cells.reduce((count, exemplar) => count + (exemplar ? 1 : 0), 0));
  let passed = 0;
  for (const exemplar of cells) {
    if (!exemplar) {
      passed++;
      continue;
    }
    writer.number(passed);
    writeExemplar(writer, exemplar);
    passed = 0;
  }
}

function writeExemplar(writer: ByteWriter, { labels, value, timestamp }: Exemplar): void {
  const texts = Object.entries(labels).flat();
  writer.number(texts.length / 2);
  for (const text of texts) writer.text(text);
  writer.number(value);
  writer.number(timestamp);
}

function writeNative(writer: ByteWriter, native: NativeBuckets): void {
  writer.number(native.schema);
  writer.number(native.zeroThreshold);
  writer.number(native.zeroCount);
  writeBuckets(writer, native.positive);
  writeBuckets(writer, native.negative);
  writer.number(native.exemplars.length);
  for (const exemplar of native.exemplars) writeExemplar(writer, exemplar);
}

function writeBuckets(writer: ByteWriter, { indexes, counts }: SparseBuckets): void {
  writer.number(indexes.length);
  let last = 0;
  indexes.forEach((index, at) => {
    writer.number(index - last);
    writer.number(counts[at]);
    last = index;
  });
}
