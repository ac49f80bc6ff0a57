import type { LabelSet } from "../../model/family/labels.ts";
import { format } from "./inspect.ts";
import type { KeptCell } from "./kept_cell.ts";
import { isLabelSet, noLabels } from "./label_set.ts";
import type { MetricConfiguration } from "./metric_types.ts";
import { startClock, startPerformanceClock } from "./timer.ts";
import { type ValueCell, ValuedMetric } from "./valued_metric.ts";

/** The gauge of one series. Its methods may be taken off the object. */
export interface GaugeChild {
  /** Adds to the series; 1 by default. Throws as the gauge does. */
  inc(value?: number): void;
  /** Subtracts from the series; 1 by default. Throws as the gauge does. */
  dec(value?: number): void;
  /** Sets the series. Throws as the gauge does. */
  set(value: number): void;
  /** Sets the series to the time in seconds since 1970. */
  setToCurrentTime(): void;
  /** Starts a timer; the end may add labels. */
  startTimer(): (labels?: LabelSet) => number;
}

/** A gauge as the clients have it. */
export abstract class ClientGauge<Labels extends string = string> extends ValuedMetric<Labels> {
  readonly type = "gauge";

  /** A gauge, in the registries of its configuration. Throws as {@linkcode ClientMetric}. */
  constructor(config: MetricConfiguration<Labels>) {
    super(config);
    this.enter();
  }

  /**
   * Sets a series.
   *
   * @throws {TypeError} If the value is no number.
   * @throws {Error} If a label is unknown.
   */
  set(labels: LabelSet | number, value?: number): void {
    const set = isLabelSet(labels) ? labels : noLabels;
    const to = isLabelSet(labels) ? value : labels;
    const cell = typeof to === "number"
      ? this.cells.only(set) ?? this.cells.recall(set)
      : undefined;
    (cell ?? this.itself.#opened(set, to, "Value")).value = to as number;
  }

  /** Adds to a series; 1 by default. Throws as {@linkcode ClientGauge.set}. */
  inc(labels?: LabelSet | number | null, value?: number | null): void {
    this.itself.#add(labels, value, false);
  }

  /** Subtracts from a series; 1 by default. Throws as {@linkcode ClientGauge.set}. */
  dec(labels?: LabelSet | number | null, value?: number | null): void {
    this.itself.#add(labels, value, true);
  }

  /** Sets a series to the time in seconds since 1970. */
  setToCurrentTime(labels?: LabelSet): void {
    const now = Date.now() / 1000;
    if (labels === undefined) this.set(now);
    else this.set(labels, now);
  }

  /**
   * Starts a timer. Its end sets a series to the seconds since then, and returns them; it may add
   * labels, and may come several times.
   */
  startTimer(labels?: LabelSet): (labels?: LabelSet) => number {
    const isPerformance = this.profile.gaugeClock === "performance.now";
    const seconds = isPerformance ? startPerformanceClock() : startClock();
    return (endLabels) => {
      const value = seconds();
      this.set({ ...labels, ...endLabels }, value);
      return value;
    };
  }

  /**
   * The gauge of one series, which has the labels, or their values by position.
   *
   * @throws {Error} If a label is unknown.
   */
  labels(...given: readonly unknown[]): GaugeChild {
    const { set, inc, dec } = ClientGauge.prototype;
    // A class that extends this one, or a program, may have put other methods in their place.
    const isOwn = this.set === set && this.inc === inc && this.dec === dec;
    const { itself } = this;
    if (given[0] === null || !isOwn) return itself.#boundTo(given);
    const kept = this.keep(given, true);
    const { labels } = kept;
    return {
      inc: (value) => {
        itself.#openedKept(kept, value = itself.#deltaOf(value, false), "Delta").value += value;
      },
      dec: (value) => {
        itself.#openedKept(kept, value = itself.#deltaOf(value, true), "Delta").value += value;
      },
      set: (value) => {
        itself.#openedKept(kept, value, "Value").value = value;
      },
      setToCurrentTime: () => itself.setToCurrentTime(labels),
      startTimer: () => itself.startTimer(labels),
    };
  }

  /** A child that calls the methods of the gauge. `null` is no label set, and so is the value. */
  #boundTo(given: readonly unknown[]): GaugeChild {
    const labels = given[0] === null ? null as never : this.keep(given, true).labels;
    return {
      inc: (value) => this.inc(labels, value),
      dec: (value) => this.dec(labels, value),
      set: (value) => this.set(labels, value),
      setToCurrentTime: () => this.setToCurrentTime(labels),
      startTimer: () => this.startTimer(labels),
    };
  }

  #add(labels: unknown, value: unknown, isNegative: boolean): void {
    const set = isLabelSet(labels) ? labels : noLabels;
    const delta = this.#deltaOf(isLabelSet(labels) ? value : labels, isNegative);
    const cell = typeof delta === "number"
      ? this.cells.only(set) ?? this.cells.recall(set)
      : undefined;
    (cell ?? this.itself.#opened(set, delta, "Delta")).value += delta;
  }

  /** What is added. It is negated before it is checked, as in the clients: `dec("5")` takes 5 off. */
  #deltaOf(value: unknown, isNegative: boolean): number {
    const isOne = value === undefined || value === null && this.profile.countsNullAsOne;
    const by = isOne ? 1 : value as number;
    return isNegative ? -by : by;
  }

  /** The series of a label set, made if there is none, after both were checked. */
  #opened(labels: LabelSet, value: unknown, kind: "Value" | "Delta"): ValueCell {
    checkNumber(value, kind);
    this.checkLabels(labels);
    return this.cells.open(labels);
  }

  #openedKept(kept: KeptCell<ValueCell>, value: unknown, kind: "Value" | "Delta"): ValueCell {
    checkNumber(value, kind);
    return kept.open();
  }
}

function checkNumber(value: unknown, kind: "Value" | "Delta"): void {
  if (typeof value !== "number") {
    throw new TypeError(`${kind} is not a valid number: ${format(value)}`);
  }
}
