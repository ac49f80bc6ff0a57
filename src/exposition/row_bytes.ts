import type { LabelTable } from "../core/label_table.ts";
import { readyBytes } from "./byte_writer.ts";

/** The label sets of a table as a format writes them, one after the other. */
export interface RowBytes {
  /** The bytes of all rows. */
  readonly bytes: Uint8Array;
  /** The same and three bytes more, to be read in words; see `ReadyBytes`. */
  readonly view: DataView;
  /** Where each row ends; it begins where the one before ended. */
  readonly ends: Uint32Array;
}

/** What a format writes rows with. */
export interface RowWriter {
  readonly length: number;
  bytes(source: Uint8Array): void;
  finish(): Uint8Array;
}

/** Writes one row: the values from this position on, a value a column. */
export type WriteRow<Writer> = (writer: Writer, values: readonly string[], first: number) => void;

/**
 * Remembers what a format made of label sets, for a page that has them again.
 *
 * A label set is written once, when its series is first scraped: families append to the array that
 * a table shares with later ones, so only the rows that came since are new. The array is the key,
 * and under it the array of names, of which there may be several escapings.
 *
 * @param prepare Reads the names, once for all rows that are new.
 */
export function rememberRows<Writer extends RowWriter>(
  createWriter: () => Writer,
  prepare: (names: readonly string[]) => WriteRow<Writer>,
): (table: LabelTable) => RowBytes {
  const cache = new WeakMap<readonly string[], Map<readonly string[], RowBytes>>();
  return ({ names, values, rows }) => {
    const byNames = cache.get(values) ?? new Map<readonly string[], RowBytes>();
    const known = byNames.get(names);
    if (known !== undefined && known.ends.length >= rows) return known;
    const writer = createWriter();
    const ends = new Uint32Array(rows);
    if (known !== undefined) ends.set(known.ends);
    if (known !== undefined) writer.bytes(known.bytes);
    const writeRow = prepare(names);
    for (let row = known?.ends.length ?? 0; row < rows; row++) {
      writeRow(writer, values, row * names.length);
      ends[row] = writer.length;
    }
    const { view, length } = readyBytes(writer.finish());
    const written = { bytes: new Uint8Array(view.buffer, 0, length), view, ends };
    cache.set(values, byNames.set(names, written));
    return written;
  };
}
