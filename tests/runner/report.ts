import type { Done } from "./schedule.ts";
import type { Counts } from "./step.ts";

/** One line a step; what failed shows its log below. */
export function show({ step, outcome, seconds }: Done): void {
  const mark = outcome.failed > 0 ? "FAIL" : outcome.passed > 0 ? "ok" : "skip";
  const remark = outcome.remark ? `  (${outcome.remark})` : "";
  const time = `${seconds.toFixed(1)} s`.padStart(7);
  console.log(`${mark.padEnd(4)}  ${step.name.padEnd(28)} ${time}   ${brief(outcome)}${remark}`);
  if (outcome.failed > 0 && outcome.log) console.log(outcome.log.trim().replace(/^/gm, "      | "));
}

/** The last line of a run, in the form that is easy to find by a program. */
export function total({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

function brief({ passed, failed, skipped }: Counts): string {
  const some = Object.entries({ passed, failed, skipped }).filter(([, count]) => count > 0);
  return some.map(([word, count]) => `${count} ${word}`).join(", ");
}
