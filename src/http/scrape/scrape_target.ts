import type { Gatherer } from "../../model/collector.ts";
import { ConcurrencyLimit } from "./concurrency_limit.ts";
import { ScrapeMetrics } from "./scrape_metrics.ts";
import { SharedGatherings } from "./shared_gatherings.ts";

/** What scrapes of one gatherer share, whichever server they come by. */
export interface ScrapeTarget {
  /** What they tell of themselves. */
  readonly metrics: ScrapeMetrics;
  /** Their gatherings. */
  readonly gatherings: SharedGatherings;
  /** The places for those in flight. */
  readonly limit: ConcurrencyLimit;
}

const targets = new WeakMap<Gatherer, ScrapeTarget>();

/** The target that a gatherer is; the same at each scrape. */
export function scrapeTargetOf(gatherer: Gatherer): ScrapeTarget {
  const known = targets.get(gatherer);
  if (known !== undefined) return known;
  const target = {
    metrics: new ScrapeMetrics(gatherer),
    gatherings: new SharedGatherings(gatherer),
    limit: new ConcurrencyLimit(),
  };
  targets.set(gatherer, target);
  return target;
}
