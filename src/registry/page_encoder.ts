import type { Gatherer, Gathering } from "../model/collector.ts";
import { display, EncodingError, type MetricsError } from "../model/errors.ts";
import { encodeCooperatively } from "../exposition/encoding/encode_cooperatively.ts";
import type { Encoder } from "../exposition/encoding/encoder.ts";
import { InstrumentStore } from "./instrument_store.ts";

/** Encodes the pages of a registry, and reports what is not on them. */
export class PageEncoder {
  /** What failed on the last page without a handler. */
  #reported: ReadonlySet<string> | undefined;

  /**
   * Gathers and encodes. What fails is left out.
   *
   * @param source What to gather from: a store needs no promise if its collectors answer at once.
   * @param onError Called for each failure; by default it is written to the console, and again only
   * after a page without it.
   */
  async encode(
    source: InstrumentStore | Gatherer,
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
    const begun = source instanceof InstrumentStore ? source.begin() : source.gather();
    const gathering: Gathering = begun instanceof Promise ? await begun : begun;
    const failures = new Set<string>();
    const report = onError ?? (({ message }) => {
      if (!this.#reported?.has(message) && !failures.has(message)) console.error(message);
      failures.add(message);
    });
    for (const error of gathering.errors) report(error);
    const encoding = encodeCooperatively(format, gathering.families, { onError: report });
    const page = encoding instanceof Promise ? await encoding : encoding;
    if (onError === undefined) this.#reported = failures;
    return page;
  }
}
