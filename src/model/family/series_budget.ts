import { RegistrationError } from "../errors.ts";
import { aCount, aFunction, aPositiveNumber, checkOptions } from "../options.ts";
import { callListener } from "../platform/thenable.ts";

/**
 * Limits on the number of series, and when idle series expire.
 *
 * @category Registry
 */
export interface CardinalityLimits {
  /** Maximum in a family, without its overflow series; 10,000 by default, `Infinity` for none. */
  readonly seriesPerFamily?: number;
  /** Maximum in all families together; 100,000 by default, `Infinity` for none. */
  readonly series?: number;
  /**
   * Seconds after which a series to which nobody records expires; never by default. Each gathering
   * checks it, so there is no timer. If the series is recorded to again, it comes back: with all
   * that it has counted if somebody keeps its child; otherwise it depends on whether the child was
   * collected as garbage, and if so it begins at 0 with a new time of creation.
   */
  readonly idleSeconds?: number;
  /** Called once for each family without room; writes a warning to the console by default. */
  readonly onOverflow?: (overflow: SeriesOverflow) => void;
}

/**
 * A label set without room.
 *
 * @category Registry
 */
export interface SeriesOverflow {
  /** The name of its family. */
  readonly family: string;
  /** The limit that was reached: that of the family, of all, or of characters at an aggregator. */
  readonly limit: number;
  /** A description, with what becomes of such label sets and what to do. */
  readonly message: string;
}

/**
 * The label of the overflow series, which stands for all label sets without room.
 *
 * Source: OpenTelemetry, "Metrics SDK", "Overflow attribute"; a dot becomes an underscore.
 */
export const overflowLabel = "otel_metric_overflow";

/** Refuses a family's own label of that name. */
export function refuseOverflowLabel(family: string): never {
  throw new RegistrationError(
    `${family}: label "${overflowLabel}" is for label sets without room; call yours otherwise`,
  );
}

const defaultPerFamily = 10_000;
/** So many counters with two labels take 15 MB (Node 24), and a page of 6 MB. */
const defaultInAll = 100_000;

/** The number of series in all families of a registry, and its limit. */
export class SeriesBudget {
  /** Maximum number of series. */
  readonly limit: number;
  /** Number of series, without overflow series. */
  taken = 0;
  /** Number of look-ups without room for their label set, by family; it grows until a reset. */
  readonly overflows: Map<string, number> = new Map();

  /** A budget without series. */
  constructor({ series = defaultInAll }: CardinalityLimits = {}) {
    this.limit = series;
  }
}

/**
 * The quota of a family: its own limit, within the budget of its registry.
 *
 * @example
 * ```ts
 * import { MetricsRegistry } from "@edgeprom/edgeprom";
 * import { assertEquals } from "@std/assert";
 *
 * const cardinality = { seriesPerFamily: 1, onOverflow: () => {} };
 * const visits = new MetricsRegistry({ cardinality })
 *   .counter({ name: "visits_total", help: "Visits.", labels: ["user"] });
 * for (const user of ["ann", "bob", "eve"]) visits.inc({ user });
 * assertEquals(visits.labels({ user: "bob" }).get(), 2); // with eve, in the overflow series
 * ```
 */
export class FamilyQuota {
  /** Maximum number of series in the family. */
  readonly limit: number;
  /** Seconds without a recording after which a series is idle. */
  readonly idleSeconds: number;
  readonly #family: string;
  readonly #onOverflow: ((overflow: SeriesOverflow) => void) | undefined;
  #budget: SeriesBudget;
  #taken = 0;
  #hasWarned = false;

  /** A family without series. */
  constructor(family: string, budget: SeriesBudget, limits: CardinalityLimits = {}) {
    this.#family = family;
    this.#budget = budget;
    this.limit = limits.seriesPerFamily ?? defaultPerFamily;
    this.idleSeconds = limits.idleSeconds ?? Infinity;
    this.#onOverflow = limits.onOverflow;
  }

  /** Whether there is room for one more series. */
  get hasRoom(): boolean {
    return this.#taken < this.limit && this.#budget.taken < this.#budget.limit;
  }

  /** Counts a new series. */
  take(): void {
    this.#taken++;
    this.#budget.taken++;
  }

  /** Counts a series off. */
  release(): void {
    this.#taken--;
    this.#budget.taken--;
  }

  /** Counts a look-up without room. */
  countOverflow(): void {
    const { overflows } = this.#budget;
    overflows.set(this.#family, (overflows.get(this.#family) ?? 0) + 1);
  }

  /** Counts a look-up without room; the first one is reported to the listener. */
  reportOverflow(): void {
    this.countOverflow();
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    const isOwn = this.#taken >= this.limit || this.#budget.taken < this.#budget.limit;
    const limit = isOwn ? this.limit : this.#budget.limit;
    const [owner, option] = isOwn ? ["it", "seriesPerFamily"] : ["all families", "series"];
    const message = `${this.#family}: no room for further label sets, as ${owner} may have ` +
      `${limit} series; they are counted together under ${overflowLabel}="true". Give its labels ` +
      `fewer values, which registry.cardinality() counts, or raise cardinality.${option}`;
    callListener(() => this.#onOverflow?.({ family: this.#family, limit, message }));
  }

  /** Forgets all look-ups without room; the next one is reported again. */
  forgetOverflows(): void {
    this.#budget.overflows.delete(this.#family);
    this.#hasWarned = false;
  }

  /** Returns all series to the budget; the family, no longer exposed, gets a budget of its own. */
  detach(): void {
    this.#budget.taken -= this.#taken;
    this.#budget = new SeriesBudget();
    this.#budget.taken = this.#taken;
  }
}

/**
 * Checks limits.
 *
 * @throws {RegistrationError} If a limit is not valid; names it, its value and what is allowed.
 */
export function checkLimits(limits: CardinalityLimits): void {
  checkOptions<CardinalityLimits>("cardinality", limits, {
    seriesPerFamily: aCount,
    series: aCount,
    idleSeconds: aPositiveNumber,
    onOverflow: aFunction,
  });
}
