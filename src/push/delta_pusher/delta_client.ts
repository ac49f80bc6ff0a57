import { type EncodedFamilies, encodeInSteps } from "../../deltas/batches/batch_writer.ts";
import type { Gathering } from "../../model/collector.ts";
import { reasonOf } from "../../model/errors.ts";
import { milliseconds, unixSeconds } from "../../model/platform/clock.ts";
import { inTimeSlices, TimeSlice } from "../../model/platform/time_slices.ts";
import type { MetricFamily } from "../../model/snapshot.ts";
import type { Endpoint } from "../delivery/endpoint.ts";
import { PushError } from "../delivery/push_error.ts";
import { gatherToPush } from "../gather.ts";
import type { PushSignals } from "../regular_pushes.ts";
import { DeltaExchange } from "./delta_exchange.ts";
import { DeltaFlush } from "./delta_flush.ts";
import { DeltaMetrics } from "./delta_metrics.ts";
import type { DeltaPusherSettings } from "./delta_pusher_options.ts";
import type { DeltaReport } from "./delta_report.ts";
import { queuedFamilies } from "./queued_families.ts";
import { type FamilyChange, SentFamilies } from "./sent_families.ts";

/** A batch that only says that the client lives. */
const nothing: EncodedFamilies = { bytes: new Uint8Array(), families: [], series: 0 };

/** A client of an aggregator: it gathers, compares, and sends what has changed. */
export class DeltaClient {
  readonly metrics: DeltaMetrics;
  readonly #endpoint: Endpoint;
  readonly #settings: DeltaPusherSettings;
  readonly #sent = new SentFamilies();
  readonly #exchange: DeltaExchange;
  /** The names of the client's own metrics, which are no reason to send. */
  readonly #ownNames: ReadonlySet<string>;
  /** The number of the flush that goes on. An earlier one was lost, and must change nothing. */
  #turn = 0;
  #retryAt = 0;

  constructor(endpoint: Endpoint, settings: DeltaPusherSettings) {
    this.#endpoint = endpoint;
    this.#settings = settings;
    this.metrics = new DeltaMetrics(endpoint.target);
    this.#ownNames = new Set(this.metrics.collect().map(({ name }) => name));
    this.#exchange = new DeltaExchange(endpoint, settings, this.metrics, this.#sent);
  }

  /** Whether the aggregator has asked to wait for longer. */
  get mustWait(): boolean {
    return milliseconds() < this.#retryAt;
  }

  /** In how many seconds the aggregator should hear from the client; `Infinity` if it need not. */
  get heartbeatInSeconds(): number {
    return this.#exchange.heartbeatInSeconds;
  }

