import type { LogRecord } from "../memory/log.ts";
import type { SegmentHeader } from "../memory/segment.ts";
import type { Tombstone } from "../view/tombstones.ts";

/** A thread that still had series when they were removed, and how often it had been told by then. */
export interface Recipient {
  /** The head of its segment. */
  readonly header: SegmentHeader;
  /** The number of the notice that told it. */
  readonly notification: number;
}

/** A removal that this thread has made. */
export interface Removal<Family> extends Tombstone {
  /** Whose series it removed. */
  readonly family: Family;
  /** Who had such series. */
  readonly recipients: readonly Recipient[];
}

/** How many of the latest removals stay in any case, for threads that nobody knew of yet. */
const maxLatest = 1000;
/** But no more than one for so many bytes that the log can have: together they take a tenth of it. */
const bytesOfLatest = 1024;

/**
 * The removals of one thread that others still have to see: those of series which are in the log of
 * a thread that has not written their end. As each of its series can be in here once only, there are
 * not more than such series, however many come and go.
 */
export class PendingRemovals<Family extends { readonly number: number }> {
  #removals: Removal<Family>[] = [];
  readonly #latest: number;

  /** @param limit What the log can grow to, in bytes. */
  constructor(limit: number) {
    this.#latest = Math.min(maxLatest, Math.floor(limit / bytesOfLatest));
  }

  /** Remembers a removal. */
  add(removal: Removal<Family>): void {
    this.#removals.push(removal);
  }

  /** Forgets those of a family. */
  forget(family: Family): void {
    this.#removals = this.#removals.filter((removal) => removal.family !== family);
  }

  /** Forgets what everybody has seen. */
  prune(): void {
    const first = this.#removals.length - this.#latest;
    this.#removals = this.#removals.filter(({ recipients }, at) =>
      at >= first || recipients.some((recipient) => !isAcknowledged(recipient))
    );
  }

  /** The removals of a family, as they are in the log. */
  *records(family: Family, number: number): Iterable<LogRecord> {
    for (const { family: own, stamp, pattern } of this.#removals) {
      if (own === family) yield ["removal", number, stamp, pattern];
    }
  }
}

/** Whether a thread has removed its series, or nobody reads its log any more. */
function isAcknowledged({ header, notification }: Recipient): boolean {
  return header.ended ? header.compactedInto !== undefined : header.hasAcknowledged(notification);
}
