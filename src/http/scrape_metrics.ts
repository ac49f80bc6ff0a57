import { constCounter } from "../core/const_metrics.ts";
import type { MetricFamily } from "../core/snapshot.ts";
import { CounterFamily } from "../metrics/counter.ts";
import { type Gauge, GaugeFamily } from "../metrics/gauge.ts";
import { SummaryFamily } from "../metrics/summary.ts";

/** What can go wrong with a scrape. */
export type ScrapeErrorCause = "collector" | "encoding";

/**
 * What the scrapes of a gatherer tell of themselves, on its own pages: how many there were, how long
 * they took, what they had to leave out, and how many series each family has.
 *
 * A page shows the scrapes before it; only its series and what it leaves out are its own.
 */
export class ScrapeMetrics {
  readonly #scrapes = new CounterFamily<{ readonly code: string }>({
    name: "edgeprom_scrapes_total",
    help: "Scrapes, by the status of their answer.",
    labels: ["code"],
  });
  readonly #duration = new SummaryFamily<Readonly<Record<never, never>>>({
    name: "edgeprom_scrape_duration_seconds",
    help: "Time to gather, write and compress a page.",
    unit: "seconds",
  });
  readonly #errors = new CounterFamily<{ readonly cause: ScrapeErrorCause }>({
    name: "edgeprom_scrape_errors_total",
    help: "Collectors and families that a scrape had to leave out, by cause.",
    labels: { cause: ["collector", "encoding"] },
  });
  readonly #series = new GaugeFamily<{ readonly family: string }>({
    name: "edgeprom_series",
    help: "Series of each family, a histogram's buckets not counted by themselves.",
    labels: ["family"],
  });

  /** The series of that family. */
  readonly #gauges = new Map<string, Gauge>();

  /** All counts at 0, so that the first increase shows in a `rate()`. */
  constructor() {
    for (const code of ["200", "500", "503"]) this.#scrapes.labels({ code });
    this.#duration.labels({});
    this.#errors.init();
  }

  /** Records the answer to a scrape. */
  record(status: number, seconds: number): void {
    this.#scrapes.inc({ code: String(status) });
    this.#duration.observe({}, seconds);
  }

  /** Counts what went wrong. */
  fail(cause: ScrapeErrorCause): void {
    this.#errors.inc({ cause });
  }

  /**
   * The families for a page with these others; where one of those has the name, not our own.
   *
   * @param overflows How often a label set found no room, by family.
   */
  collect(
    others: readonly MetricFamily[],
    overflows: ReadonlyMap<string, number> = new Map(),
  ): readonly MetricFamily[] {
    this.#count(others);
    const taken = new Set(others.map(({ name }) => name));
    return [this.#duration, this.#errors, this.#scrapes, this.#series]
      .flatMap((family) => family.collect())
      .concat(overflows.size === 0 ? [] : overflowed(overflows))
      .filter(({ name }) => !taken.has(name));
  }

  #count(families: readonly MetricFamily[]): void {
    for (const { name, labels } of families) this.#gaugeOf(name).set(labels.rows);
    if (this.#gauges.size === families.length) return;
    // A family is gone, which is rare. Else the gauges stay, and what encoders know of their labels.
    this.#series.clear();
    this.#gauges.clear();
    for (const { name, labels } of families) this.#gaugeOf(name).set(labels.rows);
  }

  #gaugeOf(family: string): Gauge {
    const known = this.#gauges.get(family);
    if (known !== undefined) return known;
    const gauge = this.#series.labels({ family });
    this.#gauges.set(family, gauge);
    return gauge;
  }
}

function overflowed(overflows: ReadonlyMap<string, number>): MetricFamily {
  return constCounter({
    name: "edgeprom_series_overflowed_total",
    help: "Label sets without room, as often as they were looked up, by family.",
    samples: Array.from(overflows, ([family, value]) => ({ labels: { family }, value })),
  });
}
