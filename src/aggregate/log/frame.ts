import { isTime } from "../../model/platform/clock.ts";
import { crc32 } from "../../deltas/batches/checksum.ts";
import { StoreError } from "./store_error.ts";

/** The version of everything that is kept in a store. */
const frameVersion = 1;

/** What a frame has in it. The first five are entries of a log, the others and settings parts of a checkpoint. */
const kindCodes = {
  batch: 1,
  page: 2,
  sweep: 3,
  settings: 4,
  remove: 5,
  clients: 6,
  refusals: 7,
  sums: 8,
  end: 9,
} as const;

/** What a frame has in it. */
export type FrameKind = keyof typeof kindCodes;

const kindOf: ReadonlyMap<number, FrameKind> = new Map(
  Object.entries(kindCodes).map(([kind, code]) => [code as number, kind as FrameKind]),
);

/** Version, kind and time. */
const headBytes = 1 + 1 + 8;

/** Bytes of a frame besides those in it. */
export const frameBytes: number = headBytes + 4;

/** What is kept in a store. */
export interface Frame {
  readonly kind: FrameKind;
  /** The time of the aggregate, in seconds since 1970. */
  readonly time: number;
  readonly bytes: Uint8Array;
}

/** Writes a frame, with a checksum at its end. */
export function writeFrame({ kind, time, bytes }: Frame): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(frameBytes + bytes.length);
  const view = new DataView(frame.buffer);
  frame[0] = frameVersion;
  frame[1] = kindCodes[kind];
  view.setFloat64(2, time, true);
  frame.set(bytes, headBytes);
  const end = frame.length - 4;
  view.setUint32(end, crc32(frame, end), true);
  return frame;
}

/**
 * Reads a frame.
 *
 * @throws {StoreError} If it was written by a newer version, or is damaged.
 */
export function readFrame(frame: Uint8Array): Frame {
  const end = frame.length - 4;
  if (end < headBytes) throw new StoreError(`it is damaged: it has only ${frame.length} bytes`);
  if (frame[0] > frameVersion) {
    throw new StoreError(
      `it has version ${frame[0]}, and this version of edgeprom knows up to ${frameVersion}; use ` +
        "the version that wrote it, or a newer one",
    );
  }
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const kind = kindOf.get(frame[1]);
  const time = view.getFloat64(2, true);
  if (view.getUint32(end, true) !== crc32(frame, end) || kind === undefined || !isTime(time)) {
    throw new StoreError("it is damaged: its checksum is wrong");
  }
  return { kind, time, bytes: frame.subarray(headBytes, end) };
}
