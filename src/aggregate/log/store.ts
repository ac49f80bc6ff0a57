/**
 * What a store has kept.
 *
 * @category Aggregation
 */
export interface StoredAggregate {
  /** The parts of the last checkpoint, in their order; none if there was no checkpoint. */
  readonly checkpoint: readonly Uint8Array[];
  /** All entries since that checkpoint, in the order in which they were appended. */
  readonly entries: readonly Uint8Array[];
}

/**
 * Where an aggregate outlives its process: a log, and a checkpoint that takes the place of the log so
 * far. It need not understand what it keeps. One aggregator uses it at a time, and calls no method
 * before the last one's promise has settled.
 *
 * @category Aggregation
 */
export interface AggregateStore {
  /** The longest entry or part in bytes; 1 MiB if it is left out. */
  readonly longestBytes?: number;
  /** Reads everything. */
  load(): StoredAggregate | Promise<StoredAggregate>;
  /** Appends entries, all or none. Once it returns they outlive a crash of the process. */
  append(entries: readonly Uint8Array[]): void | Promise<void>;
  /** Puts a checkpoint in the place of the last one and of all entries, in one transaction. */
  replace(checkpoint: readonly Uint8Array[]): void | Promise<void>;
  /**
   * Asks for a call of `Aggregator.maintain()` about then, where there are no timers. `Infinity` if
   * the aggregator itself has nothing to do then.
   */
  wake?(seconds: number): void | Promise<void>;
  /** Closes what it has open. */
  close?(): void | Promise<void>;
}
