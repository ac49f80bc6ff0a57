import { InvalidValueError } from "../../model/errors.ts";
import type { ExemplarSource, RecordOptions } from "../../model/exemplar.ts";
import type { Counter, ErrorClass } from "../../metrics/counter.ts";
import { onSettled } from "../../metrics/outcome.ts";
import type { Slot, SlotChild } from "../memory/slot.ts";
import type { ExemplarRelay } from "./exemplar_relay.ts";

/** A counter whose value is a cell of shared memory. */
export class SharedCounter implements Counter, SlotChild {
  readonly #exemplars: ExemplarRelay<SlotChild>;
  /** Not read through `#exemplars`: that costs a seventh of an increment on Bun. */
  readonly #source: ExemplarSource | undefined;
  #cells!: Float64Array;
  #offset!: number;

  /** Continues from the value in the slot. */
  constructor(slot: Slot, exemplars: ExemplarRelay<SlotChild>) {
    this.#exemplars = exemplars;
    this.#source = exemplars.source;
    this.move(slot);
  }

  /** Adds to the value. */
  inc(by = 1, options?: RecordOptions): void {
    if (!(by >= 0 && by < Infinity && typeof by === "number")) this.#refuse(by);
    if (options !== undefined || this.#source !== undefined) {
      this.#exemplars.record(this, by, options);
    }
    this.#cells[this.#offset] += by;
  }

  /** The value of this thread. */
  get(): number {
    return this.#cells[this.#offset];
  }

  /** Calls a function, and increments if it fails. */
  countExceptions<Result>(call: () => Result, type?: ErrorClass): Result {
    return onSettled(call, (outcome) => {
      if (outcome.failed && (type === undefined || outcome.error instanceof type)) this.inc();
    });
  }

  /** Continues in another slot. */
  move({ cells, offset }: Slot): void {
    this.#cells = cells;
    this.#offset = offset;
  }

  #refuse(by: unknown): never {
    throw new InvalidValueError(
      this.#exemplars.family,
      by,
      "a finite number from 0 up; a counter only grows, use a gauge for what goes down",
    );
  }
}
