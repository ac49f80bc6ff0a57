/** Times are told apart to so many seconds at most. */
const coarsestStep = 10;

/**
 * The times at which series were last sent to, counted in steps of a hundredth of the idle time, so
 * that the oldest one is known without asking every series. A series is idle once the step in which
 * it was sent to is over for longer than that: it goes up to 1 % late, and never too early.
 */
export class IdleTimes {
  readonly #seconds: number;
  readonly #step: number;
  /** Number of series by step, the oldest step first, since time does not go back. */
  #counts = new Map<number, number>();

  /** @param idleSeconds The time without a batch after which a series goes; `Infinity` for never. */
  constructor(idleSeconds: number) {
    this.#seconds = idleSeconds;
    this.#step = Math.min(coarsestStep, idleSeconds / 100);
  }

  /** Counts a series that was sent to. */
  add(time: number): void {
    if (this.#seconds === Infinity) return;
    const step = this.#stepOf(time);
    this.#counts.set(step, (this.#counts.get(step) ?? 0) + 1);
  }

  /** Counts a series off that was last sent to then. */
  delete(time: number): void {
    if (this.#seconds === Infinity) return;
    const step = this.#stepOf(time);
    const count = this.#counts.get(step)! - 1;
    if (count === 0) this.#counts.delete(step);
    else this.#counts.set(step, count);
  }

  /** Counts a series that was sent to again. */
  move(from: number, to: number): void {
    if (this.#seconds === Infinity || this.#stepOf(from) === this.#stepOf(to)) return;
    this.add(to);
    this.delete(from);
  }

  /** Puts the steps in order, after series were counted in any. */
  sort(): void {
    this.#counts = new Map([...this.#counts].sort(([one], [other]) => one - other));
  }

  /** Whether a series that was last sent to at a time is idle. */
  isIdle(time: number, now: number): boolean {
    return this.#seconds < Infinity && this.#isOver(this.#stepOf(time), now);
  }

  /** Whether there is an idle series. */
  isDue(now: number): boolean {
    const [oldest] = this.#counts.keys();
    return oldest !== undefined && this.#isOver(oldest, now);
  }

  #isOver(step: number, now: number): boolean {
    return now > (step + 1) * this.#step + this.#seconds;
  }

  #stepOf(time: number): number {
    return Math.floor(time / this.#step);
  }
}
