import { unixSeconds } from "../../model/clock.ts";
import { BaseGauge } from "../../metrics/base_gauge.ts";
import type { Gauge } from "../../metrics/gauge.ts";
import type { CellChild, Place } from "../memory/slot.ts";

/** A gauge whose value is a cell. */
export class CellGauge extends BaseGauge implements Gauge, CellChild {
  #cells!: Float64Array;
  #slot!: number;

  /** Goes on from what the place holds. */
  constructor(place: Place, family: string) {
    super(family);
    this.move(place);
  }

  /** Sets the value. */
  override set(value: number): void {
    if (typeof value !== "number") this.refuse(value);
    this.#cells[this.#slot] = value;
  }

  /** Adds to the value. */
  override inc(by = 1): void {
    if (typeof by !== "number") this.refuse(by);
    this.#cells[this.#slot] += by;
  }

  /** Takes from the value. */
  override dec(by = 1): void {
    if (typeof by !== "number") this.refuse(by);
    this.#cells[this.#slot] -= by;
  }

  /** The value of this thread. */
  override get(): number {
    return this.#cells[this.#slot];
  }

  /** Goes on in another place. */
  move({ cells, slot }: Place): void {
    this.#cells = cells;
    this.#slot = slot;
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
    this.#place.cells[this.#place.slot + 1] = unixSeconds();
  }
}
