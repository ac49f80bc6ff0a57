import type { CollectionError } from "./errors.ts";
import type { FamilyHeader, MetricFamily, MetricType } from "./snapshot.ts";

/**
 * A family as it is known before it is collected.
 *
 * @category Collectors
 */
export interface FamilyDescription extends FamilyHeader {
  /** The type of metric. */
  readonly type: MetricType;
  /** Label names, those of constant labels included. */
  readonly labelNames: readonly string[];
  /** Labels with one value for all series of this collector. */
  readonly constantLabels: Readonly<Record<string, string>>;
}

/**
 * A collector: a source of metric families, asked at every scrape.
 *
 * Write one for values that live elsewhere: make the families anew at each call, with
 * {@linkcode constGauge} and its like, instead of updating instruments.
 *
 * @category Collectors
 */
export interface Collector {
  /**
   * What errors call it. By default that is the names of the families that it describes, or else
   * the name of its class.
   */
  readonly name?: string;
  /**
   * The families as they are now. A collector that throws, rejects or times out loses only its own
   * families. Promises of any library are awaited.
   *
   * While it computes, nothing else runs: answer with a promise, or at once. If that takes most of
   * the time to the deadline, the errors name it.
   *
   * @param signal Aborted at the deadline of the scrape. What its listeners throw is an error of the
   * scrape.
   */
  collect(signal?: AbortSignal): readonly MetricFamily[] | Promise<readonly MetricFamily[]>;
  /** The families in advance, so that a clash shows at registration rather than at a scrape. */
  describe?(): readonly FamilyDescription[];
}

/**
 * Options of a gathering.
 *
 * @category Collectors
 */
export interface GatherOptions {
  /**
   * Ends the wait for collectors that have not answered 50 ms after it is aborted; their families
   * are left out.
   */
  readonly signal?: AbortSignal;
}

/** Options of a gathering that can be asked for its result before it ends. */
export interface PartialGatherOptions extends GatherOptions {
  /**
   * Receives, once all collectors are asked, a function that gives what there would be if the
   * signal was aborted now. It gives the same gathering until another collector answers.
   */
  readonly onStart?: (soFar: () => Promise<Gathering>) => void;
}

/**
 * Options of a gathering that may end at once.
 *
 * @internal
 */
export interface BeginOptions extends Pick<PartialGatherOptions, "onStart"> {
  /** Gives the signal of {@linkcode GatherOptions}; called if a collector is to get it. */
  readonly signal: () => AbortSignal | undefined;
}

/**
 * The outcome of asking every collector once.
 *
 * @category Collectors
 */
export interface Gathering {
  /** All families, sorted by name, each name once. */
  readonly families: readonly MetricFamily[];
  /**
   * The failures: one for each failed collector, and one for each family that is malformed or
   * contradicts another, up to ten of each kind for a collector, and one that counts the others.
   */
  readonly errors: readonly CollectionError[];
  /** Number of look-ups without room for their label set, by family; left out if there was none. */
  readonly overflows?: ReadonlyMap<string, number>;
  /** Number of recordings that were dropped as not valid, by family; left out if there was none. */
  readonly invalid?: ReadonlyMap<string, number>;
  /** Number of exemplars that no server would take, by family; left out if there was none. */
  readonly droppedExemplars?: ReadonlyMap<string, number>;
  /**
   * Whether each series that counts was 0 when it was first gathered, as those of an aggregator are:
   * then a push needs no zero of its own at the start of a series.
   */
  readonly startsAtZero?: boolean;
}

/**
 * Anything that can be scraped: a registry, or your own combination of several.
 *
 * @category Collectors
 */
export interface Gatherer {
  /**
   * Collects from every source. Failures of sources are part of the outcome.
   *
   * @throws {CollectionError} If an option is wrong; nothing else rejects.
   */
  gather(options?: GatherOptions): Promise<Gathering>;
}
