import { display, RegistrationError } from "../../model/errors.ts";
import { aPositiveNumber, checkOptions, type OptionRule } from "../../model/options.ts";

/**
 * From which values on alerts are raised. Shares are between 0 and 1.
 *
 * @category Rules
 */
export interface AlertThresholds {
  /**
   * Seconds that the pipeline may run behind its source; 60. A pipeline that keeps up is behind by
   * a batch, which is seconds; a minute for 5 minutes is a backlog.
   */
  readonly pipelineLagSeconds: number;
  /** Share of events that may end in an error; 0.05. Single bad records stay far below it. */
  readonly errorShare: number;
  /**
   * Events that may wait for a later stage; 1,000. It is the size of a queue, so set it to half of
   * what yours holds.
   */
  readonly backpressureEvents: number;
  /**
   * Share of look-ups that a cache layer must answer; 0.1. A layer that answers fewer than one in ten
   * costs about what it saves.
   */
  readonly cacheHitShare: number;
  /**
   * Messages of a topic that may wait; 10,000. It is the rate of the topic times the seconds of lag
   * that are fine, here 1,000 a second for 10 s.
   */
  readonly consumerLag: number;
  /**
   * Seconds of delay that 99 of 100 turns of the event loop may have; 0.1. From there on people
   * notice, and all requests of the process have it.
   */
  readonly eventLoopDelaySeconds: number;
  /**
   * Share of its limit that the heap may use; 0.9. From there on V8 collects garbage without end,
   * and then ends the process.
   */
  readonly heapShare: number;
  /** Share of time that garbage collections may take; 0.1. It is 1 to 3 of 100 in most programs. */
  readonly gcShare: number;
  /**
   * Restarts within 15 minutes that are fine; 2. A deployment is one, and one that is rolled back
   * two.
   */
  readonly restarts: number;
  /** Share of its limit of open files that a process may have; 0.8. */
  readonly openFilesShare: number;
  /**
   * Mean seconds that a page may take; 5. Collectors have 10 s, or what Prometheus waits minus 0.5 s,
   * and whatever is not there by then is missing.
   */
  readonly scrapeSeconds: number;
  /**
   * Series that a family may have; 8,000. It is 80 of 100 of the default `seriesPerFamily`, so
   * there is time before label sets overflow.
   */
  readonly familySeries: number;
  /** Series that all families may have together; 80,000, by the default `series` of 100,000. */
  readonly series: number;
  /**
   * Seconds since the last push that the server took; 600. A `RemoteWriter` pushes every 15 s and
   * tries for 30 s. For a batch job set it to its period and a half.
   */
  readonly pushAgeSeconds: number;
  /**
   * Share of the batches that an aggregator may answer with 503; 0.05. A store that fails for a moment
   * stays below it over 10 minutes.
   */
  readonly unavailableBatchShare: number;
  /**
   * Share of the batches that may be of clients which an aggregator does not know; 0.05. An isolate is
   * unknown once after a long pause, and again and again if it reaches another aggregator each time.
   */
  readonly unknownBatchShare: number;
  /** Share of the clients that an aggregator may know, its `maxClients`; 0.8. */
  readonly aggregateClientShare: number;
  /** Share of the series that an aggregator has room for; 0.8. */
  readonly aggregateSeriesShare: number;
  /**
   * Seconds since an aggregator has last applied a batch; 1,800. Isolates send if something has
   * changed, so set it to some times the longest pause that their work has.
   */
  readonly aggregateSilenceSeconds: number;
}

/** The thresholds unless others are given. */
export const defaultThresholds: AlertThresholds = Object.freeze({
  pipelineLagSeconds: 60,
  errorShare: 0.05,
  backpressureEvents: 1000,
  cacheHitShare: 0.1,
  consumerLag: 10_000,
  eventLoopDelaySeconds: 0.1,
  heapShare: 0.9,
  gcShare: 0.1,
  restarts: 2,
  openFilesShare: 0.8,
  scrapeSeconds: 5,
  familySeries: 8000,
  series: 80_000,
  pushAgeSeconds: 600,
  unavailableBatchShare: 0.05,
  unknownBatchShare: 0.05,
  aggregateClientShare: 0.8,
  aggregateSeriesShare: 0.8,
  aggregateSilenceSeconds: 1800,
});

/** A share of a whole: more than nothing, and less than all. */
export const aShare: OptionRule = {
  expected: "a share between 0 and 1, such as 0.9",
  fits: (value) => typeof value === "number" && value > 0 && value < 1,
};

/**
 * The thresholds with their defaults.
 *
 * @throws {RegistrationError} If one is unknown, or is not a finite number that it can be.
 */
export function readThresholds(
  owner: string,
  given: Partial<AlertThresholds> = {},
): AlertThresholds {
  const names = Object.keys(defaultThresholds) as readonly (keyof AlertThresholds)[];
  const rules = Object.fromEntries(
    names.map((name) => [name, name.endsWith("Share") ? aShare : aPositiveNumber]),
  ) as Record<keyof AlertThresholds, OptionRule>;
  const ownerOfThem = `thresholds of ${owner}`;
  checkOptions(ownerOfThem, given, rules, RegistrationError);
  const defined = Object.entries(given).filter(([, value]) => value !== undefined);
  for (const [name, value] of defined) {
    if (Number.isFinite(value)) continue;
    throw new RegistrationError(
      `${ownerOfThem}: ${name} ${display(value)} must be finite; to have no such alert, leave it ` +
        `out of the groups that you get`,
    );
  }
  return { ...defaultThresholds, ...Object.fromEntries(defined) };
}
