import { ExactColumn } from "../../deltas/exact.ts";
import { mergeOperations } from "../../merge/merge_operations.ts";
import type { Exemplar } from "../../model/exemplar.ts";
import type { NativeBuckets } from "../../model/snapshot.ts";
import type { LivingLayout, LivingValue } from "./living_values.ts";
import { addNative, newerExemplar } from "./native_rows.ts";

/** Values of several clients, put together series by series. */
export class CombinedValues {
  readonly #layout: LivingLayout;
  /** Sums do not depend on the order of the clients. */
  readonly #sums = new ExactColumn();
  readonly #numbers: Float64Array;
  /** When each series was set last; `-Infinity` for one that no client has had yet. */
  readonly #times: Float64Array;
  readonly #exemplars = new Map<number, (Exemplar | undefined)[]>();
  /** `undefined` if a client has none. */
  readonly #natives: (NativeBuckets | undefined)[] = [];

  /** No values of some series. */
  constructor(layout: LivingLayout, series: number) {
    this.#layout = layout;
    this.#numbers = new Float64Array(series * layout.operations.length);
    this.#times = new Float64Array(series).fill(-Infinity);
  }

  /** Adds a client's value of a series. */
  add(series: number, { numbers, time, exemplars, native }: LivingValue): void {
    const isFirst = this.#times[series] === -Infinity;
    const isNewer = time >= this.#times[series];
    if (isNewer) this.#times[series] = time;
    const { operations } = this.#layout;
    // Not with forEach(): it is called for each value of each client.
    for (let at = 0, cell = series * numbers.length; at < numbers.length; at++, cell++) {
      const operation = operations[at];
      if (operation === "sum") this.#sums.add(cell, numbers[at]);
      else if (isFirst || (operation === "mostRecent" && isNewer)) {
        this.#numbers[cell] = numbers[at];
      } else if (operation !== "mostRecent") {
        const { choose } = mergeOperations[operation];
        this.#numbers[cell] = choose(this.#numbers[cell], numbers[at]);
      }
    }
    if (exemplars !== undefined) this.#addExemplars(series, exemplars);
    // Without those of one client there would be fewer observations in them than there are.
    const present = this.#natives[series];
    this.#natives[series] = isFirst ? native : native && present && addNative(present, native);
  }

  /**
   * Appends all of them together, up to a series, in the order of the series, of which each had a
   * value.
   */
  finish(values: LivingValue[], end: number): void {
    const { operations } = this.#layout;
    for (let series = values.length; series < end; series++) {
      const exemplars = this.#exemplars.get(series);
      const native = this.#natives[series];
      values.push({
        numbers: operations.map((operation, at) => {
          const cell = series * operations.length + at;
          return operation === "sum" ? this.#sums.value(cell) : this.#numbers[cell];
        }),
        time: this.#times[series],
        ...exemplars && { exemplars },
        ...native && { native },
      });
    }
  }

  #addExemplars(series: number, added: readonly (Exemplar | undefined)[]): void {
    const present = this.#exemplars.get(series) ?? added.map(() => undefined);
    this.#exemplars.set(series, present);
    added.forEach((exemplar, at) => {
      if (exemplar !== undefined) present[at] = newerExemplar(present[at], exemplar);
    });
  }
}
