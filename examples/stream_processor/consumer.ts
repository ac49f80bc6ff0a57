import type { ProcessorMetrics } from "@edgeprom/edgeprom";
import type { LogRecord, Topic } from "./event_log.ts";

/**
 * An offset was committed that lies before the last one committed or beyond the end of the
 * partition.
 */
export class CommitError extends Error {
  override readonly name = "CommitError";
}

/** Reads all partitions of a topic and remembers how far it has got. */
export class Consumer<Value> {
  readonly #topic: Topic<Value>;
  readonly #metrics: ProcessorMetrics;
  readonly #positions: number[];
  readonly #committed: number[];

  constructor(topic: Topic<Value>, metrics: ProcessorMetrics) {
    this.#topic = topic;
    this.#metrics = metrics;
    this.#positions = topic.partitions.map(() => 0);
    this.#committed = topic.partitions.map(() => 0);
  }

  /** At most this many next records, in the order in which they were appended to the topic. */
  poll(limit: number): LogRecord<Value>[] {
    const records: LogRecord<Value>[] = [];
    while (records.length < limit) {
      const record = this.#oldest();
      if (record === undefined) break;
      this.#positions[record.partition]++;
      this.#metrics.recordKafkaMessageConsumed(this.#topic.name, record.partition);
      records.push(record);
    }
    return records;
  }

  /**
   * Says that all records of the partition before this offset are done. Throws {@link CommitError}
   * if that cannot be.
   */
  commit(partition: number, offset: number): void {
    const end = this.#topic.endOffset(partition);
    const committed = this.#committed[partition];
    if (offset < committed || offset > end) {
      this.#metrics.recordKafkaOffsetCommitError(this.#topic.name, partition);
      throw new CommitError(
        `Cannot commit offset ${offset} of ${this.#topic.name}/${partition}: ` +
          `it must lie between ${committed}, the last one committed, and the end at ${end}`,
      );
    }
    this.#committed[partition] = offset;
  }

  /** Records of the partition, read or not, that are not committed. */
  lag(partition: number): number {
    return this.#topic.endOffset(partition) - this.#committed[partition];
  }

  /** Puts the lag of every partition on the gauge and returns the sum. */
  measureLag(): number {
    let total = 0;
    for (const partition of this.#topic.partitions) {
      const lag = this.lag(partition);
      this.#metrics.setKafkaConsumerLag(this.#topic.name, partition, lag);
      total += lag;
    }
    return total;
  }

  #oldest(): LogRecord<Value> | undefined {
    let oldest: LogRecord<Value> | undefined;
    for (const partition of this.#topic.partitions) {
      const record = this.#topic.read(partition, this.#positions[partition]);
      if (record !== undefined && !(oldest !== undefined && oldest.sequence < record.sequence)) {
        oldest = record;
      }
    }
    return oldest;
  }
}
