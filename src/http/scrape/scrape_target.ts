import type { Gatherer } from "../../model/collector.ts";
import { ConcurrencyLimit } from "./concurrency_limit.ts";
import { ScrapeMetrics } from "./scrape_metrics.ts";
import { SharedGatherings } from "./shared_gatherings.ts";

/** The state that all scrapes of one gatherer have in common, on any server. */
export interface ScrapeTarget {
  /** Metrics about the scrapes. */
  readonly metrics: ScrapeMetrics;
  /** Gatherings in progress. */
  readonly gatherings: SharedGatherings;
  /** The limit on concurrent scrapes. */
  readonly limit: ConcurrencyLimit;
}

const targets = new WeakMap<Gatherer, ScrapeTarget>();

/** The scrape target of a gatherer; the same for each scrape. */
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
