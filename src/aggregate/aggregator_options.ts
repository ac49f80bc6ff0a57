import { type CardinalityLimits, checkLimits } from "../model/family/series_budget.ts";
import { aLogger, type Logger } from "../model/logger.ts";
import {
  aDuration,
  anObject,
  aPositiveNumber,
  checkOptions,
  type OptionRule,
  withMethod,
} from "../model/options.ts";
import { RegistrationError } from "../model/errors.ts";
import type { AggregateStore } from "./log/store.ts";
import type { Shard } from "./shards.ts";

/**
 * Options of an aggregator.
 *
 * @category Aggregation
 */
export interface AggregatorOptions {
  /**
   * Where its state outlives the process: `memoryStore()`, `sqliteStore(path)`,
   * `durableObjectStore(ctx.storage)`, or one of your own.
   */
  readonly store?: AggregateStore;
  /**
   * In place of a store, aggregators elsewhere among which clients are spread. This one passes
   * batches on, and adds up what they have at each scrape.
   *
   * Give them no `cardinality.idleSeconds`: a series to which clients of one shard no longer send, and
   * those of another do, would go with the first one, and the sum would go down.
   */
  readonly shards?: readonly Shard[];
  /**
   * Limits on the number of series, as a registry has them, and when series go that nobody sends to.
   * They are limits of each shard.
   *
   * With `idleSeconds` a series goes up to 20 s late, with the next batch, scrape or call of
   * `maintain()` after that. If it is sent to again it begins again at 0, whether its client keeps a
   * child or not, unlike in a registry. A family goes with its last series.
   */
  readonly cardinality?: CardinalityLimits;
  /**
   * Seconds without a batch after which a client is taken to be gone, and its gauges no longer count;
   * 300 by default.
   */
  readonly staleSeconds?: number;
  /**
   * How long a new series stays 0 after the first page that shows it, in seconds, so that every server
   * that scrapes sees its start; 0 by default, which is one page.
   */
  readonly zeroSeconds?: number;
  /**
   * Seconds without a batch after which a client is forgotten; 21,600 by default. Its sums stay. A
   * batch that has been on its way for longer is refused.
   */
  readonly clientSeconds?: number;
  /**
   * The highest number of clients that are known at a time; 1,000,000 by default, in 64 MB. While there
   * are so many, batches of new clients are answered 503, and taken once others were forgotten, which
   * is after `clientSeconds`. The logger is told when that begins.
   */
  readonly maxClients?: number;
  /**
   * Gets as errors what went wrong with the store, and that there are `maxClients`; as warnings which
   * families are refused, and which have no room. Each is told once while it lasts. `console` by default.
   */
  readonly logger?: Logger;
}

const owner = "an Aggregator";

const aStore: OptionRule = {
  expected: "memoryStore(), sqliteStore() or durableObjectStore()",
  fits: (value) => ["load", "append", "replace"].every((name) => withMethod("", name).fits(value)),
};

const shards: OptionRule = {
  expected: "a list of objects with fetch, such as stubs of Durable Objects",
  fits: (value) =>
    Array.isArray(value) && value.length > 0 &&
    value.every((shard) => withMethod("", "fetch").fits(shard)),
};

/** What only an aggregator with a store can have. */
const ofStore = [
  "cardinality",
  "staleSeconds",
  "zeroSeconds",
  "clientSeconds",
  "maxClients",
] as const;

/**
 * Checks the options of an aggregator.
 *
 * @throws {RegistrationError} If one is unknown or not valid.
 */
export function checkAggregatorOptions(options: AggregatorOptions): void {
  checkOptions(owner, options, {
    store: aStore,
    shards,
    cardinality: anObject,
    staleSeconds: aPositiveNumber,
    zeroSeconds: aDuration,
    clientSeconds: aPositiveNumber,
    maxClients: aPositiveNumber,
    logger: aLogger,
  });
  if ((options.store === undefined) === (options.shards === undefined)) {
    throw new RegistrationError(`${owner}: give either store or shards`);
  }
  const misplaced = options.shards && ofStore.find((name) => options[name] !== undefined);
  if (misplaced !== undefined) {
    throw new RegistrationError(`${owner}: ${misplaced} belongs to the aggregators of the shards`);
  }
  checkLimits(options.cardinality ?? {});
}
