import type { Cell } from "../metrics/cell.ts";
import { ClientHistogram } from "../metrics/histogram.ts";
import type { ClientMetric } from "../metrics/metric.ts";
import { ClientSummary } from "../metrics/summary.ts";
import { ValuedMetric } from "../metrics/valued_metric.ts";
import type { PageMetric } from "./page_metric.ts";

const valued = ValuedMetric.prototype as PageMetric;
const histogram = ClientHistogram.prototype as PageMetric;
const summary = ClientSummary.prototype as PageMetric;

/**
 * Whether a metric is read cell by cell: it is one of ours, and no program has put a `get()` of its
 * own in the place of ours, in a subclass or on the object.
 */
export function isOwnMetric(metric: PageMetric): metric is PageMetric & ClientMetric<string, Cell> {
  const { get, getForPromString } = Object(metric) as PageMetric;
  return (get === valued.get || get === histogram.get || get === summary.get) &&
    getForPromString === (get === histogram.get ? histogram.getForPromString : undefined);
}
