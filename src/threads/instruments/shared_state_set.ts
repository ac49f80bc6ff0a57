import type { Refusals } from "../../model/refusals.ts";
import { refuseIsOn, refuseState, type StateSet } from "../../metrics/state_set.ts";
import type { Slot, SlotChild } from "../memory/slot.ts";

/** A state set in shared memory: a cell a state, 1 if it is on. */
export class SharedStateSet implements StateSet<string>, SlotChild {
  readonly #refusals: Refusals;
  readonly #states: readonly string[];
  #cells!: Float64Array;
  #offset!: number;

  /** Continues from the states in the slot. */
  constructor(slot: Slot, refusals: Refusals, states: readonly string[]) {
    this.#refusals = refusals;
    this.#states = states;
    this.move(slot);
  }

  /** Turns a state on or off. */
  set(state: string, on: boolean): void {
    const index = this.#indexOf(state);
    if (index < 0) return;
    if (typeof on !== "boolean") return refuseIsOn(this.#refusals, on);
    this.#cells[this.#offset + index] = on ? 1 : 0;
  }

  /** Turns one state on and all others off. */
  select(state: string): void {
    const selected = this.#indexOf(state);
    if (selected < 0) return;
    this.#cells[this.#offset + selected] = 1;
    this.#states.forEach((_, index) => {
      if (index !== selected) this.#cells[this.#offset + index] = 0;
    });
  }

  /** The states that this thread has on. */
  get(): readonly string[] {
    return this.#states.filter((_, index) => this.#cells[this.#offset + index] === 1);
  }

  /** Continues in another slot. */
  move({ cells, offset }: Slot): void {
    this.#cells = cells;
    this.#offset = offset;
  }

  /** The index of a state; refuses what is none, and is then -1. */
  #indexOf(state: string): number {
    const index = this.#states.indexOf(state);
    if (index < 0) refuseState(this.#refusals, state, this.#states);
    return index;
  }
}
