import type { LogRecord } from "../memory/log.ts";
import type { SegmentHeader } from "../memory/segment.ts";
import type { Tombstone } from "../view/tombstones.ts";

/** A thread that had a series when another thread removed it. */
export interface Recipient {
  /** The header of its segment. */
  readonly header: SegmentHeader;
  /** The number of the notification that it got. */
  readonly notification: number;
}

/** A removal that this thread has made. */
export interface Removal<Family> extends Tombstone {
  /** The family whose series it removed. */
  readonly family: Family;
  /** The threads that had such series. */
  readonly recipients: readonly Recipient[];
}

/** How many of the latest removals are retained in any case, for threads that are not known yet. */
const maxLatest = 1000;
/** At most one of these for so many bytes of a log's limit, so that they take a tenth of it. */
const bytesPerLatest = 1024;

/**
 * The removals of one thread that other threads have not acknowledged: they still have the series in
 * their logs. Each of their series can be in here once only, so this stays bounded however many
 * label sets come and go.
 */
export class PendingRemovals<Family extends { readonly number: number }> {
  #removals: Removal<Family>[] = [];
  readonly #maxLatest: number;

  /** @param limit The maximum size of the log, in bytes. */
  constructor(limit: number) {
    this.#maxLatest = Math.min(maxLatest, Math.floor(limit / bytesPerLatest));
  }

  /** Adds a removal. */
  add(removal: Removal<Family>): void {
    this.#removals.push(removal);
  }

  /** Discards the removals of a family. */
  forget(family: Family): void {
    this.#removals = this.#removals.filter((removal) => removal.family !== family);
  }

  /** Discards removals that all recipients have acknowledged. */
  prune(): void {
    const first = this.#removals.length - this.#maxLatest;
    this.#removals = this.#removals.filter(({ recipients }, index) =>
      index >= first || recipients.some((recipient) => !isAcknowledged(recipient))
    );
  }

  /** The removals of a family as log records. */
  *records(family: Family, number: number): Iterable<LogRecord> {
    for (const { family: own, stamp, pattern } of this.#removals) {
      if (own === family) yield ["removal", number, stamp, pattern];
    }
  }
}

/** Whether a thread has applied a removal, or its log is no longer read. */
function isAcknowledged({ header, notification }: Recipient): boolean {
  return header.ended ? header.compactedInto !== undefined : header.hasAcknowledged(notification);
}
