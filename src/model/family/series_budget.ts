import { display, RegistrationError } from "../errors.ts";

/** How many series there may be, and when they go. */
export interface CardinalityLimits {
  /** In one family, without its overflow series; 10,000 by default. `Infinity` is no limit. */
  readonly seriesPerFamily?: number;
  /** In all families together; 100,000 by default. `Infinity` is no limit. */
  readonly series?: number;
  /**
   * After how many seconds a series to which nobody records goes; never by default. It is looked
   * for at each gathering, so there is no timer. A child that was kept comes back with what it
   * holds as soon as somebody records to it.
   */
  readonly idleSeconds?: number;
  /** Told once for each family that has no room; writes a warning to the console by default. */
  readonly onOverflow?: (overflow: SeriesOverflow) => void;
}

/** A label set found no room. */
export interface SeriesOverflow {
  /** In this family. */
  readonly family: string;
  /** How many series there may be, in the family or in all. */
  readonly limit: number;
  /** The same in words, with what becomes of such label sets and what to do. */
  readonly message: string;
}

/**
 * The label of the series that takes what is recorded for label sets without room.
 *
 * Source: OpenTelemetry, "Metrics SDK", "Overflow attribute"; a dot becomes an underscore.
 */
export const overflowLabel = "otel_metric_overflow";

/** Refuses a family's own label of that name. */
export function checkLabelsForOverflow(family: string, labels: readonly string[]): void {
  if (!labels.includes(overflowLabel)) return;
  throw new RegistrationError(
    `${family}: label "${overflowLabel}" is for label sets without room; call yours otherwise`,
  );
}

const defaultPerFamily = 10_000;
/** As many counters with two labels take 19 MB (Node 24), and make a page of 6 MB. */
const defaultInAll = 100_000;

/** The series that all families of a registry have together. */
export class SeriesBudget {
  /** How many there may be. */
  readonly limit: number;
  /** How many there are, without those of overflows. */
  taken = 0;
  /** How often a label set found no room, by family; only grows. */
  readonly overflows: Map<string, number> = new Map();

  /** Nothing taken yet. */
  constructor({ series = defaultInAll }: CardinalityLimits = {}) {
    this.limit = series;
  }
}

/**
 * The share of one family.
 *
 * @example
 * ```ts
 * import { MetricsRegistry } from "@edgeprom/edgeprom";
 * import { assertEquals } from "@std/assert";
 *
 * const cardinality = { seriesPerFamily: 1, onOverflow: () => {} };
 * const visits = new MetricsRegistry({ cardinality })
 *   .counter({ name: "visits", help: "Visits.", labels: ["user"] });
 * for (const user of ["ann", "bob", "eve"]) visits.inc({ user });
 * assertEquals(visits.labels({ user: "bob" }).get(), 2); // with eve, in the overflow series
 * ```
 */
export class FamilyQuota {
  /** How many series the family may have. */
  readonly limit: number;
  /** After how many seconds a series is idle. */
  readonly idleSeconds: number;
  readonly #family: string;
  readonly #onOverflow: (overflow: SeriesOverflow) => void;
  #budget: SeriesBudget;
  #taken = 0;
  #hasWarned = false;

  /** A family without series. */
  constructor(family: string, budget: SeriesBudget, limits: CardinalityLimits = {}) {
    this.#family = family;
    this.#budget = budget;
    this.limit = limits.seriesPerFamily ?? defaultPerFamily;
    this.idleSeconds = limits.idleSeconds ?? Infinity;
    this.#onOverflow = limits.onOverflow ?? (() => {});
  }

  /** Whether there may be one more. */
  get hasRoom(): boolean {
    return this.#taken < this.limit && this.#budget.taken < this.#budget.limit;
  }

  /** Notes a series that was made. */
  take(): void {
    this.#taken++;
    this.#budget.taken++;
  }

  /** Notes a series that is gone. */
  release(): void {
    this.#taken--;
    this.#budget.taken--;
  }

  /** Notes a label set that found no room; the first one is told. */
  reportOverflow(): void {
    const { overflows } = this.#budget;
    overflows.set(this.#family, (overflows.get(this.#family) ?? 0) + 1);
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    const isOwn = this.#taken >= this.limit || this.#budget.taken < this.#budget.limit;
    const limit = isOwn ? this.limit : this.#budget.limit;
    const [where, option] = isOwn ? ["it", "seriesPerFamily"] : ["all families", "series"];
    const message = `${this.#family}: no room for further label sets, as ${where} may have ` +
      `${limit} series; they are counted together under ${overflowLabel}="true". Give its labels ` +
      `fewer values, which registry.cardinality() counts, or raise cardinality.${option}`;
    // Recording goes on, whatever becomes of the message.
    try {
      const outcome: unknown = this.#onOverflow({ family: this.#family, limit, message });
      if (outcome instanceof Promise) outcome.catch(() => {});
    } catch {
      return;
    }
  }

  /** Gives all of it back: the family is no longer on the page, and now has a budget of its own. */
  detach(): void {
    this.#budget.taken -= this.#taken;
    this.#budget = new SeriesBudget();
    this.#budget.taken = this.#taken;
  }
}

/**
 * Checks limits.
 *
 * @throws {RegistrationError} Naming the limit, its value and what is allowed.
 */
export function checkLimits(limits: CardinalityLimits): void {
  const { seriesPerFamily = 1, series = 1, idleSeconds = 1 } = limits;
  const isCount = (value: unknown) =>
    value === Infinity || (Number.isInteger(value) && value as number >= 1);
  const isTime = typeof idleSeconds === "number" && idleSeconds > 0;
  refuse("seriesPerFamily", seriesPerFamily, isCount(seriesPerFamily), "whole number from 1 up");
  refuse("series", series, isCount(series), "whole number from 1 up");
  refuse("idleSeconds", idleSeconds, isTime, "number of seconds above 0");
}

function refuse(name: string, value: unknown, isValid: boolean, expected: string): void {
  if (isValid) return;
  throw new RegistrationError(
    `cardinality.${name}: ${display(value)} must be a ${expected}, or Infinity`,
  );
}
