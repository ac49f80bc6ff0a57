import { TDigest } from "./t_digest.ts";

/** How long a summary remembers values. */
export interface WindowOptions {
  /** The age of the oldest values in seconds; no limit by default. */
  readonly maxAgeSeconds?: number | undefined;
  /** In how many steps old values are forgotten. */
  readonly ageBuckets?: number | undefined;
}

/** Of more rounds than these since the last value or page, whole ones are left out. */
const roundsByStep = 100;

/**
 * Quantiles of the latest values, as the clients have them: every value goes into each of a ring of
 * digests, quantiles are read from one, and as time passes that one is emptied and the next is read.
 *
 * All digests of the ring are the same one at first. A value therefore counts in it as often as it is
 * in the ring, and the second digest, and those after it, know also what the first has forgotten.
 */
export class TimeWindow {
  readonly #ring: TDigest[];
  readonly #interval: number;
  #current = 0;
  /** When the ring was turned last, in milliseconds since 1970. */
  #turned: number;

  /**
   * A window without values.
   *
   * @throws {RangeError} If there cannot be a list of `ageBuckets` entries.
   */
  constructor({ maxAgeSeconds, ageBuckets }: WindowOptions) {
    this.#ring = Array<TDigest>(ageBuckets || 1).fill(new TDigest());
    const interval = maxAgeSeconds && ageBuckets ? maxAgeSeconds * 1000 / ageBuckets : 0;
    this.#interval = interval > 0 ? interval : Infinity;
    this.#turned = Date.now();
  }

  /** Whether the values of the window are all forgotten. */
  get isEmpty(): boolean {
    this.#turn();
    return this.#ring[this.#current]!.isEmpty;
  }

  /** Adds a finite value. */
  push(value: number): void {
    this.#turn();
    const ring = this.#ring;
    for (let place = 0; place < ring.length;) {
      const digest = ring[place]!;
      const from = place++;
      while (place < ring.length && ring[place] === digest) place++;
      digest.push(value, place - from);
    }
  }

  /** The value below which a share of the values is; 0 if there are none. */
  quantile(share: number): number {
    this.#turn();
    return this.#ring[this.#current]!.quantile(share);
  }

  /** Forgets all values. */
  reset(): void {
    for (const digest of this.#ring) digest.reset();
  }

  /**
   * Forgets what is too old. A window without end does not look at the clock.
   *
   * Goes step by step and adds up as the clients do: a step of 700 / 3 ms is rounded each time, and
   * ends at another millisecond if several are taken at once.
   */
  #turn(): void {
    const interval = this.#interval;
    if (interval === Infinity) return;
    let age = Date.now() - this.#turned;
    if (age <= interval) return;
    const ring = this.#ring;
    const round = interval * ring.length;
    if (age > roundsByStep * round) {
      const rest = age % round + 2 * round;
      this.#turned += age - rest;
      age = rest;
    }
    while (age > interval) {
      ring[this.#current] = new TDigest();
      this.#current = (this.#current + 1) % ring.length;
      this.#turned += interval;
      age -= interval;
    }
  }
}