  /**
   * Sends what waits from the flush before, and then what has changed since. It never rejects.
   *
   * @param isLast Whether the client ends with it.
   */
  async flush(signals: PushSignals, isLast: boolean): Promise<DeltaReport> {
    // One that is over before it began takes over from none.
    const turn = signals.signal.aborted ? NaN : ++this.#turn;
    const isCurrent = () => turn === this.#turn;
    const flush = new DeltaFlush(signals, this.#settings.timeoutSeconds, isCurrent);
    try {
      if (await this.#exchange.drain(flush)) {
        const gathering = await this.#gather(flush);
        const isSent = await this.#send(flush, gathering, isLast);
        // Not with the next flush, by which it may have dropped them again.
        if (isSent && flush.mustSendAgain) await this.#send(flush, gathering, isLast);
      }
    } catch (cause) {
      flush.fail(cause instanceof PushError ? cause : this.#failure(reasonOf(cause), cause));
    }
    if (isCurrent()) this.#end(flush);
    else flush.fail(this.#failure("ended, as it was aborted or another push has taken over"));
    const { counts, requests, errors, retryAfter: retryAfterSeconds } = flush;
    const { unsent } = this.#exchange;
    return { ...counts, unsent, requests, errors, ...retryAfterSeconds && { retryAfterSeconds } };
  }

  #end({ requests, seconds, hasFailed, counts, retryAfter }: DeltaFlush): void {
    if (retryAfter !== undefined) this.#retryAt = milliseconds() + retryAfter * 1000;
    if (requests > 0) this.metrics.ended(seconds, !hasFailed && counts.refused === 0);
  }

  async #gather({ secondsLeft: seconds, signals: { signal }, errors }: DeltaFlush) {
    const { target } = this.#endpoint;
    const gathering = await gatherToPush(this.#settings.gatherer, { target, seconds, signal });
    errors.push(...gathering.errors);
    return gathering;
  }

  /** Sends what has changed. Returns whether there was something, and all of it is settled. */
  async #send(flush: DeltaFlush, gathering: Gathering, isLast: boolean): Promise<boolean> {
    flush.mustSendAgain = false;
    return await this.#enqueue(flush, gathering, isLast) && await this.#exchange.drain(flush);
  }

  /** Makes batches of what has changed. Returns whether there is something to send. */
  async #enqueue(flush: DeltaFlush, gathering: Gathering, isLast: boolean): Promise<boolean> {
    const time = unixSeconds();
    const changes = await this.#changes(flush, gathering, time, isLast);
    if (!flush.isCurrent()) return false;
    const { isHeartbeatDue } = this.#exchange;
    const isNews = ({ name, delta }: FamilyChange) => delta !== undefined && !this.#isOwn(name);
    if (!changes.some(isNews) && !isHeartbeatDue) {
      for (const change of changes) if (!this.#isOwn(change.name)) this.#sent.note(change);
      return false;
    }
    const { encoded, good } = await this.#encode(flush, changes);
    // From here on nothing waits, so that either all of it happens or nothing.
    if (!flush.isCurrent()) return false;
    const families = queuedFamilies(encoded, good, this.#sent);
    for (const change of good) this.#sent.note(change);
    const batches = encoded.length === 0 && isHeartbeatDue ? [nothing] : encoded;
    this.#exchange.push(batches.map((encoded, at) => ({
      encoded,
      families: families[at] ?? [],
      time,
      isUncertain: false,
    })));
    return batches.length > 0;
  }

  /** What has changed of each family, those among them of which nothing has. */
  async #changes(
    flush: DeltaFlush,
    { families, errors }: Gathering,
    time: number,
    isLast: boolean,
  ): Promise<readonly FamilyChange[]> {
    const moment = { time, isComplete: errors.length === 0, isLast };
    if (this.#exchange.isRefreshDue) this.#sent.resendAll();
    this.#exchange.endSilence();
    const all = this.#withMetrics(families);
    const changes: FamilyChange[] = [];
    const slice = new TimeSlice();
    for (const family of all) {
      if (slice.isOver) await slice.next();
      try {
        changes.push(this.#sent.change(family, moment));
      } catch (cause) {
        flush.report(this.#leftOut(family.name, cause));
      }
    }
    if (!moment.isComplete) return changes;
    const names = new Set(all.map(({ name }) => name));
    return [...changes, ...this.#sent.changesOfVanished(names)];
  }

  /** The bytes of changes, and which changes these are, for one that has none must not cost the others. */
  async #encode(flush: DeltaFlush, changes: readonly FamilyChange[]) {
    const { longestBytes } = this.#settings;
    const bytesOf = (some: readonly FamilyChange[]) =>
      inTimeSlices(encodeInSteps(some.flatMap(({ delta }) => delta ?? []), longestBytes));
    try {
      return { encoded: await bytesOf(changes), good: changes };
    } catch {
      const good: FamilyChange[] = [];
      for (const change of changes) {
        try {
          await bytesOf([change]);
          good.push(change);
        } catch (cause) {
          flush.report(this.#leftOut(change.name, cause));
        }
      }
      return { encoded: await bytesOf(good), good };
    }
  }

  #isOwn(name: string): boolean {
    return this.#ownNames.has(name);
  }

  #withMetrics(families: readonly MetricFamily[]): readonly MetricFamily[] {
    const taken = new Set(families.map(({ name }) => name));
    return [...families, ...this.metrics.collect().filter(({ name }) => !taken.has(name))];
  }

  #leftOut(name: string, cause: unknown): PushError {
    return this.#failure(`${name}: left out of the push: ${reasonOf(cause)}`, cause);
  }

  #failure(problem: string, cause?: unknown): PushError {
    return new PushError(`edgeprom push to ${this.#endpoint.target}: ${problem}`, { cause });
  }
}
