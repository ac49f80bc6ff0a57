import type { ProcessorMetrics } from "@edgeprom/edgeprom";

/**
 * The event time up to which all events are assumed to have arrived: the latest event time seen,
 * less the time by which events may be out of order.
 */
export class Watermark {
  readonly #outOfOrderness: number;
  readonly #metrics: ProcessorMetrics;
  #latest = -Infinity;
  #finished = false;

  /** @param outOfOrderness How far behind the latest event another may come, in milliseconds. */
  constructor(outOfOrderness: number, metrics: ProcessorMetrics) {
    this.#outOfOrderness = outOfOrderness;
    this.#metrics = metrics;
  }

  /** In milliseconds since 1970; minus infinity before the first event, infinity after the last. */
  get time(): number {
    return this.#finished ? Infinity : this.#latest - this.#outOfOrderness;
  }

  /**
   * Takes an event into account.
   *
   * @param eventTime When it happened.
   * @param arrival When it came: the clock of the replay, against which the lag of the watermark is
   * measured.
   */
  observe(eventTime: number, arrival: number): void {
    if (eventTime < this.#latest) this.#metrics.recordOutOfOrderEvent();
    if (eventTime > this.#latest) {
      this.#latest = eventTime;
      this.#metrics.recordWatermarkUpdate();
    }
    this.#metrics.setWatermarkLag((arrival - this.time) / 1000);
  }

  /** Says that no event follows: all windows can be closed. */
  finish(): void {
    this.#finished = true;
    this.#metrics.recordWatermarkUpdate();
    this.#metrics.setWatermarkLag(0);
  }
}
