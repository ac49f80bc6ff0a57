import { InvalidValueError } from "../core/errors.ts";
import { whenEnded } from "../metrics/ended.ts";
import type { Gauge } from "../metrics/gauge.ts";
import { type EndTimer, startTimer } from "../metrics/timer.ts";
import type { CellChild, Place } from "./place.ts";

/** A gauge whose value is a cell. */
export class CellGauge implements Gauge, CellChild {
  readonly #family: string;
  #cells!: Float64Array;
  #slot!: number;

  /** Goes on from what the place holds. */
  constructor(place: Place, family: string) {
    this.#family = family;
    this.move(place);
  }

  /** Sets the value. */
  set(value: number): void {
    if (typeof value !== "number") this.#refuse(value);
    this.#cells[this.#slot] = value;
  }

  /** Adds to the value. */
  inc(by = 1): void {
    if (typeof by !== "number") this.#refuse(by);
    this.#cells[this.#slot] += by;
  }

  /** Takes from the value. */
  dec(by = 1): void {
    if (typeof by !== "number") this.#refuse(by);
    this.#cells[this.#slot] -= by;
  }

  /** The value of this thread. */
  get(): number {
    return this.#cells[this.#slot];
  }

  /** Sets the value to the time. */
  setToCurrentTime(): void {
    this.set(Date.now() / 1000);
  }

  /** Counts calls in progress. */
  trackInProgress<Result>(call: () => Result): Result {
    this.inc();
    return whenEnded(call, () => this.dec());
  }

  /** Starts a timer. */
  startTimer(): EndTimer {
    return startTimer((seconds) => this.set(seconds));
  }

  /** Times a call. */
  time<Result>(call: () => Result): Result {
    return whenEnded(call, this.startTimer());
  }

  /** Goes on in another place. */
  move({ cells, slot }: Place): void {
    this.#cells = cells;
    this.#slot = slot;
  }

  #refuse(value: unknown): never {
    throw new InvalidValueError(this.#family, value, "a number");
  }
}

/** A gauge with a second cell, for when it was set. */
export class RecentCellGauge extends CellGauge {
  #place: Place;

  /** Goes on from what the place holds. */
  constructor(place: Place, family: string) {
    super(place, family);
    this.#place = place;
  }

  /** Sets the value and notes the time. */
  override set(value: number): void {
    super.set(value);
    this.#noteTime();
  }

  /** Adds to the value and notes the time. */
  override inc(by = 1): void {
    super.inc(by);
    this.#noteTime();
  }

  /** Takes from the value and notes the time. */
  override dec(by = 1): void {
    super.dec(by);
    this.#noteTime();
  }

  /** Goes on in another place. */
  override move(place: Place): void {
    super.move(place);
    // While the constructor of the base runs, there is no such field yet.
    if (#place in this) this.#place = place;
  }

  #noteTime(): void {
    this.#place.cells[this.#place.slot + 1] = Date.now() / 1000;
  }
}
