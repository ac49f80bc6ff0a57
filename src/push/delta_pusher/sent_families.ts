import { changesOf, goneOf, sentOf } from "../../deltas/changes.ts";
import { type FamilyDelta, type Keeping, keepingOf } from "../../deltas/delta.ts";
import { milliseconds } from "../../model/platform/clock.ts";
import type { MetricFamily } from "../../model/snapshot.ts";
import { valueTimes, withValueTimes } from "./value_times.ts";
import { withVanished } from "./vanished_series.ts";

/** A family as it was sent. */
export interface SentFamily {
  /** The snapshot, to which those that come later are compared. */
  readonly family: MetricFamily;
  /** What becomes of its numbers. */
  readonly keeping: Keeping;
  /** Since when the rows of a gauge have their values, if the snapshot does not say it. */
  readonly times: Float64Array | undefined;
}

/** What there is to say of a family. */
export interface FamilyChange {
  /** Its name. */
  readonly name: string;
  /** What was sent of it before; nothing of a new one. */
  readonly before: SentFamily | undefined;
  /** What has been sent of it once the change was; nothing if it is gone. */
  readonly now: SentFamily | undefined;
  /** What is to be sent; nothing if it is as it was. */
  readonly delta: FamilyDelta | undefined;
}

/** The moment of which a snapshot is. */
export interface SnapshotMoment {
  /** Its time in seconds since 1970. */
  readonly time: number;
  /** Whether all that there is was gathered, so that what is missing has ended. */
  readonly isComplete: boolean;
  /** Whether the client ends with it, and its values that count while it lives. */
  readonly isLast: boolean;
}

/**
 * What an aggregator was sent of each family, and so what of a snapshot is new to it. It keeps
 * snapshots as they are, not copies.
 *
 * Totals that vanish are kept for when they come back: a collector may fail or leave them out for
 * once, and what was sent must not be counted again.
 */
export class SentFamilies {
  readonly #sent = new Map<string, SentFamily>();
  /** Families that are sent whole next time, as the aggregator may not have all of it. */
  readonly #whole = new Set<string>();
  /** When all families but totals were sent whole, in milliseconds. */
  #wholeAt = 0;

  /** Whether something was sent that counts while the client lives. */
  get hasLiving(): boolean {
    for (const { family, keeping } of this.#sent.values()) {
      if (keeping === "living" && family.labels.rows > 0) return true;
    }
    return false;
  }

  /** Whether values must be sent again because that was not done for so long. */
  isRefreshDue(seconds: number): boolean {
    return this.#sent.size > 0 && milliseconds() - this.#wholeAt >= seconds * 1000;
  }

  /**
   * Compares a family with what was sent of it.
   *
   * @throws {MetricsError} If its deltas cannot be told.
   */
  change(family: MetricFamily, { time, isComplete, isLast }: SnapshotMoment): FamilyChange {
    const { name } = family;
    const before = this.#sent.get(name);
    const keeping = keepingOf(family);
    if (isLast && keeping === "living") {
      return { name, before, now: undefined, delta: before && goneOf(before.family) };
    }
    const isWhole = isComplete || keeping === "total" || before === undefined;
    const whole = isWhole ? family : withVanished(family, before.family);
    const all = keeping !== "total" && this.#whole.has(name);
    const delta = changesOf(before?.family, whole, all);
    const times = keeping === "latest" ? valueTimes(before, whole, time) : undefined;
    const now = { family: sentOf(before?.family, whole), keeping, times };
    if (delta === undefined || !all || times === undefined) return { name, before, now, delta };
    // Others may have sent a newer value meanwhile.
    return { name, before, now, delta: { ...delta, family: withValueTimes(delta.family, times) } };
  }

  /** What is to be said of families that are not in a complete snapshot. */
  *changesOfVanished(names: ReadonlySet<string>): Generator<FamilyChange> {
    for (const [name, before] of this.#sent) {
      if (names.has(name) || before.keeping !== "living") continue;
      yield { name, before, now: undefined, delta: goneOf(before.family) };
    }
  }

  /** Notes that a change has been sent, or that there was none. */
  note({ name, now }: FamilyChange): void {
    if (this.#sent.size === 0) this.#wholeAt = milliseconds();
    this.#whole.delete(name);
    if (now === undefined) this.#sent.delete(name);
    else this.#sent.set(name, now);
  }

  /** Takes back a change that was not applied for certain. */
  takeBack({ name, before }: FamilyChange): void {
    if (before === undefined) this.#sent.delete(name);
    else this.#sent.set(name, before);
    this.#whole.add(name);
  }

  /** Sends a family whole next time. Totals are never sent again. */
  resend(name: string): void {
    this.#whole.add(name);
  }

  /** Sends all families whole next time, but for totals. */
  resendAll(): void {
    for (const name of this.#sent.keys()) this.#whole.add(name);
    this.#wholeAt = milliseconds();
  }

  /** Sends the values that count while the client lives whole next time. */
  resendLiving(): void {
    for (const [name, { keeping }] of this.#sent) if (keeping === "living") this.#whole.add(name);
  }
}
