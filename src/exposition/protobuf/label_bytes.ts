import type { LabelTable } from "../../model/label_table.ts";

/** The label sets of a table as a format writes them, one after the other. */
export interface LabelBytes {
  /** The bytes of the rows. */
  readonly bytes: Uint8Array;
  /** Where each row ends. */
  readonly ends: Uint32Array;
}

/** Gives the bytes of a table's rows, at least of those before this one; valid until asked again. */
export type RowsOf = (table: LabelTable, end: number) => LabelBytes;

/** What a format writes rows with. */
export interface RowWriter {
  readonly length: number;
  /** What was written so far, until more is written. */
  readonly written: Uint8Array;
  bytes(source: Uint8Array): void;
  finish(): Uint8Array;
}

/** Writes one row: the values from this position on, a value a column. */
export type WriteRow<Writer> = (writer: Writer, values: readonly string[], first: number) => void;

/** Bytes of a label and its value, as far as that can be known. */
const labelBytes = 24;

/** Rows, of which the first ones are written. */
interface Rows<Writer> {
  written: number;
  bytes: Uint8Array;
  ends: Uint32Array;
  /** Where more will be written; it has room to spare, so it goes with the last row. */
  writer: Writer | undefined;
}

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
  createWriter: (capacity: number) => Writer,
  prepare: (names: readonly string[]) => WriteRow<Writer>,
): RowsOf {
  const cache = new WeakMap<readonly string[], Map<readonly string[], Rows<Writer>>>();
  return (table, end) => {
    const { names, values } = table;
    if (names.length === 0 && end <= 1) return withoutLabels;
    const byNames = cache.get(values) ?? new Map<readonly string[], Rows<Writer>>();
    const known = byNames.get(names);
    if (known !== undefined && known.written >= end) return known;
    const rows = known ?? noRows();
    cache.set(values, byNames.set(names, rows));
    const capacity = rows.bytes.length + (end - rows.written) * names.length * labelBytes;
    const writer = rows.writer ?? copyOf(rows.bytes, createWriter(capacity));
    extend(rows, table, end, writer, prepare(names));
    return rows;
  };
}

/** The one row that a table without columns can have: of no bytes, and the same in each format. */
const withoutLabels: LabelBytes = { bytes: new Uint8Array(0), ends: new Uint32Array(1) };

function extend<Writer extends RowWriter>(
  rows: Rows<Writer>,
  { names, values, rows: all }: LabelTable,
  end: number,
  writer: Writer,
  writeRow: WriteRow<Writer>,
): void {
  if (rows.ends.length < all) {
    const ends = new Uint32Array(all);
    ends.set(rows.ends);
    rows.ends = ends;
  }
  for (let row = rows.written; row < end; row++) {
    writeRow(writer, values, row * names.length);
    rows.ends[row] = writer.length;
  }
  rows.written = end;
  rows.writer = end < all ? writer : undefined;
  rows.bytes = end < all ? writer.written : writer.finish().slice();
}

function noRows<Writer>(): Rows<Writer> {
  return { written: 0, bytes: new Uint8Array(0), ends: new Uint32Array(0), writer: undefined };
}

function copyOf<Writer extends RowWriter>(bytes: Uint8Array, writer: Writer): Writer {
  writer.bytes(bytes);
  return writer;
}
