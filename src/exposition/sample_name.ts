import { isLegacyMetricName } from "../core/names.ts";
import type { ByteWriter } from "./byte_writer.ts";
import { escapeLabelValue } from "./label_text.ts";
import { readyBytes } from "./ready_bytes.ts";

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
  readonly #view: DataView;
  /** Where the part before the labels ends. */
  readonly #open: number;
  /** Where the part after the labels ends, and the text for a row without labels begins. */
  readonly #close: number;
  readonly #length: number;

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
    this.#view = view;
    this.#open = open;
    this.#close = length - utf8.encode(bare).length;
    this.#length = length;
  }

  /** How many bytes it takes beside the labels, in a row that has some. */
  get size(): number {
    return this.#close;
  }

  /** How many bytes it takes in a row without labels. */
  get bareSize(): number {
    return this.#length - this.#close;
  }

  /** Writes name and labels, up to the value. */
  write(writer: ByteWriter, labels: DataView, start: number, end: number): void {
    if (start === end) return writer.ready(this.#view, this.#close, this.#length);
    writer.ready(this.#view, 0, this.#open);
    writer.ready(labels, start, end);
    writer.ready(this.#view, this.#open, this.#close);
  }
}
