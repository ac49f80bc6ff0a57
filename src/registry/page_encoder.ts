import type { Gatherer } from "../model/collector.ts";
import { display, EncodingError, type MetricsError } from "../model/errors.ts";
import { encodeCooperatively } from "../exposition/encoding/encode_cooperatively.ts";
import type { Encoder } from "../exposition/encoding/encoder.ts";

/** Encodes the pages of a registry, and reports what is not on them. */
export class PageEncoder {
  /** What failed on the last page without a handler. */
  #reported: ReadonlySet<string> = new Set();

  /**
   * Gathers and encodes. What fails is left out.
   *
   * @param onError Called for each failure; by default it is written to the console, and again only
   * after a page without it.
   */
  async encode(
    gatherer: Gatherer,
    format: Encoder,
    onError?: (error: MetricsError) => void,
  ): Promise<Uint8Array<ArrayBuffer>> {
    if (typeof format?.encode !== "function") {
      throw new EncodingError(
        `${display(format)} is not a format; give one such as prometheusText`,
      );
    }
    if (onError !== undefined && typeof onError !== "function") {
      throw new EncodingError(`onError ${display(onError)} must be a function`);
    }
    const failures = new Set<string>();
    const report = onError ?? (({ message }) => {
      if (!this.#reported.has(message) && !failures.has(message)) console.error(message);
      failures.add(message);
    });
    const { families, errors } = await gatherer.gather();
    errors.forEach((error) => report(error));
    const page = await encodeCooperatively(format, families, { onError: report });
    if (onError === undefined) this.#reported = failures;
    return page;
  }
}
