import { unixSeconds } from "../../model/platform/clock.ts";
import type { Refusals } from "../../model/refusals.ts";
import { BaseGauge } from "../../metrics/base_gauge.ts";
import type { Gauge } from "../../metrics/gauge.ts";
import type { Slot, SlotChild } from "../memory/slot.ts";

/** A gauge whose value is a cell of shared memory. */
export class SharedGauge extends BaseGauge implements Gauge, SlotChild {
  #cells: Float64Array;
  #offset: number;

  /** Continues from the value in the slot. */
  constructor({ cells, offset }: Slot, refusals: Refusals) {
    super(refusals);
    // Not by move(), which is overridden.
    this.#cells = cells;
    this.#offset = offset;
  }

  /** Sets the value. */
  override set(value: number): void {
    if (typeof value !== "number") return this.refuse(value);
    this.#cells[this.#offset] = value;
  }

  /** Adds to the value. */
  override inc(by = 1): void {
    if (typeof by !== "number") return this.refuse(by);
    this.#cells[this.#offset] += by;
  }

  /** Subtracts from the value. */
  override dec(by = 1): void {
    if (typeof by !== "number") return this.refuse(by);
    this.#cells[this.#offset] -= by;
  }

  /** The value of this thread. */
  override get(): number {
    return this.#cells[this.#offset];
  }

  /** Continues in another slot. */
  move({ cells, offset }: Slot): void {
    this.#cells = cells;
    this.#offset = offset;
  }
}

/** A gauge with a second cell, for when it was set last. */
export class SharedRecentGauge extends SharedGauge {
  #slot: Slot;

  /** Continues from the value in the slot. */
  constructor(slot: Slot, refusals: Refusals) {
    super(slot, refusals);
    this.#slot = slot;
  }

  /** Sets the value and notes the time. */
  override set(value: number): void {
    super.set(value);
    this.#stamp(value);
  }

  /** Adds to the value and notes the time. */
  override inc(by = 1): void {
    super.inc(by);
    this.#stamp(by);
  }

  /** Subtracts from the value and notes the time. */
  override dec(by = 1): void {
    super.dec(by);
    this.#stamp(by);
  }

  /** Continues in another slot. */
  override move(slot: Slot): void {
    super.move(slot);
    this.#slot = slot;
  }

  #stamp(recorded: unknown): void {
    // What was refused is no recording, however recent.
    if (typeof recorded !== "number") return;
    this.#slot.cells[this.#slot.offset + 1] = unixSeconds();
  }
}
