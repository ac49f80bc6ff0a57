import type { BatchReply } from "../../deltas/reply.ts";
import { milliseconds } from "../../model/platform/clock.ts";
import type { Endpoint } from "../delivery/endpoint.ts";
import { unansweredError } from "../delivery/failure.ts";
import type { DeltaFlush } from "./delta_flush.ts";
import type { DeltaMetrics } from "./delta_metrics.ts";
import type { DeltaPusherSettings } from "./delta_pusher_options.ts";
import { DeltaQueue, type QueuedBatch } from "./delta_queue.ts";
import { sendBatch, type Sending } from "./delta_sender.ts";
import type { SentFamilies } from "./sent_families.ts";

/** What an aggregator has said that it needs. */
type Needs = Pick<BatchReply, "heartbeatSeconds" | "refreshSeconds">;

/** After so many heartbeats that it did not hear, an aggregator may take a client for dead. */
const lateHeartbeats = 2;

/** Heartbeats that fail are not tried more often than once in so many seconds. */
const leastSeconds = 1;

/**
 * What goes on between a client and its aggregator: batches in their order, each until it is applied
 * or given up, and what follows from the replies.
 */
export class DeltaExchange {
  readonly #endpoint: Endpoint;
  readonly #settings: DeltaPusherSettings;
  readonly #metrics: DeltaMetrics;
  readonly #sent: SentFamilies;
  readonly #queue: DeltaQueue;
  #needs: Needs = {};
  /** When the attempt began that was last answered with a success, in milliseconds. */
  #heardAt = 0;
  /** Whether the aggregator has taken values that count while the client lives. */
  #hasLiving = false;

  constructor(
    endpoint: Endpoint,
    settings: DeltaPusherSettings,
    metrics: DeltaMetrics,
    sent: SentFamilies,
  ) {
    this.#endpoint = endpoint;
    this.#settings = settings;
    this.#metrics = metrics;
    this.#sent = sent;
    this.#queue = new DeltaQueue(settings.compress);
  }

  /** Number of series that wait. */
  get unsent(): number {
    return this.#queue.series;
  }

  /** Whether the aggregator needs values again that have not changed for so long. */
  get isRefreshDue(): boolean {
    const { refreshSeconds } = this.#needs;
    return refreshSeconds !== undefined && this.#sent.isRefreshDue(refreshSeconds);
  }

  /** Whether the aggregator must hear from the client, or it takes its values for those of the dead. */
  get isHeartbeatDue(): boolean {
    return this.#secondsLeft <= 0;
  }

