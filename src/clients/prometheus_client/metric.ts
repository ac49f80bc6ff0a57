import type { Counter } from "./counter.ts";
import type { Gauge } from "./gauge.ts";
import type { Histogram } from "./histogram.ts";
import type { Summary } from "./summary.ts";

/**
 * A metric of any type.
 *
 * @category Metrics
 */
export type Metric<Labels extends string = never> =
  | Counter<Labels>
  | Gauge<Labels>
  | Summary<Labels>
  | Histogram<Labels>;
