import { PageCache } from "../encoding/page_cache.ts";
import type { LabelTable } from "../../model/label_table.ts";

/** The encoded label sets of a table, one after the other. */
export interface LabelBytes {
  /** The bytes of the rows. */
  readonly bytes: Uint8Array;
  /** The position after each row. */
  readonly ends: Uint32Array;
}

/** Returns the bytes of a table's rows, at least those before `end`; valid until the next call. */
export type RowsOf = (table: LabelTable, end: number) => LabelBytes;

/** The writer of a format. */
export interface RowWriter {
  readonly length: number;
  /** What was written so far, until more is written. */
  readonly written: Uint8Array;
  bytes(source: Uint8Array): void;
  finish(): Uint8Array;
}

/** Encodes one row: a value for each column, from the position `first` on. */
export type WriteRow<Writer> = (writer: Writer, values: readonly string[], first: number) => void;

/** Estimated bytes of a label and its value. */
const bytesPerLabel = 24;

/** The cached rows of a table: the first `written` ones. */
interface Rows<Writer> {
  written: number;
  bytes: Uint8Array;
  ends: Uint32Array;
  /** The writer of further rows. It has spare room, so it is dropped after the last row. */
  writer: Writer | undefined;
}

/**
 * Caches the label sets that a format has encoded, for the next page.
 *
 * A label set is encoded once, when its series is first scraped: a family appends to the same array
 * of label values, so only the rows since the last scrape are new. The key is this array, and then
 * the array of label names, of which there may be several escapings.
 *
 * @param prepare Encodes the names, once for all new rows.
 */
export function cacheRows<Writer extends RowWriter>(
  createWriter: (capacity: number) => Writer,
  prepare: (names: readonly string[]) => WriteRow<Writer>,
): RowsOf {
  const cache = new PageCache<readonly string[], Map<readonly string[], Rows<Writer>>>();
  return (table, end) => {
    const { names, values } = table;
    if (names.length === 0 && end <= 1) return withoutLabels;
    const byNames = cache.get(values) ?? new Map<readonly string[], Rows<Writer>>();
    const known = byNames.get(names);
    if (known !== undefined && known.written >= end) return known;
    const rows = known ?? noRows();
    cache.set(values, byNames.set(names, rows));
    const capacity = rows.bytes.length + (end - rows.written) * names.length * bytesPerLabel;
    const writer = rows.writer ?? copyOf(rows.bytes, createWriter(capacity));
    appendRows(rows, table, end, writer, prepare(names));
    return rows;
  };
}

/** The only row of a table without columns. It has no bytes, in any format. */
const withoutLabels: LabelBytes = {
  bytes: /* @__PURE__ */ new Uint8Array(0),
  ends: /* @__PURE__ */ new Uint32Array(1),
};

function appendRows<Writer extends RowWriter>(
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
