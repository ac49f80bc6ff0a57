import type { ProcessorMetrics } from "@edgeprom/edgeprom";
import { startStopwatch } from "./time.ts";

/** The steps of the pipeline, in their order: the values of the label `operator`. */
export const OPERATORS = [
  "validate",
  "filter",
  "deduplicate",
  "watermark",
  "tumbling_window",
  "sliding_window",
  "session_window",
  "aggregate",
  "totals",
  "normalize",
  "sink",
] as const;

/** Name of one step. */
export type Operator = typeof OPERATORS[number];

/** Runs the steps of the pipeline and measures each. */
export class OperatorChain {
  readonly #metrics: ProcessorMetrics;
  #open = false;

  constructor(metrics: ProcessorMetrics) {
    this.#metrics = metrics;
  }

  open(): void {
    this.#open = true;
    this.#metrics.setActiveOperators(OPERATORS.length);
  }

  close(): void {
    this.#open = false;
    this.#metrics.setActiveOperators(0);
  }

  /**
   * Does the work of an operator. Its time counts also if it fails. Throws if the chain is not
   * open.
   */
  run<Result>(operator: Operator, work: () => Result): Result {
    if (!this.#open) throw new Error(`The operator ${operator} is not running`);
    const elapsed = startStopwatch();
    try {
      return work();
    } finally {
      this.#metrics.observeOperatorDuration(operator, elapsed());
    }
  }
}
