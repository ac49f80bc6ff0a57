/** A thread that counts once, if it has a library, and ends. */
import process from "node:process";
import { workerData } from "node:worker_threads";

type EdgepromWorkers = typeof import("../../../src/workers.ts");

const specifier: string = "@edgeprom/edgeprom/workers";

if (workerData.contender === "edgeprom") {
  const { sharedRegistry }: EdgepromWorkers = await import(specifier);
  const registry = sharedRegistry();
  registry.counter({ name: "jobs", help: "Jobs." }).inc();
  registry.histogram({ name: "took", help: "Time." }).observe(1);
}
process.exit(0);
