/**
 * The simulation in its full size, against an aggregator that is a process and is killed:
 *
 *     deno task simulate [--clients=1000] [--flushes=20] [--kills=50] [--seed=N] [--runtime=deno]
 *
 * The runtime is `deno`, `bun`, `node22` or `node24`, or `here`: then it crashes in this process, and
 * there may be several, such as `--shards=3`. With the same seed the same clients count the
 * same, and the network does the same to their requests.
 */
import process from "node:process";
import { parseArgs } from "node:util";
import { simulateHere } from "./local_simulation.ts";
import { simulateProcess } from "./process_simulation.ts";

const { values } = parseArgs({
  options: {
    clients: { type: "string", default: "1000" },
    flushes: { type: "string", default: "20" },
    kills: { type: "string", default: "50" },
    together: { type: "string", default: "40" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 1e9)) },
    runtime: { type: "string", default: "deno" },
    shards: { type: "string", default: "1" },
  },
});
const { runtime } = values;
const [clients, flushes, kills, together, seed, shards] =
  (["clients", "flushes", "kills", "together", "seed", "shards"] as const).map((name) =>
    Number(values[name])
  );
const again = `deno task simulate --seed=${seed} --clients=${clients} --flushes=${flushes} ` +
  `--kills=${kills} --together=${together} --runtime=${runtime} --shards=${shards}`;
console.log(again);
const { problems, ...report } = runtime === "here"
  ? await simulateHere({ seed, clients, flushes, shards })
  : await simulateProcess({ seed, clients, flushes, kills, together, runtime });
console.log(JSON.stringify(report, undefined, 2));
if (problems.length > 0) {
  for (const problem of problems) console.error(`- ${problem}`);
  console.error(`${problems.length} problems; again: ${again}`);
  process.exitCode = 1;
} else {
  console.log("every number is the truth");
}
