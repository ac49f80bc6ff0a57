import type { Cell } from "../metrics/cell.ts";
import { ClientHistogram } from "../metrics/histogram.ts";
import { ClientMetric } from "../metrics/metric.ts";
import type { PageMetric } from "./page_metric.ts";

const own = ClientMetric.prototype as PageMetric;
const histogram = ClientHistogram.prototype as PageMetric;

/**
 * Whether a metric is read cell by cell: it is one of ours, and no program has put a `get()` of its
 * own in the place of ours, in a subclass or on the object.
 */
export function isOwnMetric(metric: PageMetric): metric is PageMetric & ClientMetric<string, Cell> {
  const { get, getForPromString } = Object(metric) as PageMetric;
  return get === own.get &&
    (getForPromString === undefined || getForPromString === histogram.getForPromString);
}
