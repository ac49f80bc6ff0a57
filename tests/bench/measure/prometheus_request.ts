/** What Prometheus accepts: gzip by default, and nothing of the kind if its configuration says so. */
export type Encoding = "gzip" | "identity";

/**
 * The headers with which Prometheus 3 asks for a page. edgeprom answers with text 1.0.0, as it
 * serves OpenMetrics only if an option allows it.
 */
export function prometheus(encoding: Encoding = "identity"): Record<string, string> {
  return {
    "User-Agent": "Prometheus/3.5.0",
    "Accept": "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6," +
      "application/openmetrics-text;version=0.0.1;q=0.5," +
      "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
    "Accept-Encoding": encoding,
    "X-Prometheus-Scrape-Timeout-Seconds": "10",
  };
}
