/** The content type of Prometheus pages. */
export const prometheusContentType = "text/plain; version=0.0.4; charset=utf-8";

/** The content type of OpenMetrics pages. */
export const openMetricsContentType = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/** Whether a registry can have a content type. */
export function isContentType(type: unknown): boolean {
  return type === prometheusContentType || type === openMetricsContentType;
}
