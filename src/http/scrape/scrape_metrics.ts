import type { Gatherer } from "../../model/collector.ts";
import { constCounter } from "../../model/const_metrics.ts";
import type { MetricFamily } from "../../model/snapshot.ts";
import { type Gauge, GaugeFamily } from "../../metrics/gauge.ts";
import { MetricsRegistry } from "../../registry/metrics_registry.ts";

/** What can go wrong with a scrape. */
export type ScrapeErrorCause = "collector" | "encoding";

/**
 * What the scrapes of a gatherer tell of themselves, on its own pages: how many there were, how long
 * they took, what they had to leave out, and how many series each family has.
 *
 * A page shows the scrapes before it; only its series and what it leaves out are its own. Where
 * instruments count for several threads, so do these: any thread may be scraped.
 */
export class ScrapeMetrics {
  readonly #own = new MetricsRegistry();
  readonly #shared: MetricsRegistry | undefined;
  #instruments: Instruments | undefined;
  readonly #series = new GaugeFamily<{ readonly family: string }>({
    name: "edgeprom_series",
    help: "Series of each family, a histogram's buckets not counted by themselves.",
    labels: ["family"],
  });

  /** The series of that family. */
  readonly #gauges = new Map<string, Gauge>();

  /** Nothing recorded yet. */
  constructor(gatherer?: Gatherer) {
    this.#shared = gatherer instanceof MetricsRegistry ? gatherer.sharedRoot : undefined;
    if (this.#shared === undefined) this.appear();
  }

  /** From now on there is something on the page, in a registry that others see as well. */
  appear(): void {
    this.#instruments ??= this.#newInstruments();
  }

  /** Records the answer to a scrape. */
  record(status: number, seconds: number): void {
    this.#instruments?.scrapes.inc({ code: String(status) });
    this.#instruments?.duration.observe(seconds);
  }

  /** Counts what went wrong. */
  fail(cause: ScrapeErrorCause): void {
    this.#instruments?.errors.inc({ cause });
  }

  /**
   * The families for a page with these others; where one of those has the name, not our own.
   *
   * @param overflows How often a label set found no room, by family.
   */
  async collect(
    others: readonly MetricFamily[],
    overflows: ReadonlyMap<string, number> = new Map(),
  ): Promise<readonly MetricFamily[]> {
    this.#count(others);
    const taken = new Set(others.map(({ name }) => name));
    const { families } = await this.#own.gather();
    return [...families, ...this.#series.collect()]
      .concat(overflows.size === 0 ? [] : overflowed(overflows))
      .filter(({ name }) => !taken.has(name));
  }

  #newInstruments(): Instruments {
    try {
      return instrumentsIn(this.#shared ?? this.#own);
    } catch {
      // Somebody has other metrics by these names there, which are then those on the page.
      return instrumentsIn(this.#own);
    }
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

type Instruments = ReturnType<typeof instrumentsIn>;

/** All counts at 0, so that the first increase shows in a `rate()`. */
function instrumentsIn(registry: MetricsRegistry) {
  const scrapes = registry.counter({
    name: "edgeprom_scrapes_total",
    help: "Scrapes, by the status of their answer.",
    labels: ["code"],
  });
  const errors = registry.counter({
    name: "edgeprom_scrape_errors_total",
    help: "Collectors and families that a scrape had to leave out, by cause.",
    labels: { cause: ["collector", "encoding"] },
  });
  const duration = registry.summary({
    name: "edgeprom_scrape_duration_seconds",
    help: "Time to gather, write and compress a page.",
    unit: "seconds",
  });
  errors.init();
  for (const code of ["200", "500", "503"]) scrapes.labels({ code });
  return { duration, errors, scrapes };
}

function overflowed(overflows: ReadonlyMap<string, number>): MetricFamily {
  return constCounter({
    name: "edgeprom_series_overflowed_total",
    help: "Label sets without room, as often as they were looked up, by family.",
    samples: Array.from(overflows, ([family, value]) => ({ labels: { family }, value })),
  });
}
