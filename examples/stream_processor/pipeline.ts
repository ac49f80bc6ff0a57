import type { ProcessorMetrics } from "@edgeprom/edgeprom";
import { BoundedQueue } from "./bounded_queue.ts";
import { CommitError, Consumer } from "./consumer.ts";
import { type LogRecord, Topic } from "./event_log.ts";
import { StreamProcessor } from "./processor.ts";
import type { FlightMessage, Replay } from "./replay.ts";
import type { AirportDay, RankedResult, WindowResult } from "./results.ts";
import type { Clock } from "./time.ts";

/** The topics of the pipeline and their partitions. */
export const TOPICS = {
  flights: { name: "flights", partitions: 4 },
  windows: { name: "window-results", partitions: 2 },
  days: { name: "airport-days", partitions: 1 },
} as const;

/** How many records may wait for the processor. */
const QUEUE_CAPACITY = 500;

/**
 * The source stops while so many flights are not committed, so that the log keeps all that are not.
 */
const LONGEST_BACKLOG = 5_000;

/**
 * All parts, wired: replay → topic of flights → queue → processor → topics of results. It moves
 * only when it is told to, so that the same code runs against the clock and, in a test, as fast as
 * it can.
 */
export class Pipeline {
  readonly #metrics: ProcessorMetrics;
  readonly #clock: Clock;
  readonly #replay: Replay;
  readonly #flights: Topic<FlightMessage>;
  readonly #consumer: Consumer<FlightMessage>;
  readonly #queue: BoundedQueue<LogRecord<FlightMessage>>;
  readonly #processor: StreamProcessor;
  #backlog = 0;
  #processed = 0;
  #lag = 0;

  constructor(replay: Replay, clock: Clock, metrics: ProcessorMetrics) {
    this.#metrics = metrics;
    this.#clock = clock;
    this.#replay = replay;
    this.#flights = new Topic({ ...TOPICS.flights, retention: LONGEST_BACKLOG, clock }, metrics);
    this.#consumer = new Consumer(this.#flights, metrics);
    this.#queue = new BoundedQueue(QUEUE_CAPACITY, metrics);

    const windows = new Topic<WindowResult | RankedResult>(
      { ...TOPICS.windows, retention: 1_000, clock },
      metrics,
    );
    const days = new Topic<AirportDay>({ ...TOPICS.days, retention: 100, clock }, metrics);
    this.#processor = new StreamProcessor({
      window: (result) => windows.produce(result.origin, result),
      day: (day) => days.produce(day.origin, day),
    }, metrics);
    this.#processor.open();
  }

  /** Events processed so far. */
  get processed(): number {
    return this.#processed;
  }

  /** Events that the source has produced and the processor has not finished. */
  get backlog(): number {
    return this.#backlog;
  }

  /** Seconds between the appending of the latest event to the log and the end of its processing. */
  get lag(): number {
    return this.#lag;
  }

  /** Whether the source has nothing more and all of it is processed. */
  get isDrained(): boolean {
    return this.#replay.isFinished && this.#backlog === 0;
  }

  /**
   * Moves at most this many reports from the source to the log. Returns how many there was place
   * for.
   */
  produce(limit: number): number {
    let produced = 0;
    while (produced < limit && this.#backlog + produced < LONGEST_BACKLOG) {
      const message = this.#replay.next();
      if (message === undefined) break;
      this.#flights.produce(message.origin, message);
      produced++;
    }
    this.#backlog = this.#consumer.measureLag();
    return produced;
  }

  /**
   * Fills the queue from the log, processes at most so many events and commits them. Returns how
   * many there were.
   */
  process(limit: number): number {
    this.#queue.add(this.#consumer.poll(this.#queue.room));
    const done = new Map<number, number>();
    let count = 0;
    while (count < limit) {
      const record = this.#queue.take();
      if (record === undefined) break;
      this.#processor.process(record.value);
      this.#lag = (this.#clock() - record.appendedAt) / 1000;
      this.#metrics.setPipelineLag(this.#lag);
      done.set(record.partition, record.offset + 1);
      count++;
    }
    for (const [partition, offset] of done) this.#commit(partition, offset);
    this.#processed += count;
    this.#backlog = this.#consumer.measureLag();
    return count;
  }

  /** Processes all that the source has produced and closes what is open. */
  finish(): void {
    while (this.#backlog > 0) this.process(QUEUE_CAPACITY);
    this.#processor.finish();
    this.#lag = 0;
    this.#metrics.setPipelineLag(0);
  }

  /** A commit that fails loses nothing: the next one covers it. */
  #commit(partition: number, offset: number): void {
    try {
      this.#consumer.commit(partition, offset);
    } catch (error) {
      if (!(error instanceof CommitError)) throw error;
      this.#metrics.recordPipelineError("offset_commit");
    }
  }
}
