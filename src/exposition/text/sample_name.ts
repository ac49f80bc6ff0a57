import { isLegacyMetricName } from "../../model/names.ts";
import { escapeLabelValue, utf8Size } from "./label_text.ts";

/** A family's name as text, in quotes if it is not legacy-valid. */
export function quoteMetricName(name: string): string {
  return isLegacyMetricName(name) ? name : `"${escapeLabelValue(name)}"`;
}

/**
 * A sample's name, with the characters around its labels.
 *
 * A name that is not legacy-valid goes into the braces: `{"my.metric",a="b"} 1`.
 */
export class SampleName {
  /** Number of bytes besides the labels, in a row that has labels. */
  readonly size: number;
  /** Number of bytes in a row without labels. */
  readonly bareSize: number;
  readonly #open: string;
  readonly #close: string;
  readonly #bare: string;

  /** @param last A label after those of the series, such as `le="1.0"`. */
  constructor(name: string, last = "") {
    const legacy = isLegacyMetricName(name);
    const opening = legacy ? `${name}{` : `{${quoteMetricName(name)}`;
    this.#open = legacy ? opening : `${opening},`;
    this.#close = last === "" ? "} " : `,${last}} `;
    if (last === "") this.#bare = legacy ? `${name} ` : `${opening}} `;
    else this.#bare = `${this.#open}${last}} `;
    this.size = utf8Size(this.#open + this.#close);
    this.bareSize = utf8Size(this.#bare);
  }

  /** What a line has before its labels, after them, and before its value if it has no labels. */
  parts(): readonly [open: string, close: string, bare: string] {
    return [this.#open, this.#close, this.#bare];
  }

  /** The text of a line up to its value. */
  before(labels: string): string {
    return labels === "" ? this.#bare : this.#open + labels + this.#close;
  }
}
