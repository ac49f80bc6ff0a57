import type { Done } from "./schedule.ts";

/** How Deno, Node and Bun write the name of a test that failed. */
const spellings = [
  /^(.+) \.\.\. .*FAILED/,
  /^ *✖ (.+?) \([\d.]+ms\)/,
  /^\(fail\) (.+?)(?: \[.*\])?$/,
];

/**
 * What failed in a run, a step a line with the names of its tests. Steps run side by side and their
 * logs are long, so it comes last, next to the total.
 */
export function failures(done: readonly Done[]): string {
  return done.filter(({ outcome }) => outcome.failed > 0).map(({ step, outcome }) =>
    [`FAIL  ${step.name}`, ...namesIn(outcome.log ?? "").map((name) => `      ${name}`)].join("\n")
  ).join("\n");
}

function namesIn(log: string): string[] {
  const lines = log.split("\n");
  const names = spellings.flatMap((spelling) =>
    lines.flatMap((line) => spelling.exec(line)?.[1] ?? [])
  );
  return [...new Set(names)];
}
