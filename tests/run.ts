/**
 * Runs what there is to run: the static checks, then every test on every runtime.
 *
 *     deno task test                        everything
 *     deno task test core/ --runtime=bun    test files whose path has "core/", on one runtime
 *     deno task check                       the static checks only
 */
import process from "node:process";
import { parseArgs } from "node:util";
import { comparison } from "./runner/comparison.ts";
import { findAssert } from "./runner/import_map.ts";
import { show, total } from "./runner/report.ts";
import { runAll } from "./runner/schedule.ts";
import { staticChecks } from "./runner/static_checks.ts";
import { sum } from "./runner/step.ts";
import { suites } from "./runner/suites.ts";

const { values: { check, runtime }, positionals: words } = parseArgs({
  allowPositionals: true,
  options: { check: { type: "boolean" }, runtime: { type: "string" } },
});

const assertSource = await findAssert();
console.log(assertSource.description);

const { steps, tidy } = suites({ words, runtime }, assertSource.flags);
const selected = words.length > 0 || runtime !== undefined;
const wanted = [
  ...check ? [] : steps,
  ...selected ? [] : staticChecks(assertSource.flags),
];
if (wanted.length === 0) {
  console.error("No test matches");
  process.exit(1);
}

const done = await runAll(wanted, 2, show);
done.push(...await runAll(comparison(done), 1, show));
await tidy();

const counts = sum(done.map(({ outcome }) => outcome));
console.log(total(counts));
process.exitCode = counts.failed > 0 ? 1 : 0;
