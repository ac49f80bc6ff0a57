import type { Finished } from "./command.ts";
import { none, type Outcome } from "./step.ts";

/** How a test runner spells each count; several patterns are added up. */
interface Spelling {
  readonly passed: readonly RegExp[];
  readonly failed: readonly RegExp[];
  readonly skipped: readonly RegExp[];
}

export const denoTest: Spelling = {
  passed: [/\| (\d+) passed/],
  failed: [/\| (\d+) failed/],
  skipped: [/\| (\d+) ignored/],
};

export const nodeTest: Spelling = {
  passed: [/^ℹ pass (\d+)/m],
  failed: [/^ℹ fail (\d+)/m, /^ℹ cancelled (\d+)/m],
  skipped: [/^ℹ skipped (\d+)/m, /^ℹ todo (\d+)/m],
};

export const bunTest: Spelling = {
  passed: [/^ *(\d+) pass$/m],
  failed: [/^ *(\d+) fail$/m, /^ *(\d+) errors?$/m],
  skipped: [/^ *(\d+) skip$/m, /^ *(\d+) todo$/m],
};

/**
 * The counts that a test runner printed. One that failed, or found no test, counts at least one
 * failure.
 */
export function counted({ success, output }: Finished, spelling: Spelling): Outcome {
  const count = (patterns: readonly RegExp[]) =>
    patterns.reduce((total, pattern) => total + Number(output.match(pattern)?.[1] ?? 0), 0);
  const counts = {
    passed: count(spelling.passed),
    failed: count(spelling.failed),
    skipped: count(spelling.skipped),
  };
  const fine = success && Object.values(counts).some((number) => number > 0);
  return { ...counts, failed: fine ? counts.failed : Math.max(counts.failed, 1), log: output };
}

/** A command that is one test by itself. */
export function single({ success, output }: Finished): Outcome {
  return { ...none, [success ? "passed" : "failed"]: 1, log: output };
}
