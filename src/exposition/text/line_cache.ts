import type { LabelTable } from "../../model/label_table.ts";
import type { ByteWriter } from "./byte_writer.ts";
import type { RowRange } from "../encoding/encoder.ts";
import { LineBlock, type LineEnd, type LineNames } from "./line_block.ts";
import type { LineValues } from "./line_values.ts";
import type { SampleName } from "./sample_name.ts";

/** Lines of a block at most, but for a series that has more: all move where a value gets longer. */
const maxLines = 1024;

/** The lines of a family as they were on the last page, in blocks of as many rows each. */
export class LineCache {
  readonly #names: LineNames;
  /** A power of two, so that a part that is written in a step has whole blocks. */
  readonly #rowsEach: number;
  /** What the rows were made of: a family appends to the array, or takes another one. */
  #labels: readonly string[] | undefined;
  #blocks: LineBlock[] = [];

  /** @param samples The samples of a row, a line each. */
  constructor(samples: readonly SampleName[]) {
    this.#names = {
      samples,
      sizes: samples.map(({ size }) => size),
      bareSizes: samples.map(({ bareSize }) => bareSize),
    };
    this.#rowsEach = 2 ** Math.max(0, Math.floor(Math.log2(maxLines / samples.length)));
  }

  /** How many bytes the lines of a table took when they were last written, if they were. */
  sizeOf({ values, rows }: LabelTable): number | undefined {
    if (this.#labels !== values || rows > this.#rowsEach * this.#blocks.length) return undefined;
    return this.#blocks.reduce((size, block) => size + block.size, 0);
  }

  /** Writes the lines of a part of the rows. */
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
    for (let at = first; at < end; at += this.#rowsEach) {
      const rows = Math.min(this.#rowsEach, end - at);
      const block = this.#blocks[at / this.#rowsEach] ??= new LineBlock(this.#names);
      block.update(table, at, rows, values({ first: at, end: at + rows }));
      if (endOf === undefined) block.copy(writer, rows);
      else block.copyWith(writer, rows, (row, sample) => endOf(at + row, sample));
    }
  }
}
