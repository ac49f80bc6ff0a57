import type { Exemplar } from "../../model/exemplar.ts";
import { escapeLabelValue, quoteLabelName } from "../text/label_text.ts";
import { sampleText } from "../text/number_text.ts";

/** An exemplar as OpenMetrics writes it after a sample: `{trace_id="4bf9"} 0.67 1520879607.789`. */
export function exemplarText({ labels, value, timestamp }: Exemplar): string {
  const pairs = Object.entries(labels)
    .map(([name, text]) => `${quoteLabelName(name)}="${escapeLabelValue(text)}"`);
  return `{${pairs.join(",")}} ${sampleText(value)} ${timestampText(timestamp)}`;
}

/** A time in seconds since 1970, with milliseconds and without exponent. */
export function timestampText(seconds: number): string {
  return seconds.toFixed(3);
}
