/** A thread that counts once and exits; without a library, it only posts as much shared memory. */
import process from "node:process";
import { BroadcastChannel, workerData } from "node:worker_threads";

type EdgepromWorkers = typeof import("../../../src/workers.ts");

const specifier: string = "@edgeprom/edgeprom/workers";

if (workerData.contender === "edgeprom") {
  const { sharedRegistry }: EdgepromWorkers = await import(specifier);
  const registry = sharedRegistry();
  registry.counter({ name: "jobs", help: "Jobs." }).inc();
  registry.histogram({ name: "took", help: "Time." }).observe(1);
} else {
  const memory = () => new SharedArrayBuffer(4096, { maxByteLength: 64 * 2 ** 20 });
  const channel = new BroadcastChannel("floor");
  channel.unref();
  channel.postMessage([memory(), memory(), memory()]);
}
process.exit(0);
