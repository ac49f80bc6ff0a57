import type { Exemplar } from "../model/exemplar.ts";
import type { LabelTable } from "../model/label_table.ts";
import { isTime } from "../model/clock.ts";
import {
  type AnyFamily,
  entriesEach,
  metricTypes,
  type Part,
  type PartName,
  partsOf,
} from "../model/metric_types.ts";
import type { NativeBuckets, SparseBuckets } from "../model/snapshot.ts";
import { BatchError } from "./batch_error.ts";
import { ByteReader } from "./byte_reader.ts";
import { checkDelta } from "./check_delta.ts";
import { crc32 } from "./checksum.ts";
import type { RefusedFamily } from "./reply.ts";
import type { BatchHeader, DeltaBatch, FamilyDelta } from "./delta.ts";
import {
  checksumBytes,
  clientAt,
  clientBytes,
  formatVersion,
  frameBytes,
  magic,
  partCodes,
  typeCodes,
} from "./format.ts";

/** The longest sequence number is 8 bytes, the shortest one. */
const fewestBytes = frameBytes - 7;

/**
 * Reads a batch, and refuses it as a whole if its checksum or its structure is wrong. A family that no
 * page may have is refused by itself, as it must not cost the others.
 *
 * @throws {BatchError} If it is no batch, was changed on its way, or is of another version.
 */
export function readBatch(bytes: Uint8Array): DeltaBatch {
  const { header, families } = readFrame(bytes);
  const names = new Set<string>();
  const checked: FamilyDelta[] = [];
  const refused: RefusedFamily[] = [];
  for (const delta of families) {
    const { name } = delta.family;
    if (names.has(name)) throw new BatchError(`${name}: the batch has this family twice`);
    names.add(name);
    try {
      checked.push(checkDelta(delta));
    } catch (error) {
      if (!(error instanceof BatchError)) throw error;
      refused.push({ family: name, reason: error.message });
    }
  }
  return { ...header, families: checked, refused };
}

/**
 * Reads what an aggregator has framed for another one. Families are not checked: they were, and they
 * have parts that no client sends.
 *
 * @throws {BatchError} If it is no batch, was changed on its way, or is of another version.
 */
export function readFrame(
  bytes: Uint8Array,
): { readonly header: BatchHeader; readonly families: readonly FamilyDelta[] } {
  checkMagic(bytes);
  // Another version may have its checksum elsewhere.
  checkVersion(bytes);
  const end = bytes.length - checksumBytes;
  const written = new DataView(bytes.buffer, bytes.byteOffset).getUint32(end, true);
  if (written !== crc32(bytes, end)) {
    throw new BatchError("the batch was cut off or changed on its way: its checksum is wrong");
  }
  const reader = new ByteReader(bytes, clientAt, end);
  const client = reader.bytes(clientBytes);
  const start = reader.double();
  const time = reader.double();
  if (!isTime(start) || !isTime(time)) reader.fail(`${start} and ${time} are not both times`);
  const sequence = reader.whole();
  if (sequence === 0) reader.fail("the first batch of a client has the sequence number 1");
  return { header: { client, sequence, start, time }, families: readFamilies(reader) };
}

/**
 * Reads families without a header, as `encodeFamilies()` wrote them. Only their structure is checked.
 *
 * @throws {BatchError} If they are malformed.
 */
export function decodeFamilies(bytes: Uint8Array): readonly FamilyDelta[] {
  return readFamilies(new ByteReader(bytes, 0, bytes.length));
}

/**
 * The client that sends a batch, and when it began, to choose who reads it. Nothing else is checked.
 *
 * @throws {BatchError} If it is no batch of a known version.
 */
export function clientOf(bytes: Uint8Array): Pick<BatchHeader, "client" | "start"> {
  checkMagic(bytes);
  checkVersion(bytes);
  const startAt = clientAt + clientBytes;
  return {
    // A copy, which the slice of a Node Buffer is not.
    client: new Uint8Array(bytes.subarray(clientAt, startAt)),
    start: new DataView(bytes.buffer, bytes.byteOffset).getFloat64(startAt, true),
  };
}

function checkMagic(bytes: Uint8Array): void {
  if (bytes.length >= fewestBytes && magic.every((byte, at) => bytes[at] === byte)) return;
  throw new BatchError("this is no batch of deltas; send what a DeltaPusher of edgeprom makes");
}

function checkVersion(bytes: Uint8Array): void {
  const version = bytes[magic.length];
  if (version === formatVersion) return;
  const older = version > formatVersion ? "aggregator" : "client";
  throw new BatchError(
    `the batch is of version ${version}, and the aggregator knows version ${formatVersion}; ` +
      `update edgeprom in the ${older}`,
    415,
  );
}

function readFamilies(reader: ByteReader): FamilyDelta[] {
  const families: FamilyDelta[] = [];
  while (!reader.isAtEnd) families.push(readFamily(reader));
  return families;
}

function readFamily(reader: ByteReader): FamilyDelta {
  const type = nameOf(reader, typeCodes);
  const name = reader.text();
  reader.subject = `${name}: `;
  const help = reader.text();
  const unit = reader.text();
  const labels = readTable(reader);
  const family: AnyFamily = { type, name, help, ...unit !== "" && { unit }, labels };
  const { parts } = metricTypes[type];
  const rests = new Map<PartName, ReadonlyMap<number, readonly number[]>>();
  for (let count = reader.count(); count > 0; count--) {
    const part = nameOf(reader, partCodes);
    const description = parts[part];
    if (description === undefined || family[part] !== undefined) {
      reader.fail(`a ${type} has no ${part}, or has it once`);
    }
    Object.assign(family, { [part]: readPart(reader, family, part, description, rests) });
  }
  for (const [part, { optional }] of partsOf(type)) {
    if (!optional && family[part] === undefined) reader.fail(`a ${type} has ${part}`);
  }
  const hasGone = reader.byte();
  if (hasGone > 1) reader.fail(`it ends in ${hasGone}`);
  const gone = hasGone === 1 ? readTable(reader) : undefined;
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

function readTable(reader: ByteReader): LabelTable {
  const names = listOf(reader.count(), () => reader.text());
  const rows = reader.whole();
  // A row without labels takes no byte, but then there can only be one.
  if (names.length === 0 && rows > 1) reader.fail(`${rows} series have no labels`);
  const values = listOf(reader.expect(rows * names.length), () => reader.text());
  return { names, values, rows };
}

function readPart(
  reader: ByteReader,
  family: AnyFamily,
  part: PartName,
  description: Part,
  rests: Map<PartName, ReadonlyMap<number, readonly number[]>>,
): unknown {
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
      return listOf(reader.expect(rows), () => reader.number());
    case "numbers": {
      const numbers = new Float64Array(reader.expect(cells(description)));
      const exact = new Map<number, readonly number[]>();
      for (let cell = 0; cell < numbers.length; cell++) {
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
      return readExemplars(reader, reader.bound(cells(description)));
    case "native":
      return listOf(reader.expect(rows), () => readNative(reader));
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

function readExemplars(reader: ByteReader, cells: number): (Exemplar | undefined)[] {
  // Cells without one take no byte here, but one in a column of numbers, wherever it is.
  const exemplars = listOf<Exemplar | undefined>(cells, () => undefined);
  let cell = 0;
  for (let count = reader.count(); count > 0; count--) {
    cell += reader.whole();
    if (cell >= cells) reader.fail(`it has an exemplar in cell ${cell} of ${cells}`);
    exemplars[cell++] = readExemplar(reader);
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
