import { type ProcessorMetrics, ResultLabel } from "@edgeprom/edgeprom";
import { Aggregator } from "./aggregator.ts";
import { AirportTotals } from "./airport_totals.ts";
import { AlignedWindows } from "./aligned_windows.ts";
import { Deduplicator } from "./deduplicator.ts";
import { type Flight, readFlight } from "./flights.ts";
import { LayeredState } from "./layered_state.ts";
import { Normalizer } from "./normalizer.ts";
import { type Operator, OperatorChain } from "./operators.ts";
import type { FlightMessage } from "./replay.ts";
import type { AirportDay, RankedResult, WindowResult } from "./results.ts";
import { SessionWindows } from "./session_windows.ts";
import { InMemoryBackend } from "./state_backend.ts";
import { HOUR, startStopwatch } from "./time.ts";
import { Watermark } from "./watermark.ts";
import {
  type Alignment,
  type FiredWindow,
  HOURLY,
  TREND,
  WAVE_GAP,
  type Windows,
} from "./windows.ts";

/** The outputs of the processor. */
export interface Sink {
  window(result: WindowResult | RankedResult): void;
  day(day: AirportDay): void;
}

/**
 * How far behind the latest departure another may come. Most flights take less; the long ones are
 * late.
 */
const OUT_OF_ORDERNESS = 3 * HOUR;

/** How long a window still takes late events after the watermark has passed its end. */
const LATENESS = HOUR;

/** About nine days of flights. */
const DEDUPLICATION_ENTRIES = 2_000;

/**
 * Some 200 windows are open at a time: L1 holds more than half of them, L2 all and the airports'
 * totals.
 */
const LAYER_SIZES = { l1: 128, l2: 512 } as const;

/**
 * These airports are in Puerto Rico and on the Virgin Islands; the processor is about the fifty
 * states.
 */
const TERRITORIES: ReadonlySet<string> = new Set(["BQN", "SJU", "STT", "STX"]);

/** Takes flights one by one through all operators. */
export class StreamProcessor {
  readonly #metrics: ProcessorMetrics;
  readonly #sink: Sink;
  readonly #operators: OperatorChain;
  readonly #deduplicator: Deduplicator;
  readonly #watermark: Watermark;
  readonly #windows: readonly { readonly operator: Operator; readonly windows: Windows }[];
  readonly #aggregator: Aggregator;
  readonly #totals: AirportTotals;
  readonly #normalizer: Normalizer;

  constructor(sink: Sink, metrics: ProcessorMetrics) {
    const state = new LayeredState(new InMemoryBackend(metrics), LAYER_SIZES, metrics);
    this.#metrics = metrics;
    this.#sink = sink;
    this.#operators = new OperatorChain(metrics);
    this.#deduplicator = new Deduplicator(DEDUPLICATION_ENTRIES, metrics);
    this.#watermark = new Watermark(OUT_OF_ORDERNESS, metrics);
    this.#aggregator = new Aggregator(metrics);
    this.#totals = new AirportTotals(state);
    this.#normalizer = new Normalizer(LATENESS, state, this.#aggregator, metrics);
    const aligned = (alignment: Alignment) =>
      new AlignedWindows(alignment, LATENESS, state, metrics);
    const sessions = new SessionWindows(WAVE_GAP, LATENESS, state, metrics);
    this.#windows = [
      { operator: "tumbling_window", windows: aligned(HOURLY) },
      { operator: "sliding_window", windows: aligned(TREND) },
      { operator: "session_window", windows: sessions },
    ];
  }

  open(): void {
    this.#operators.open();
  }

  /**
   * Processes one flight and counts how it ended. What an operator throws is counted too and passed
   * on; after that the operators are closed.
   */
  process(message: FlightMessage): void {
    const elapsed = startStopwatch();
    let result: ResultLabel = ResultLabel.Error;
    this.#metrics.recordEventReceived();
    try {
      result = this.#handle(message);
    } catch (error) {
      this.#metrics.recordPipelineError("operator_failure");
      this.#operators.close();
      throw error;
    } finally {
      this.#metrics.recordEventProcessed(result, elapsed());
    }
  }

  /** Says that no flight follows: closes all windows and days, then the operators. */
  finish(): void {
    this.#watermark.finish();
    this.#closeWindows();
    this.#operators.close();
  }

  #handle({ line, shift, arrival }: FlightMessage): ResultLabel {
    const operators = this.#operators;
    const { flight: read, error } = operators.run("validate", () => readFlight(line));
    if (error !== undefined) {
      this.#metrics.recordPipelineError(error);
      return ResultLabel.Error;
    }
    const flight: Flight = { ...read, departure: read.departure + shift };

    if (!operators.run("filter", () => isWithinStates(flight))) return ResultLabel.Filtered;
    if (operators.run("deduplicate", () => this.#deduplicator.isDuplicate(flight))) {
      return ResultLabel.Dropped;
    }

    const before = this.#watermark.time;
    operators.run("watermark", () => this.#watermark.observe(flight.departure, arrival));
    const accepted = this.#addToWindows(flight);
    if (this.#watermark.time > before) this.#closeWindows();
    return accepted ? ResultLabel.Success : ResultLabel.Dropped;
  }

  /** Returns whether at least one window took the flight. */
  #addToWindows(flight: Flight): boolean {
    let accepted = 0;
    let late = false;
    for (const { operator, windows } of this.#windows) {
      const admission = this.#operators.run(
        operator,
        () => windows.add(flight, this.#watermark.time),
      );
      accepted += admission.accepted;
      late ||= admission.late;
    }
    if (late) this.#metrics.recordLateEvent();
    return accepted > 0;
  }

  #closeWindows(): void {
    const { time } = this.#watermark;
    for (const { operator, windows } of this.#windows) {
      const fired = this.#operators.run(operator, () => windows.fire(time));
      if (fired.length === 0) continue;
      const results = this.#operators.run(
        "aggregate",
        () => fired.map((it) => this.#summarize(it)),
      );
      const passedOn = windows.windowType === HOURLY.windowType ? this.#follow(results) : results;
      this.#operators.run("sink", () => passedOn.forEach((result) => this.#sink.window(result)));
    }
    const days = this.#operators.run("normalize", () => this.#normalizer.closeDays(time));
    if (days.length === 0) return;
    this.#operators.run("sink", () => days.forEach((day) => this.#sink.day(day)));
  }

  /** The hours are the base of what is stored about airports. */
  #follow(hours: readonly WindowResult[]): RankedResult[] {
    this.#operators.run("normalize", () => this.#normalizer.add(hours));
    return this.#operators.run("totals", () => this.#totals.add(hours));
  }

  #summarize({ windowType, origin, start, end, delays }: FiredWindow): WindowResult {
    return {
      windowType,
      origin,
      start,
      end,
      flights: this.#aggregator.compute("count", delays),
      totalDelay: this.#aggregator.compute("sum", delays),
      averageDelay: this.#aggregator.compute("avg", delays),
      longestDelay: this.#aggregator.compute("max", delays),
    };
  }
}

function isWithinStates({ origin, destination }: Flight): boolean {
  return !TERRITORIES.has(origin) && !TERRITORIES.has(destination);
}
