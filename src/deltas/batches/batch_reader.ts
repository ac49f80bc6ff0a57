import { isTime } from "../../model/platform/clock.ts";
import { atOnce } from "../../model/platform/time_slices.ts";
import { BatchError } from "./batch_error.ts";
import { ByteReader } from "./byte_reader.ts";
import { checkDeltaInSteps } from "./check_delta.ts";
import { crc32 } from "./checksum.ts";
import type { RefusedFamily } from "../reply.ts";
import type { BatchHeader, DeltaBatch, FamilyDelta } from "../delta.ts";
import {
  checksumBytes,
  clientAt,
  clientBytes,
  formatVersion,
  frameBytes,
  magic,
} from "./format.ts";
import { readFamilies } from "./piece_reader.ts";

/** Fewer bytes are read at once: steps would make a batch of 60 series 5 % slower. */
const fewBytes = 8192;

/** The longest sequence number is 8 bytes, the shortest one. */
const fewestBytes = frameBytes - 7;

/**
 * Reads a batch, and refuses it as a whole if its checksum or its structure is wrong. A family that no
 * page may have is refused by itself, as it must not cost the others.
 *
 * @throws {BatchError} If it is no batch, was changed on its way, or is of another version.
 */
export function readBatch(bytes: Uint8Array): DeltaBatch {
  return atOnce(readBatchInSteps(bytes));
}

/** {@linkcode readBatch} in steps, as 25,000 series take 50 ms at first. */
export function* readBatchInSteps(bytes: Uint8Array): Generator<void, DeltaBatch, void> {
  const { header, families } = yield* readFrameInSteps(bytes);
  const names = new Set<string>();
  const checked: FamilyDelta[] = [];
  const refused: RefusedFamily[] = [];
  for (const delta of families) {
    const { name } = delta.family;
    if (names.has(name)) throw new BatchError(`${name}: the batch has this family twice`);
    names.add(name);
    try {
      const steps = checkDeltaInSteps(delta);
      checked.push(isShort(bytes) ? atOnce(steps) : yield* steps);
    } catch (error) {
      if (!(error instanceof BatchError)) throw error;
      refused.push({ family: name, reason: error.message });
    }
  }
  return { ...header, families: checked, refused };
}

/** What is in a frame. */
export interface FrameContent {
  readonly header: BatchHeader;
  readonly families: readonly FamilyDelta[];
}

/**
 * Reads what an aggregator has framed for another one, in steps. Families are not checked: they were,
 * and they have parts that no client sends.
 *
 * @throws {BatchError} If it is no batch, was changed on its way, or is of another version.
 */
export function* readFrameInSteps(bytes: Uint8Array): Generator<void, FrameContent, void> {
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
  const steps = readFamilies(reader);
  return {
    header: { client, sequence, start, time },
    families: isShort(bytes) ? atOnce(steps) : yield* steps,
  };
}

/**
 * Reads families without a header, as `encodeFamilies()` wrote them. Only their structure is checked.
 *
 * @throws {BatchError} If they are malformed.
 */
export function decodeFamilies(bytes: Uint8Array): readonly FamilyDelta[] {
  return atOnce(decodeInSteps(bytes));
}

/** {@linkcode decodeFamilies} in steps, as a MiB of short series takes 60 ms. */
export function decodeInSteps(
  bytes: Uint8Array,
): Generator<void, readonly FamilyDelta[], void> {
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

function isShort({ length }: Uint8Array): boolean {
  return length < fewBytes;
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
