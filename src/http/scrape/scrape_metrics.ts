import type { Gatherer, Gathering } from "../../model/collector.ts";
import { constCounter } from "../../model/const_metrics/const_metrics.ts";
import type { LabelTable } from "../../model/label_table.ts";
import type { FamilyHeader, GaugeSnapshot, MetricFamily } from "../../model/snapshot.ts";
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
  readonly #shared: MetricsRegistry | undefined;
  /** Has the instruments if the registry that is scraped cannot have them. */
  #own: MetricsRegistry | undefined;
  #instruments: Instruments | undefined;
  /** `edgeprom_series` on the last page; its labels are the names of the families. */
  #series: GaugeSnapshot = { ...series, type: "gauge", labels: noFamilies, values: noValues };
  /** The names of the families on the last page, but none of our own. */
  #taken: ReadonlySet<string> = new Set();

  constructor(gatherer?: Gatherer) {
    this.#shared = gatherer instanceof MetricsRegistry ? gatherer.root : undefined;
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
  collect(gathering: CountedGathering): readonly MetricFamily[] {
    // Instruments answer at once.
    const own = this.#own?.store.begin() as Gathering | undefined;
    const rows = this.#seriesOf(gathering.families);
    return [...own?.families ?? [], rows, ...lossesIn(gathering)]
      .filter(({ name }) => !this.#taken.has(name));
  }

  #newInstruments(): Instruments {
    if (this.#shared !== undefined) {
      try {
        return instrumentsIn(this.#shared);
      } catch {
        // The registry has other metrics by these names, and those are on the page.
      }
    }
    return instrumentsIn(this.#own = new MetricsRegistry());
  }

  /** The number of series of each family; the same object while none changes. */
  #seriesOf(given: readonly MetricFamily[]): MetricFamily {
    const { labels, values } = this.#series;
    let hasSameNames = labels.rows === given.length;
    let hasSameRows = hasSameNames;
    for (let row = 0; row < given.length && hasSameNames; row++) {
      hasSameNames = given[row].name === labels.values[row];
      if (given[row].labels.rows !== values[row]) hasSameRows = false;
    }
    if (hasSameNames && hasSameRows) return this.#series;
    const families = hasSameNames ? given : withoutRepeated(given);
    // The same label sets are the same object, by which encoders know their lines again.
    const table = hasSameNames ? labels : tableOf(families);
    if (!hasSameNames) this.#taken = new Set(table.values);
    const rows = Float64Array.from(families, (family) => family.labels.rows);
    return this.#series = { ...series, type: "gauge", labels: table, values: rows };
  }
}

const noFamilies: LabelTable = { names: ["family"], values: [], rows: 0 };
const noValues = /* @__PURE__ */ new Float64Array(0);

function tableOf(families: readonly MetricFamily[]): LabelTable {
  return { ...noFamilies, values: families.map(({ name }) => name), rows: families.length };
}

/** The last family of each name: a gatherer of the user's may give several, and registries none. */
function withoutRepeated(families: readonly MetricFamily[]): readonly MetricFamily[] {
  const isSorted = families.every(({ name }, at) => at === 0 || families[at - 1].name < name);
  return isSorted ? families : [...new Map(families.map((each) => [each.name, each])).values()];
}

const series: FamilyHeader = {
  name: "edgeprom_series",
  help: "Series of each family, a histogram's buckets not counted by themselves.",
};

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
  const { overflows, invalid, droppedExemplars } = gathering;
  if (overflows === undefined && invalid === undefined && droppedExemplars === undefined) return [];
  return Object.entries(losses).flatMap(([what, header]) => {
    const counts = gathering[what as keyof typeof losses];
    if (counts === undefined || counts.size === 0) return [];
    const samples = Array.from(counts, ([family, value]) => ({ labels: { family }, value }));
    return [constCounter({ ...header, samples })];
  });
}
