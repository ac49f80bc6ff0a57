/**
 * Runs what there is to run: every test on every runtime, the package as users install it, and the
 * static checks.
 *
 *     deno task test                        everything
 *     deno task test core/ --runtime=bun    test files whose path has "core/", on one runtime
 *     deno task check                       the static checks only
 */
import { readFileSync } from "node:fs";
import process from "node:process";
import { parseArgs } from "node:util";
import { comparison } from "./runner/comparison.ts";
import { findAssert } from "./runner/import_map.ts";
import { show, total } from "./runner/report.ts";
import { runAll } from "./runner/schedule.ts";
import { staticChecks } from "./runner/static_checks.ts";
import { sum } from "./runner/step.ts";
import { suites } from "./runner/suites.ts";
import { readmeTable, supportTable } from "./runner/support_table.ts";

const { values: { check, runtime }, positionals: words } = parseArgs({
  allowPositionals: true,
  options: { check: { type: "boolean" }, runtime: { type: "string" } },
});

const assertSource = await findAssert();
console.log(assertSource.description);

const { steps, tidy } = suites({ words, runtime }, assertSource.flags);
const selected = words.length > 0 || runtime !== undefined;
const complete = !check && !selected;
const wanted = [
  ...check ? [] : steps,
  ...selected ? [] : staticChecks(assertSource.flags),
];
if (wanted.length === 0) {
  console.error("No test matches");
  process.exit(1);
}

const done = await runAll(wanted, 2, show);
const afterwards = [
  ...comparison(done),
  ...complete ? [readmeTable(done, readFileSync("README.md", "utf8"))] : [],
];
done.push(...await runAll(afterwards, 1, show));
await tidy();
if (complete) console.log(`\n${supportTable(done)}\n`);

const counts = sum(done.map(({ outcome }) => outcome));
console.log(total(counts));
process.exitCode = counts.failed > 0 ? 1 : 0;
