import { isLegacyMetricName } from "../core/names.ts";
import type { ByteWriter } from "./byte_writer.ts";
import { escapeLabelValue } from "./label_text.ts";
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
export class SampleName {
  readonly #bare: Uint8Array;
  readonly #open: Uint8Array;
  readonly #close: Uint8Array;

  /** @param last A label that comes after those of the series, such as `le="1.0"`. */
  constructor(name: string, last = "") {
    const legacy = isLegacyMetricName(name);
    const first = legacy ? "" : quoteMetricName(name);
    const inner = [first, last].filter((part) => part !== "").join(",");
    const outer = legacy ? name : "";
    this.#bare = utf8.encode(inner === "" ? `${outer} ` : `${outer}{${inner}} `);
    this.#open = utf8.encode(legacy ? `${name}{` : `{${first},`);
    this.#close = utf8.encode(last === "" ? "} " : `,${last}} `);
  }

  /** Writes name and labels of a row, up to the value. */
  write(writer: ByteWriter, { bytes, ends }: RowBytes, row: number): void {
    const start = row === 0 ? 0 : ends[row - 1];
    const end = ends[row];
    if (start === end) return writer.bytes(this.#bare);
    writer.bytes(this.#open);
    writer.bytes(bytes, start, end);
    writer.bytes(this.#close);
  }
}
