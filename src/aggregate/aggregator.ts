import { BatchError } from "../deltas/batches/batch_error.ts";
import type { Gatherer, Gathering, GatherOptions } from "../model/collector.ts";
import { raceDeadline } from "../model/platform/deadline.ts";
import { endWithBlock } from "../model/platform/disposal.ts";
import { CollectionError, reasonOf } from "../model/errors.ts";
import { inTimeSlices } from "../model/platform/time_slices.ts";
import { type AggregatorOptions, checkAggregatorOptions } from "./aggregator_options.ts";
import type { AnsweredBatch } from "./answered_batch.ts";
import { writeExact } from "./exact_answer.ts";
import { LocalSource } from "./local_source.ts";
import { ShardedSource } from "./sharded_source.ts";
import type { Source } from "./source.ts";

/**
 * One truth from many clients: applies what their `DeltaPusher`s send, each batch exactly once, and
 * shows one series a label set.
 *
 * Counters, histograms and summaries add up without rounding. Gauges with `sum`, `max` or `min` are
 * combined over the clients that live; of any other gauge the value that was set last counts. Infos are
 * shown as they are. A family that clients define differently keeps its first definition, and the
 * others are refused, each for itself.
 *
 * It is scraped with `createAggregatorApp()`, and is a gatherer for a `RemoteWriter`.
 *
 * @example
 * ```ts
 * import { Aggregator, memoryStore } from "@edgeprom/edgeprom/aggregate";
 * import { assertEquals } from "@std/assert";
 *
 * await using aggregator = new Aggregator({ store: memoryStore(), staleSeconds: 60 });
 * const { families } = await aggregator.gather();
 * assertEquals(families.map(({ name }) => name), [
 *   "edgeprom_aggregate_batches_total",
 *   "edgeprom_aggregate_clients",
 *   "edgeprom_aggregate_clients_limit",
 *   "edgeprom_aggregate_last_batch_timestamp_seconds",
 *   "edgeprom_aggregate_refused_families_total",
 *   "edgeprom_aggregate_series",
 *   "edgeprom_aggregate_series_limit",
 *   "edgeprom_aggregate_store_bytes",
 *   "edgeprom_aggregate_store_errors_total",
 * ]);
 * ```
 *
 * @category Aggregation
 */
export class Aggregator implements Gatherer, AsyncDisposable {
  /** Closes it, at the end of a block with `await using`. */
  declare readonly [Symbol.asyncDispose]: () => Promise<void>;

  readonly #source: Source;

  /**
   * Opens nothing yet; the store is read when the first batch or scrape comes.
   *
   * @throws {RegistrationError} If an option is not valid.
   */
  constructor(options: AggregatorOptions) {
    endWithBlock(this, () => this.close());
    checkAggregatorOptions(options);
    this.#source = options.shards === undefined
      ? new LocalSource(options)
      : new ShardedSource(options.shards);
  }

  /** Applies a batch, and says what became of it. It does not reject. */
  async receive(batch: Uint8Array<ArrayBuffer>): Promise<AnsweredBatch> {
    try {
      return await this.#source.receive(batch);
    } catch (error) {
      const reason = reasonOf(error);
      if (error instanceof BatchError) {
        return { status: error.status, reply: { result: "refused", reason } };
      }
      return { status: 503, reply: { result: "unavailable", reason } };
    }
  }

  /**
   * The families as they are now, with metrics about the aggregator itself.
   *
   * @throws {CollectionError} If the store or a shard cannot be read: a page without a part of the
   * sums would look like a restart of everything.
   */
  async gather({ signal }: GatherOptions = {}): Promise<Gathering> {
    return await this.#gather(this.#source.gather(signal), signal);
  }

  /**
   * The same for whoever is no server that stores the values: each new series has its value at once,
   * and will still be 0 on the first page.
   *
   * @throws {CollectionError} If the store or a shard cannot be read.
   */
  async look({ signal }: GatherOptions = {}): Promise<Gathering> {
    return await this.#gather(this.#source.look(signal), signal);
  }

  /**
   * What another aggregator needs to add this one up: the sums, exact, as a page would show them.
   *
   * @param isLook Whether it is no page, so that new series have their values, and stay new.
   *
   * @throws {MetricsError} If the store or a shard cannot be read.
   */
  async exact(isLook: boolean = false): Promise<Uint8Array<ArrayBuffer>> {
    return await inTimeSlices(writeExact(await this.#source.exact(isLook)));
  }

  /**
   * Removes a family, so that another definition can take its name; whether there was one. What was
   * counted in it is gone. If clients still send to it, it begins anew at 0, with what they send.
   *
   * @throws {MetricsError} If the store fails: call it again, as it is not known whether it has removed
   * the family. With `shards`: call it at the aggregator of each shard.
   */
  async remove(name: string): Promise<boolean> {
    return await this.#source.remove(name);
  }

  /**
   * Removes what has expired, and shortens the log. It happens by itself with batches and scrapes; a
   * Durable Object calls it in `alarm()`. It does not reject: what fails goes to the logger.
   */
  async maintain(): Promise<void> {
    await this.#source.maintain();
  }

  /** Waits for what is being written, and closes the store. */
  async close(): Promise<void> {
    await this.#source.close();
  }

  async #gather(source: Promise<Gathering>, signal: AbortSignal | undefined): Promise<Gathering> {
    let gathering: Gathering | undefined;
    try {
      gathering = await raceDeadline(source, { signal }, () => undefined);
    } catch (error) {
      throw new CollectionError(`Aggregator: ${reasonOf(error)}`, { cause: error });
    }
    if (gathering === undefined) throw new CollectionError("Aggregator: no answer in time");
    return gathering;
  }
}
