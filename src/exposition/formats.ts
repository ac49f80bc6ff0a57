import { parseAccept } from "./accept.ts";
import type { Encoder } from "./encoder.ts";
import { prometheusText } from "./prometheus_text.ts";

/** The formats, the one to prefer among equals first. */
const formats: readonly Encoder[] = [prometheusText];

/**
 * Chooses the format for a request's `Accept` header: the one with the highest weight.
 *
 * It never refuses. A request that names none of our formats, or only wildcards as a browser does,
 * gets the text format, which every server reads.
 */
export function negotiate(accept: string | null): Encoder {
  const clauses = parseAccept(accept ?? "");
  let chosen = prometheusText;
  let highest = 0;
  for (const format of formats) {
    for (const clause of clauses) {
      if (clause.quality > highest && format.accepts(clause)) {
        chosen = format;
        highest = clause.quality;
      }
    }
  }
  return chosen;
}
