/** How many tests ended how. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** What came of a step: its counts, a remark for its line, and the log of what ran. */
export interface Outcome extends Counts {
  readonly remark?: string;
  readonly log?: string;
}

/** A part of the run that is shown as one line. */
export interface Step {
  readonly name: string;
  /** What it says about a runtime, if it is about one. */
  readonly support?: Support;
  run(): Promise<Outcome>;
}

/**
 * What a step shows to work, and on which runtime: a cell of the table of support, which has a column
 * for some of it.
 */
export interface Support {
  readonly what: "unit tests" | "served app" | "installed" | "drop-in" | "wrapped";
  readonly on: string;
}

export const none: Counts = { passed: 0, failed: 0, skipped: 0 };

export function sum(counts: readonly Counts[]): Counts {
  return counts.reduce((total, { passed, failed, skipped }) => ({
    passed: total.passed + passed,
    failed: total.failed + failed,
    skipped: total.skipped + skipped,
  }), none);
}
