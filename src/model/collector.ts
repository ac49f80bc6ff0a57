import type { CollectionError } from "./errors.ts";
import type { FamilyHeader, MetricFamily, MetricType } from "./snapshot.ts";

/** What a family will look like, known before it is collected. */
export interface FamilyDescription extends FamilyHeader {
  /** The type of metric. */
  readonly type: MetricType;
  /** Label names, those of constant labels included. */
  readonly labelNames: readonly string[];
  /** Labels that all series of this collector share. */
  readonly constantLabels: Readonly<Record<string, string>>;
}

/**
 * A collector: a source of metric families, asked at every scrape.
 *
 * Write one for values that live elsewhere: make the families anew at each call, with
 * {@linkcode constGauge} and its like, instead of updating instruments.
 */
export interface Collector {
  /**
   * Gives the families as they are now. It may throw, reject or take its time: that costs its own
   * families and nothing else.
   *
   * @param signal Aborted when the scrape has no more time.
   */
  collect(signal?: AbortSignal): readonly MetricFamily[] | Promise<readonly MetricFamily[]>;
  /** Tells the families beforehand, so that a clash shows at registration and not at a scrape. */
  describe?(): readonly FamilyDescription[];
}

/** What a gathering may be told. */
export interface GatherOptions {
  /** Ends the wait for collectors that have not answered; their families are left out. */
  readonly signal?: AbortSignal;
}

/** The outcome of asking every collector once. */
export interface Gathering {
  /** All families, sorted by name, each name once. */
  readonly families: readonly MetricFamily[];
  /** What went wrong on the way, one entry a failed collector or contradictory family. */
  readonly errors: readonly CollectionError[];
  /** How often a label set found no room, by family; left out where none did. */
  readonly overflows?: ReadonlyMap<string, number>;
}

/** Anything that can be scraped: a registry, or your own combination of several. */
export interface Gatherer {
  /** Collects from every source. It does not reject: failures are part of the outcome. */
  gather(options?: GatherOptions): Promise<Gathering>;
}
