import type { Exemplar } from "../../model/exemplar.ts";

/**
 * The exemplars of one native histogram: a few, sorted by value, that differ as much as they can.
 *
 * Source: https://prometheus.io/docs/specs/native_histograms/#exemplars
 */
export class NativeExemplars {
  readonly #limit: number;
  readonly #ttlSeconds: number;
  readonly #exemplars: Exemplar[] = [];

  /**
   * No exemplars yet.
   *
   * @param limit How many there may be.
   * @param ttlSeconds How old one may be where another needs its place.
   */
  constructor(limit: number, ttlSeconds: number) {
    this.#limit = limit;
    this.#ttlSeconds = ttlSeconds;
  }

  /**
   * Takes in a new exemplar, not one whose value is `NaN`.
   *
   * If there is one too many, the oldest goes if it is too old; else the older of the two whose
   * values are closest on a logarithmic scale.
   */
  add(exemplar: Exemplar): void {
    const exemplars = this.#exemplars;
    if (this.#limit === 0 || Number.isNaN(exemplar.value)) return;
    const position = exemplars.findIndex(({ value }) => value > exemplar.value);
    exemplars.splice(position < 0 ? exemplars.length : position, 0, exemplar);
    if (exemplars.length <= this.#limit) return;

    const oldest = exemplars.reduce((one, other) => other.timestamp < one.timestamp ? other : one);
    const isExpired = exemplar.timestamp - oldest.timestamp > this.#ttlSeconds;
    const surplus = isExpired ? oldest : olderOfClosestPair(exemplars, exemplar);
    exemplars.splice(exemplars.indexOf(surplus), 1);
  }

  /** The exemplars now, sorted by value. */
  snapshot(): readonly Exemplar[] {
    return [...this.#exemplars];
  }
}

/** Of pairs that are equally close, the one with the oldest exemplar; never the newest exemplar. */
function olderOfClosestPair(exemplars: readonly Exemplar[], newest: Exemplar): Exemplar {
  // Clocks are coarse, and callers may give times of their own: its time may say otherwise.
  const time = (exemplar: Exemplar) => exemplar === newest ? Infinity : exemplar.timestamp;
  let [surplus] = exemplars;
  let least = Infinity;
  exemplars.slice(1).forEach((upper, position) => {
    const lower = exemplars[position];
    const distance = ratio(lower.value, upper.value);
    const older = time(upper) < time(lower) ? upper : lower;
    if (distance < least || (distance === least && time(older) < time(surplus))) {
      least = distance;
      surplus = older;
    }
  });
  return surplus;
}

/** Grows with the distance on a logarithmic scale; zero and the other sign are infinitely far. */
function ratio(one: number, other: number): number {
  if (one === other) return 1;
  if (Math.sign(one) !== Math.sign(other)) return Infinity;
  const [near, far] = [Math.abs(one), Math.abs(other)];
  return near < far ? far / near : near / far;
}
