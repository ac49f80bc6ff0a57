import type { Gatherer } from "../../model/collector.ts";
import { ConcurrencyLimit } from "./concurrency_limit.ts";
import { PageReaders } from "./page_readers.ts";
import { ScrapeMetrics } from "./scrape_metrics.ts";
import { SharedGatherings } from "./shared_gatherings.ts";
import { SharedPages } from "./shared_pages.ts";

/** The state that all scrapes of one gatherer have in common, on any server. */
export interface ScrapeTarget {
  /** Metrics about the scrapes. */
  readonly metrics: ScrapeMetrics;
  /** Gatherings in progress. */
  readonly gatherings: SharedGatherings;
  /** Pages in progress. */
  readonly pages: SharedPages;
  /** Those who read a page. */
  readonly readers: PageReaders;
  /** The limit on concurrent scrapes. */
  readonly limit: ConcurrencyLimit;
}

const targets = new WeakMap<Gatherer, ScrapeTarget>();

/** The scrape target of a gatherer; the same for each scrape. */
export function scrapeTargetOf(gatherer: Gatherer): ScrapeTarget {
  const known = targets.get(gatherer);
  if (known !== undefined) return known;
  const metrics = new ScrapeMetrics(gatherer);
  const readers = new PageReaders();
  const target = {
    metrics,
    gatherings: new SharedGatherings(gatherer),
    pages: new SharedPages(metrics, readers),
    readers,
    limit: new ConcurrencyLimit(),
  };
  targets.set(gatherer, target);
  return target;
}
