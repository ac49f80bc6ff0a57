import { isLegacyMetricName } from "../core/names.ts";
import type { ByteWriter, SampleBytes } from "./byte_writer.ts";
import { escapeLabelValue } from "./label_text.ts";
import { readyBytes } from "./ready_bytes.ts";
import type { RowBytes } from "./row_bytes.ts";

const utf8 = new TextEncoder();

/** A family's name as text, in quotes where it is not legacy-valid. */
export function quoteMetricName(name: string): string {
  return isLegacyMetricName(name) ? name : `"${escapeLabelValue(name)}"`;
}

/**
 * A sample's name with what stands around its labels, as bytes that are only copied.
 *
 * A name that is not legacy-valid goes into the braces: `{"my.metric",a="b"} 1`.
 */
export class SampleName implements SampleBytes {
  readonly view: DataView;
  readonly open: number;
  readonly close: number;
  readonly length: number;

  /** @param last A label that comes after those of the series, such as `le="1.0"`. */
  constructor(name: string, last = "") {
    const legacy = isLegacyMetricName(name);
    const first = legacy ? "" : quoteMetricName(name);
    const inner = [first, last].filter((part) => part !== "").join(",");
    const outer = legacy ? name : "";
    const bare = inner === "" ? `${outer} ` : `${outer}{${inner}} `;
    const open = utf8.encode(legacy ? `${name}{` : `{${first},`).length;
    const close = last === "" ? "} " : `,${last}} `;
    const { view, length } = readyBytes(
      utf8.encode((legacy ? `${name}{` : `{${first},`) + close + bare),
    );
    this.view = view;
    this.open = open;
    this.close = length - utf8.encode(bare).length;
    this.length = length;
  }

  /** Writes name and labels of a row, up to the value. */
  write(writer: ByteWriter, { view, ends }: RowBytes, row: number): void {
    const start = row === 0 ? 0 : ends[row - 1];
    const end = ends[row];
    if (start === end) return writer.ready(this.view, this.close, this.length);
    writer.ready(this.view, 0, this.open);
    writer.ready(view, start, end);
    writer.ready(this.view, this.open, this.close);
  }

  /** Writes the whole line of a row. */
  line(writer: ByteWriter, { view, ends }: RowBytes, row: number, value: number): void {
    writer.sample(this, view, row === 0 ? 0 : ends[row - 1], ends[row], value);
  }
}
