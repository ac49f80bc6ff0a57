import type { ByteWriter } from "./byte_writer.ts";
import type { RowRange } from "./encoder.ts";
import type { RowBytes } from "./row_bytes.ts";
import type { SampleName } from "./sample_name.ts";

/** Writes a line a value: one of each name for the first row, then for the next. */
export function encodeValues(
  writer: ByteWriter,
  names: readonly SampleName[],
  labels: RowBytes,
  values: Float64Array,
  { first, end }: RowRange,
): void {
  for (let row = first, at = first * names.length; row < end; row++) {
    for (const name of names) name.line(writer, labels, row, values[at++]);
  }
}

/** Writes a line of value 1 for each row. */
export function encodeFacts(
  writer: ByteWriter,
  [name]: readonly SampleName[],
  labels: RowBytes,
  { first, end }: RowRange,
): void {
  for (let row = first; row < end; row++) name.line(writer, labels, row, 1);
}
