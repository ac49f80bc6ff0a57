import type { Exemplar } from "../../model/exemplar.ts";
import type { LabelTable } from "../../model/label_table.ts";
import {
  type AnyFamily,
  entriesEach,
  type Part,
  type PartName,
  partsOf,
} from "../../model/metric_types.ts";
import type { NativeBuckets, SparseBuckets } from "../../model/snapshot.ts";
import type { FamilyDelta } from "../delta.ts";
import type { ByteWriter } from "./byte_writer.ts";
import { numberCodes, partCodes, typeCodes } from "./format.ts";

/** Texts or numbers after which other work may run: these take 0.2 ms, and 2 ms at first. */
export const cellsPerStep = 4096;

/** The same for native histograms. */
export const rowsPerStep = 256;

/** A family, or some of its rows; those that are gone come last. */
export interface Piece {
  readonly delta: FamilyDelta;
  /** The first row. */
  readonly from: number;
  /** The row after the last. */
  readonly to: number;
}

/** Writes a piece of a batch, in steps. `format.ts` says how. */
export function* writePiece(writer: ByteWriter, { delta, from, to }: Piece): Generator<void> {
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
