import { InvalidValueError } from "../../model/errors.ts";
import type { ExemplarSource, RecordOptions } from "../../model/exemplar.ts";
import type { Counter, ErrorClass } from "../../metrics/counter.ts";
import { whenEnded } from "../../metrics/outcome.ts";
import type { CellChild, Place } from "../memory/slot.ts";
import type { PostedExemplars } from "./exemplar_relay.ts";

/** A counter whose total is a cell. */
export class CellCounter implements Counter, CellChild {
  readonly #exemplars: PostedExemplars<CellChild>;
  /** Not read through the book: that costs a seventh of an increment on Bun. */
  readonly #source: ExemplarSource | undefined;
  #cells!: Float64Array;
  #slot!: number;

  /** Counts on from what the place holds. */
  constructor(place: Place, exemplars: PostedExemplars<CellChild>) {
    this.#exemplars = exemplars;
    this.#source = exemplars.source;
    this.move(place);
  }

  /** Adds to the total. */
  inc(by = 1, options?: RecordOptions): void {
    if (!(by >= 0 && by < Infinity && typeof by === "number")) this.#refuse(by);
    if (options !== undefined || this.#source !== undefined) {
      this.#exemplars.record(this, by, options);
    }
    this.#cells[this.#slot] += by;
  }

  /** The total of this thread. */
  get(): number {
    return this.#cells[this.#slot];
  }

  /** Calls a function and counts it where it fails. */
  countExceptions<Result>(call: () => Result, type?: ErrorClass): Result {
    return whenEnded(call, (outcome) => {
      if (outcome.failed && (type === undefined || outcome.error instanceof type)) this.inc();
    });
  }

  /** Counts on in another place. */
  move({ cells, slot }: Place): void {
    this.#cells = cells;
    this.#slot = slot;
  }

  #refuse(by: unknown): never {
    throw new InvalidValueError(
      this.#exemplars.family,
      by,
      "a finite number from 0 up; a counter only grows, use a gauge for what goes down",
    );
  }
}
