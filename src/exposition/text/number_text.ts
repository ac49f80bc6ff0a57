/** A sample's value in every text format: the shortest decimal that reads as the same double. */
export function sampleText(value: number): string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? "-0" : String(value);
  return Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
}

/**
 * A canonical number: a bound as OpenMetrics writes it in `le` and `quantile`, such as `1.0`,
 * `0.005` or `1e+06`.
 *
 * Every text format uses it, because Prometheus 2 stores `le="1"` and `le="1.0"` as different
 * series, and which of the two it gets must not depend on the format. It is the text of Go's
 * `strconv.FormatFloat(v, 'g', -1, 64)`, with `.0` if it has neither point nor exponent.
 *
 * Source: OpenMetrics 1.0, "Considerations: Canonical Numbers".
 */
export function canonicalText(value: number): string {
  if (!Number.isFinite(value)) return sampleText(value);
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e6)) {
    return value.toExponential().replace(/([+-])(\d)$/, "$10$2");
  }
  const text = sampleText(value);
  return text.includes(".") ? text : `${text}.0`;
}
