/**
 * Runs every test on every runtime, the package as users install it, and the static checks.
 *
 *     deno task test                              everything
 *     deno task test http/ model/                 test files whose path contains a word
 *     deno task test scrape_test --runtime=deno   the same on one runtime, the quickest loop
 *     deno task check                             the static checks
 *     deno task check lint doc                    those whose name contains a word
 */
import { readFileSync } from "node:fs";
import process from "node:process";
import { parseArgs } from "node:util";
import { comparison } from "./runner/comparison.ts";
import { failures } from "./runner/failures.ts";
import { findAssert } from "./runner/import_map.ts";
import { show, total } from "./runner/report.ts";
import { matrix } from "./runner/runtimes.ts";
import { runAll } from "./runner/schedule.ts";
import { staticChecks } from "./runner/static_checks.ts";
import { problemOf, testFiles } from "./runner/selection.ts";
import { sum } from "./runner/step.ts";
import { suites } from "./runner/suites.ts";
import { readmeTable, supportTable } from "./runner/support_table.ts";

const { values: { check, runtime }, positionals: words } = parseArgs({
  allowPositionals: true,
  options: { check: { type: "boolean" }, runtime: { type: "string" } },
});

const runtimes = matrix.map(({ name }) => name);
if (!check) giveUpOn(problemOf({ words, runtime }, testFiles(), runtimes));

const assertSource = await findAssert();
console.log(assertSource.description);

const { steps, tidy } = suites({ words, runtime }, assertSource.flags);
const selected = words.length > 0 || runtime !== undefined;
const complete = !check && !selected;
const checks = staticChecks(assertSource.flags);
const wanted = check
  ? checks.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)))
  : [...steps, ...complete ? checks : []];
if (wanted.length === 0) {
  giveUpOn(
    check
      ? `no check is called ${words.join(" or ")}; there are ${
        checks.map(({ name }) => name).join(", ")
      }`
      : `none of these tests runs on ${runtime}`,
  );
}

// One more than the cores of a small machine: most steps wait for servers and timers now and then.
const done = await runAll(wanted, 3, show);
const afterwards = [
  ...comparison(done),
  ...complete ? [readmeTable(done, readFileSync("README.md", "utf8"))] : [],
];
done.push(...await runAll(afterwards, 1, show));
await tidy();
if (complete) console.log(`\n${supportTable(done)}\n`);

const failed = failures(done);
if (failed !== "") console.log(`${failed}\n`);

const counts = sum(done.map(({ outcome }) => outcome));
console.log(total(counts));
process.exitCode = counts.failed > 0 ? 1 : 0;

/** Ends the run with a problem of its arguments, if there is one. */
function giveUpOn(problem: string | undefined): void {
  if (problem === undefined) return;
  console.error(problem);
  process.exit(1);
}
