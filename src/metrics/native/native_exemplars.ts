import type { Exemplar } from "../../model/exemplar.ts";

/**
 * The exemplars of one native histogram: a limited number, sorted by value and far apart.
 *
 * Source: https://prometheus.io/docs/specs/native_histograms/#exemplars
 */
export class NativeExemplars {
  readonly #limit: number;
  readonly #ttlSeconds: number;
  readonly #exemplars: Exemplar[] = [];

  /**
   * Without exemplars.
   *
   * @param limit Maximum number of exemplars.
   * @param ttlSeconds The age above which the oldest makes room for a new one.
   */
  constructor(limit: number, ttlSeconds: number) {
    this.#limit = limit;
    this.#ttlSeconds = ttlSeconds;
  }

  /**
   * Adds an exemplar, unless its value is `NaN`.
   *
   * If there is one too many, the oldest is removed if it is too old, otherwise the older of the
   * two whose values are closest on a logarithmic scale.
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

  /** A copy of the exemplars, sorted by value. */
  snapshot(): readonly Exemplar[] {
    return [...this.#exemplars];
  }
}

/** If pairs are equally close, the oldest exemplar of them; never the newest. */
function olderOfClosestPair(exemplars: readonly Exemplar[], newest: Exemplar): Exemplar {
  // Clocks are coarse and may be set, so the time of the newest may be older.
  const time = (exemplar: Exemplar) => exemplar === newest ? Infinity : exemplar.timestamp;
  let [surplus] = exemplars;
  let minDistance = Infinity;
  exemplars.slice(1).forEach((upper, position) => {
    const lower = exemplars[position];
    const distance = ratio(lower.value, upper.value);
    const older = time(upper) < time(lower) ? upper : lower;
    if (distance < minDistance || (distance === minDistance && time(older) < time(surplus))) {
      minDistance = distance;
      surplus = older;
    }
  });
  return surplus;
}

/** The distance on a logarithmic scale, as a ratio; infinite from zero and from the other sign. */
function ratio(one: number, other: number): number {
  if (one === other) return 1;
  if (Math.sign(one) !== Math.sign(other)) return Infinity;
  const [near, far] = [Math.abs(one), Math.abs(other)];
  return near < far ? far / near : near / far;
}