  /** In how many seconds a heartbeat should be tried; `Infinity` if none is needed. */
  get heartbeatInSeconds(): number {
    const left = this.#secondsLeft;
    return left > 0 ? left : Math.max(this.#needs.heartbeatSeconds ?? 0, leastSeconds);
  }

  /** In how many seconds a heartbeat is due. */
  get #secondsLeft(): number {
    const { heartbeatSeconds } = this.#needs;
    if (heartbeatSeconds === undefined || !this.#sent.hasLiving) return Infinity;
    return heartbeatSeconds - (milliseconds() - this.#heardAt) / 1000;
  }

  /** Sends values again that the aggregator may have dropped, as it did not hear from the client. */
  endSilence(): void {
    if (!this.#hasLiving || !this.#isLate(milliseconds())) return;
    this.#hasLiving = false;
    this.#sent.resendLiving();
  }

  /** Whether the client was silent for so long by a time that it may be taken for dead. */
  #isLate(now: number): boolean {
    const { heartbeatSeconds = Infinity } = this.#needs;
    return now - this.#heardAt >= lateHeartbeats * heartbeatSeconds * 1000;
  }

  /** Puts batches behind those that wait. */
  push(batches: readonly QueuedBatch[]): void {
    this.#queue.push(batches);
  }

  /**
   * Sends what waits, until something fails.
   *
   * @returns Whether all is settled, and the flush may go on.
   */
  async drain(flush: DeltaFlush): Promise<boolean> {
    const { isCurrent, signals } = flush;
    while (isCurrent()) {
      const batch = this.#queue.head;
      if (batch === undefined) return true;
      await this.#queue.freeze(batch, isCurrent);
      if (!isCurrent()) return false;
      flush.requests++;
      const sending = await sendBatch(batch, {
        endpoint: this.#endpoint,
        settings: this.#settings,
        signals,
        seconds: flush.secondsLeft,
        isCurrent,
        onAttempt: (code) => this.#metrics.attempt(code),
      });
      if (!isCurrent() || !this.#settle(flush, batch, sending)) return false;
    }
    return false;
  }

  /** Notes what came of a batch. Returns whether the next one may be sent. */
  #settle(flush: DeltaFlush, batch: QueuedBatch, sending: Sending): boolean {
    if ("reply" in sending) {
      this.#accept(flush, batch, sending.reply, sending.began);
      this.#metrics.count(sending.result);
      return true;
    }
    const { result, error, retryAfter, time } = sending;
    flush.retryAfter = retryAfter;
    if (result === "unknown") {
      const isSecond = flush.wasUnknown;
      flush.wasUnknown = true;
      if (batch.isUncertain) this.#giveUp(flush, batch, "the aggregator does not know this client");
      else this.#queue.rename();
      if (time !== undefined) this.#queue.setClock(time);
      this.#forget();
      flush.mustSendAgain = true;
      // Once is nothing to tell: it has forgotten a client that was silent for long.
      return !isSecond || flush.fail(error) || false;
    }
    flush.fail(error);
    const { giveUpSeconds } = this.#settings;
    if (batch.since !== undefined && milliseconds() - batch.since > giveUpSeconds * 1000) {
      this.#giveUp(flush, batch, `it was tried for more than ${giveUpSeconds} s`);
      this.#forget();
    }
    return false;
  }

  /** The batch has been applied. */
  #accept(flush: DeltaFlush, batch: QueuedBatch, reply: BatchReply, began: number): void {
    const reasons = new Map((reply.refused ?? []).map(({ family, reason }) => [family, reason]));
    let refused = 0;
    let bringsLiving = false;
    for (const family of batch.families) {
      const isRefused = reasons.has(family.name);
      const series = family.settle(isRefused ? "refused" : "applied");
      if (isRefused) refused += series;
      else if (family.isLiving) bringsLiving = true;
      if (family.isLostInPart) this.#lose(flush, family.name);
    }
    flush.counts.refused += refused;
    flush.counts.applied += batch.encoded.series - refused;
    for (const reason of reasons.values()) {
      flush.report(unansweredError(this.#endpoint.target, reason));
    }
    this.#queue.settle();
    const { hasLiving, heartbeatSeconds, refreshSeconds } = reply;
    const isLate = this.#isLate(began);
    this.#needs = { heartbeatSeconds, refreshSeconds };
    this.#heardAt = began;
    // It has taken this client for dead, and has dropped what it had; or it may have, if it was silent
    // for long, and has only what this batch brought.
    if (this.#hasLiving && (isLate || hasLiving === false)) {
      this.#sent.resendLiving();
      flush.mustSendAgain = true;
    }
    this.#hasLiving = bringsLiving || (hasLiving ?? this.#hasLiving);
  }

  /** Reports that a family which was split is lost in part; it cannot be told which series to send. */
  #lose(flush: DeltaFlush, name: string): void {
    this.#metrics.count("refused");
    const problem =
      `${name}: changes of some series are lost, as the aggregator has refused them, ` +
      "and has applied others; what it says of the family must be mended, or longestBytes raised";
    flush.report(unansweredError(this.#endpoint.target, problem));
  }

  /** Drops a batch. A copy of it may still be applied, but nothing that follows has its name. */
  #giveUp(flush: DeltaFlush, batch: QueuedBatch, why: string): void {
    const result = batch.isUncertain ? "uncertain" : "refused";
    const { series } = batch.encoded;
    for (const family of batch.families) family.settle("dropped");
    flush.counts[result] += series;
    this.#metrics.count(result);
    this.#queue.drop();
    const what = batch.isUncertain ? "may have been applied or not" : "were not applied";
    const problem = `the changes of ${series} series are given up, which ${what}: ${why}`;
    flush.fail(unansweredError(this.#endpoint.target, problem));
  }

  /** From here on the aggregator knows nothing of this client. */
  #forget(): void {
    this.#hasLiving = false;
    this.#sent.resendAll();
  }
}
