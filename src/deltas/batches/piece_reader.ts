import type { Exemplar } from "../../model/exemplar.ts";
import type { LabelTable } from "../../model/label_table.ts";
import {
  type AnyFamily,
  entriesEach,
  metricTypes,
  type Part,
  type PartName,
  partsOf,
} from "../../model/metric_types.ts";
import type { NativeBuckets, SparseBuckets } from "../../model/snapshot.ts";
import type { FamilyDelta } from "../delta.ts";
import type { ByteReader } from "./byte_reader.ts";
import { partCodes, typeCodes } from "./format.ts";
import { cellsPerStep, rowsPerStep } from "./piece_writer.ts";

/** Reads families up to the end of a batch, in steps. `format.ts` says how they are written. */
export function* readFamilies(reader: ByteReader): Generator<void, readonly FamilyDelta[], void> {
  const families: FamilyDelta[] = [];
  while (!reader.isAtEnd) {
    families.push(yield* readFamily(reader));
    yield;
  }
  return families;
}

function* readFamily(reader: ByteReader): Generator<void, FamilyDelta, void> {
  const type = nameOf(reader, typeCodes);
  const name = reader.text();
  reader.subject = `${name}: `;
  const help = reader.text();
  const unit = reader.text();
  const labels = yield* readTable(reader);
  const family: AnyFamily = { type, name, help, ...unit !== "" && { unit }, labels };
  const { parts } = metricTypes[type];
  const rests = new Map<PartName, ReadonlyMap<number, readonly number[]>>();
  for (let count = reader.count(); count > 0; count--) {
    const part = nameOf(reader, partCodes);
    const description = parts[part];
    if (description === undefined || family[part] !== undefined) {
      reader.fail(`a ${type} has no ${part}, or has it once`);
    }
    const value = yield* readPart(reader, family, part, description, rests);
    Object.assign(family, { [part]: value });
  }
  for (const [part, { optional }] of partsOf(type)) {
    if (!optional && family[part] === undefined) reader.fail(`a ${type} has ${part}`);
  }
  const hasGone = reader.byte();
  if (hasGone > 1) reader.fail(`it ends in ${hasGone}`);
  const gone = hasGone === 1 ? yield* readTable(reader) : undefined;
  reader.subject = "";
  return {
    family: family as FamilyDelta["family"],
    ...rests.size > 0 && { rests },
    ...gone && { gone },
  };
}

/** Reads a byte that stands for a name. */
function nameOf<Name extends string>(
  reader: ByteReader,
  codes: Readonly<Record<Name, number>>,
): Name {
  const code = reader.byte();
  const name = (Object.keys(codes) as Name[]).find((each) => codes[each] === code);
  return name ?? reader.fail(`there is no type or part ${code}`);
}

function* readTable(reader: ByteReader): Generator<void, LabelTable, void> {
  const names = listOf(reader.count(), () => reader.text());
  const rows = reader.whole();
  // A row without labels takes no byte, but then there can only be one.
  if (names.length === 0 && rows > 1) reader.fail(`${rows} series have no labels`);
  const values = yield* inSteps(
    reader.expect(rows * names.length),
    () => reader.text(),
    cellsPerStep,
  );
  return { names, values, rows };
}

function* readPart(
  reader: ByteReader,
  family: AnyFamily,
  part: PartName,
  description: Part,
  rests: Map<PartName, ReadonlyMap<number, readonly number[]>>,
): Generator<void, unknown, void> {
  const { kind } = description;
  const { rows } = family.labels;
  switch (kind) {
    case "shape": {
      if (description.holds === "merge") return reader.text();
      const isText = description.holds === "distinct";
      return listOf<number | string>(
        reader.count(),
        () => isText ? reader.text() : reader.number(),
      );
    }
    case "created":
      return yield* inSteps(reader.expect(rows), () => reader.number(), cellsPerStep);
    case "numbers": {
      const numbers = new Float64Array(reader.expect(cells(description)));
      const exact = new Map<number, readonly number[]>();
      for (let cell = 0; cell < numbers.length; cell++) {
        if ((cell + 1) % cellsPerStep === 0) yield;
        const hasRest = reader.isExact();
        numbers[cell] = reader.number();
        if (!hasRest) continue;
        const rest = listOf(reader.count(), () => reader.number());
        if (!rest.every(Number.isFinite)) reader.fail(`${part} have an infinite rest`);
        exact.set(cell, rest);
      }
      if (exact.size > 0) rests.set(part, exact);
      return numbers;
    }
    case "exemplars":
      return yield* readExemplars(reader, reader.bound(cells(description)));
    case "native":
      return yield* inSteps(reader.expect(rows), () => readNative(reader), rowsPerStep);
    default:
      throw new TypeError(`no kind of part: ${kind satisfies never}`);
  }

  function cells(sized: Exclude<Part, { readonly kind: "shape" | "created" }>): number {
    if (sized.per !== undefined && family[sized.per] === undefined) {
      reader.fail(`${part} come before ${sized.per}`);
    }
    return rows * entriesEach(family, sized);
  }
}

function* readExemplars(
  reader: ByteReader,
  cells: number,
): Generator<void, (Exemplar | undefined)[], void> {
  // Cells without one take no byte here, but one in a column of numbers, wherever it is.
  const exemplars = listOf<Exemplar | undefined>(cells, () => undefined);
  let cell = 0;
  for (let count = reader.count(); count > 0; count--) {
    cell += reader.whole();
    if (cell >= cells) reader.fail(`it has an exemplar in cell ${cell} of ${cells}`);
    exemplars[cell++] = readExemplar(reader);
    if (count % rowsPerStep === 0) yield;
  }
  return exemplars;
}

function readExemplar(reader: ByteReader): Exemplar {
  const labels = listOf(reader.count(), () => [reader.text(), reader.text()] as const);
  // Unlike an assignment, this makes a label of any name.
  return {
    labels: Object.fromEntries(labels),
    value: reader.number(),
    timestamp: reader.number(),
  };
}

function readNative(reader: ByteReader): NativeBuckets {
  return {
    schema: reader.number(),
    zeroThreshold: reader.number(),
    zeroCount: reader.number(),
    positive: readBuckets(reader),
    negative: readBuckets(reader),
    exemplars: listOf(reader.count(), () => readExemplar(reader)),
  };
}

function readBuckets(reader: ByteReader): SparseBuckets {
  const indexes: number[] = [];
  const counts: number[] = [];
  let index = 0;
  for (let count = reader.count(); count > 0; count--) {
    indexes.push(index += reader.number());
    counts.push(reader.number());
  }
  return { indexes, counts };
}

function listOf<Entry>(length: number, read: () => Entry): Entry[] {
  const list: Entry[] = new Array(length);
  for (let at = 0; at < length; at++) list[at] = read();
  return list;
}

/** {@linkcode listOf} for lists that may be long. */
function* inSteps<Entry>(
  length: number,
  read: () => Entry,
  perStep: number,
): Generator<void, Entry[], void> {
  const list: Entry[] = new Array(length);
  for (let at = 0; at < length;) {
    list[at] = read();
    if (++at % perStep === 0) yield;
  }
  return list;
}
