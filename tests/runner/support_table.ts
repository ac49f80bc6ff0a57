import { tableRows } from "./documents.ts";
import { matrix } from "./runtimes.ts";
import type { Done } from "./schedule.ts";
import { none, type Outcome, type Step, type Support } from "./step.ts";

const columns: readonly Support["what"][] = ["unit tests", "served app", "installed"];

/** What a cell of the table says: it works, it does not, it could not be had, there is no such. */
type Cell = "✓" | "✗" | "skipped" | "–";

/** The table of support as a run has filled it in, in Markdown. */
export function supportTable(done: readonly Done[]): string {
  const rows = matrix.map(({ title }) => [
    title,
    ...columns.map((what) => cellOf(done, what, title)),
  ]);
  return markdown([["", ...columns], ...rows]);
}

/**
 * The step that compares the table in a README with it. What was skipped says nothing against that,
 * and what failed has said so.
 */
export function readmeTable(done: readonly Done[], readme: string): Step {
  return {
    name: "table of runtimes in README",
    run: () => Promise.resolve(compare(done, readme)),
  };
}

function compare(done: readonly Done[], readme: string): Outcome {
  const section = readme.split(/^## /m).find((part) => part.startsWith("Runtimes\n")) ?? "";
  const [, , ...rows] = tableRows(section);
  const known = new Map(rows.map(([title, ...cells]) => [title, cells]));
  const differences = matrix.flatMap(({ title }) =>
    columns.filter((what, column) => {
      const cell = cellOf(done, what, title);
      return (cell === "✓" || cell === "–") && cell !== known.get(title)?.[column];
    }).map((what) => `${title}: ${what}`)
  );
  const titles = matrix.map(({ title }) => title);
  differences.push(...[...known.keys()].filter((title) => !titles.includes(title)));
  const log = `${differences.join("\n")}\n\nThis run has shown:\n\n${supportTable(done)}`;
  return { ...none, [differences.length === 0 ? "passed" : "failed"]: 1, log };
}

function cellOf(done: readonly Done[], what: Support["what"], title: string): Cell {
  const outcome = done.find(({ step: { support } }) =>
    support?.what === what && support.on === title
  )?.outcome;
  if (outcome === undefined) return "–";
  if (outcome.failed > 0) return "✗";
  return outcome.passed > 0 ? "✓" : "skipped";
}

function markdown([head, ...rows]: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) =>
    Math.max(3, ...[head, ...rows].map((row) => row[column].length))
  );
  const line = (cells: readonly string[], fill = " ") =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column], fill)).join(" | ")} |`;
  return [line(head), line(head.map(() => ""), "-"), ...rows.map((row) => line(row))].join("\n");
}
