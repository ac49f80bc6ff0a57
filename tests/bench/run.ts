/**
 * Measures edgeprom beside its peers and beside no library at all, on every runtime.
 *
 *     deno task bench                              everything; about 45 minutes on a quiet machine
 *     deno task bench --json results.json          also writes the measurements
 *     deno task bench --runtime=node24 --only=inc  one runtime, operations whose names match
 *     deno task bench --only=cold                  fresh processes: definitions and first pages
 *     deno task bench --only=short-lived           1,000 threads in a row, which is not in the rest
 *     deno task bench --quick                      few rounds, for development; not for quoting
 *
 * It ends with the project's targets. A target that is not reached is no failure of the run.
 */
import { writeFileSync } from "node:fs";
import process from "node:process";
import { parseArgs } from "node:util";
import type { Measurement } from "./measure/operation.ts";
import { coldStarts } from "./runner/cold.ts";
import { load } from "./runner/load.ts";
import { bundleSizes, importTimes } from "./runner/loading.ts";
import { machine } from "./runner/machine.ts";
import { findRuntimes } from "./runner/runtimes.ts";
import { stage } from "./runner/stage.ts";
import { table } from "./runner/table.ts";
import { targetTable } from "./runner/targets.ts";
import { measure, type Plan } from "./runner/work.ts";
import { workerStarts } from "./runner/worker_start.ts";

const { values: { json, runtime: name, only = "", quick = false } } = parseArgs({
  options: {
    json: { type: "string" },
    runtime: { type: "string" },
    only: { type: "string" },
    quick: { type: "boolean" },
  },
});
const plan: Plan = quick
  ? { rounds: 3, milliseconds: 10, only }
  : { rounds: 7, milliseconds: 30, only };

const runtimes = await findRuntimes(name);
if (runtimes.length === 0) throw new Error(`there is no runtime ${name ?? ""}`);
console.log(machine(runtimes));
if (quick) console.log("QUICK: few and short rounds. These figures are not for quoting.");

const folderOf = await stage(runtimes.map((runtime) => runtime.name));
const results: Measurement[] = [];
for (const runtime of runtimes) {
  const folder = folderOf(runtime.name);
  for (const part of [measure, load, importTimes, coldStarts]) {
    results.push(...await part(runtime, folder, plan));
  }
  show(table(results, runtime.name));
}
results.push(...await workerStarts(folderOf(runtimes[0].name), plan));
show(table(results, "workerd"));
results.push(...await bundleSizes(folderOf(runtimes[0].name), plan));
show(table(results, "esbuild"));
show(targetTable(results));
if (json !== undefined) writeFileSync(json, `${JSON.stringify(results, null, 2)}\n`);
process.exit(0);

/** Prints a table, unless it is a header alone. */
function show(table: string): void {
  if (table.includes("\n")) console.log(`\n${table}`);
}
