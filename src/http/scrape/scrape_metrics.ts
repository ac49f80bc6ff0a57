import type { Gatherer, Gathering } from "../../model/collector.ts";
import { constCounter } from "../../model/const_metrics.ts";
import type { FamilyHeader, MetricFamily } from "../../model/snapshot.ts";
import { type Gauge, GaugeFamily } from "../../metrics/gauge.ts";
import { MetricsRegistry } from "../../registry/metrics_registry.ts";

/** The part of a scrape that failed. */
export type ScrapeErrorCause = "collector" | "encoding";

/** The part of a gathering that is counted. */
type CountedGathering = Omit<Gathering, "errors">;

/**
 * Metrics about the scrapes of a gatherer, on its own pages: their number, their duration, what they
 * had to leave out, and the number of series of each family.
 *
 * A page reports on earlier scrapes; only the series and the omissions are its own. If a registry
 * counts for several threads, so do these metrics, because any thread may be scraped.
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

  /** Gauges of `edgeprom_series`, by family. */
  readonly #gauges = new Map<string, Gauge>();

  constructor(gatherer?: Gatherer) {
    this.#shared = gatherer instanceof MetricsRegistry ? gatherer.sharedRoot : undefined;
    if (this.#shared === undefined) this.appear();
  }

  /** Creates the instruments, which then show on the pages of all threads. */
  appear(): void {
    this.#instruments ??= this.#newInstruments();
  }

  /** Records the status and the duration of a scrape. */
  record(status: number, seconds: number): void {
    this.#instruments?.scrapes.inc({ code: String(status) });
    this.#instruments?.duration.observe(seconds);
  }

  /** Counts a failure. */
  fail(cause: ScrapeErrorCause): void {
    this.#instruments?.errors.inc({ cause });
  }

  /** The families about scrapes, without those whose names a gathering has already. */
  async collect(gathering: CountedGathering): Promise<readonly MetricFamily[]> {
    this.#count(gathering.families);
    const taken = new Set(gathering.families.map(({ name }) => name));
    const { families } = await this.#own.gather();
    return [...families, ...this.#series.collect(), ...lossesIn(gathering)]
      .filter(({ name }) => !taken.has(name));
  }

  #newInstruments(): Instruments {
    try {
      return instrumentsIn(this.#shared ?? this.#own);
    } catch {
      // The registry has other metrics by these names, and those are on the page.
      return instrumentsIn(this.#own);
    }
  }

  #count(families: readonly MetricFamily[]): void {
    for (const { name, labels } of families) this.#gaugeOf(name).set(labels.rows);
    if (this.#gauges.size === families.length) return;
    // A family was removed, which is rare. Otherwise the gauges stay, and so do encoders' caches.
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

/** Creates the instruments with all counts at 0, so that a `rate()` shows the first increase. */
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

type Loss = Exclude<keyof CountedGathering, "families" | "startsAtZero">;

/** What a registry lost, by family. */
const losses: Readonly<Record<Loss, FamilyHeader>> = {
  overflows: {
    name: "edgeprom_series_overflowed_total",
    help: "Label sets without room, as often as they were looked up, by family.",
  },
  invalid: {
    name: "edgeprom_invalid_recordings_total",
    help: "Recordings that were dropped as not valid, by family.",
  },
  droppedExemplars: {
    name: "edgeprom_exemplars_dropped_total",
    help: "Exemplars that no server would take, by family; their observations are counted.",
  },
};

/** Counters of what was lost, of those of which there is something. */
function lossesIn(gathering: CountedGathering): readonly MetricFamily[] {
  return Object.entries(losses).flatMap(([what, header]) => {
    const counts = gathering[what as keyof typeof losses];
    if (counts === undefined || counts.size === 0) return [];
    const samples = Array.from(counts, ([family, value]) => ({ labels: { family }, value }));
    return [constCounter({ ...header, samples })];
  });
}
