import type { Gatherer } from "../core/collector.ts";
import { CounterFamily } from "../metrics/counter.ts";

/** What can go wrong with a scrape. */
export type ScrapeErrorLabels = { readonly cause: "collector" | "encoding" };

const counters = new WeakMap<Gatherer, CounterFamily<ScrapeErrorLabels>>();

/**
 * The counter of what went wrong while a gatherer was scraped. It is on every page, so that a
 * collector that fails can be alerted on; the page itself is served with what is left.
 */
export function scrapeErrorsOf(gatherer: Gatherer): CounterFamily<ScrapeErrorLabels> {
  const known = counters.get(gatherer);
  if (known !== undefined) return known;
  const counter = new CounterFamily<ScrapeErrorLabels>({
    name: "edgeprom_scrape_errors_total",
    help: "Collectors and families that a scrape had to leave out, by cause.",
    labels: { cause: ["collector", "encoding"] },
  });
  counter.init();
  counters.set(gatherer, counter);
  return counter;
}
