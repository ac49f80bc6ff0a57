import type { LabelTable } from "../../model/label_table.ts";
import type { ByteWriter } from "./byte_writer.ts";
import type { RowRange } from "../encoding/encoder.ts";
import { LineBlock, type LineEnd, type LineNames } from "./line_block.ts";
import type { LineValues } from "./line_values.ts";
import type { SampleName } from "./sample_name.ts";

/** Lines of a block, unless one series has more: all of them move if a value gets longer. */
const maxBlockLines = 1024;

/** The cached lines of a family, as on the last page, in blocks of equally many rows. */
export class LineCache {
  readonly #names: LineNames;
  /** A power of two, so that a chunk consists of whole blocks. */
  readonly #rowsPerBlock: number;
  /** The label values of the cached rows: a family appends to this array or replaces it. */
  #labels: readonly string[] | undefined;
  #blocks: LineBlock[] = [];

  /** @param samples The samples of a row; each has a line. */
  constructor(samples: readonly SampleName[]) {
    this.#names = {
      samples,
      sizes: samples.map(({ size }) => size),
      bareSizes: samples.map(({ bareSize }) => bareSize),
    };
    this.#rowsPerBlock = 2 ** Math.max(0, Math.floor(Math.log2(maxBlockLines / samples.length)));
  }

  /** Number of bytes of a table's lines on the last page, if all of them are cached. */
  sizeOf({ values, rows }: LabelTable): number | undefined {
    if (this.#labels !== values || rows > this.#rowsPerBlock * this.#blocks.length) {
      return undefined;
    }
    return this.#blocks.reduce((size, block) => size + block.size, 0);
  }

  /** Writes the lines of a part of the rows, after updating them in the cache. */
  write(
    writer: ByteWriter,
    table: LabelTable,
    { first, end }: RowRange,
    values: LineValues,
    endOf?: LineEnd,
  ): void {
    if (this.#labels !== table.values) {
      this.#labels = table.values;
      this.#blocks = [];
    }
    for (let at = first; at < end; at += this.#rowsPerBlock) {
      const rows = Math.min(this.#rowsPerBlock, end - at);
      const block = this.#blocks[at / this.#rowsPerBlock] ??= new LineBlock(this.#names);
      block.update(table, at, rows, values({ first: at, end: at + rows }));
      if (endOf === undefined) block.copy(writer, rows);
      else block.copyWith(writer, rows, (row, sample) => endOf(at + row, sample));
    }
  }
}
