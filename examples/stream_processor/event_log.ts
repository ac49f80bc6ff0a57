import type { ProcessorMetrics } from "@edgeprom/edgeprom";
import type { Clock } from "./time.ts";

/** One message in a partition. */
export interface LogRecord<Value> {
  readonly partition: number;
  /** Position in its partition, from 0. */
  readonly offset: number;
  /** Position among all records of the topic, from 0. */
  readonly sequence: number;
  readonly key: string;
  readonly value: Value;
  /** When it was appended, by the clock of the topic, in milliseconds. */
  readonly appendedAt: number;
}

/** How a topic is laid out. */
export interface TopicOptions {
  readonly name: string;
  readonly partitions: number;
  /** Minimum number of records that a partition retains; older ones are dropped. */
  readonly retention: number;
  readonly clock: Clock;
}

/**
 * A topic of a partitioned log, which stands in for Kafka so that the example needs no broker. It
 * has what the metrics are about: partitions chosen by the hash of the key, offsets, retention. It
 * has no replicas, keeps nothing on disk and lives in this process. Unlike Kafka, which orders
 * records only within a partition, it also numbers them across partitions: a replay then has the
 * same results however often the consumer polls.
 */
export class Topic<Value> {
  readonly name: string;
  readonly partitions: readonly number[];
  readonly #logs: readonly PartitionLog<Value>[];
  readonly #retention: number;
  readonly #clock: Clock;
  readonly #metrics: ProcessorMetrics;
  #sequence = 0;

  constructor(options: TopicOptions, metrics: ProcessorMetrics) {
    this.name = options.name;
    this.partitions = Array.from({ length: options.partitions }, (_, partition) => partition);
    this.#logs = this.partitions.map(() => ({ records: [], start: 0 }));
    this.#retention = options.retention;
    this.#clock = options.clock;
    this.#metrics = metrics;
  }

  /** Appends a record to the partition of its key. */
  produce(key: string, value: Value): LogRecord<Value> {
    const partition = hash(key) % this.partitions.length;
    const log = this.#logs[partition];
    const record: LogRecord<Value> = {
      partition,
      offset: this.endOffset(partition),
      sequence: this.#sequence++,
      key,
      value,
      appendedAt: this.#clock(),
    };
    log.records.push(record);
    this.#metrics.recordKafkaMessageProduced(this.name, partition);
    this.#retain(log);
    return record;
  }

  /**
   * The record at an offset, or undefined at the end. Throws for one that is no longer retained.
   */
  read(partition: number, offset: number): LogRecord<Value> | undefined {
    const { records, start } = this.#logs[partition];
    if (offset < start) {
      throw new RangeError(`Offset ${offset} of ${this.name}/${partition} is no longer kept`);
    }
    return records[offset - start];
  }

  /** The offset that the next record of the partition will have. */
  endOffset(partition: number): number {
    const { records, start } = this.#logs[partition];
    return start + records.length;
  }

  /**
   * Drops old records in large pieces, because to remove the first of an array moves all that
   * follow.
   */
  #retain(log: PartitionLog<Value>): void {
    if (log.records.length < 2 * this.#retention) return;
    const surplus = log.records.length - this.#retention;
    log.records.splice(0, surplus);
    log.start += surplus;
  }
}

interface PartitionLog<Value> {
  readonly records: LogRecord<Value>[];
  /** Offset of the first record retained. */
  start: number;
}

/** FNV-1a: it spreads short keys well and is the same everywhere. */
function hash(key: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < key.length; index++) {
    value = Math.imul(value ^ key.charCodeAt(index), 0x01000193) >>> 0;
  }
  return value;
}
