import type { Done } from "./schedule.ts";
import { none, type Step } from "./step.ts";

/**
 * The step that compares how many tests each runtime found. A runner takes a file whose tests it
 * never sees for a success, so equal counts are what shows that nothing was lost on the way.
 */
export function comparison(done: readonly Done[]): Step[] {
  const comparable = done.filter(({ step, outcome }) =>
    step.support?.what === "unit tests" && outcome.log !== undefined
  );
  if (comparable.length < 2 || comparable.some(({ outcome }) => outcome.failed > 0)) return [];

  const totals = comparable.map(({ outcome: { passed, skipped } }) => passed + skipped);
  const agree = new Set(totals).size === 1;
  const log = comparable.map(({ step }, index) => `${step.name}: ${totals[index]}`).join("\n");
  return [{
    name: "same tests on all runtimes",
    run: () => Promise.resolve({ ...none, [agree ? "passed" : "failed"]: 1, log }),
  }];
}
