import { isMetricName } from "../metrics/names.ts";

/**
 * Whether the client takes a name for a metric.
 *
 * @example
 * ```ts
 * import { validateMetricName } from "@edgeprom/edgeprom/prom-client";
 * import { assert } from "@std/assert";
 *
 * assert(validateMetricName("jobs_total") && !validateMetricName("jobs-total"));
 * ```
 *
 * @category Metrics
 */
export function validateMetricName(name: string): boolean {
  return isMetricName(name);
}
