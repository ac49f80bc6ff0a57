import process from "node:process";
import { pause } from "./deferred.ts";

/** A function that collects all garbage at once, by what each engine has for it. */
export async function garbageCollector(): Promise<() => void> {
  const { Bun } = globalThis as { Bun?: { gc(synchronous: boolean): void } };
  if (Bun !== undefined) return () => Bun.gc(true);
  const [{ setFlagsFromString }, { runInNewContext }] = await Promise.all([
    import("node:v8"),
    import("node:vm"),
  ]);
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc");
}

/** The megabytes by which the heap is larger after a second run than after the first. */
export async function heapGrowth(run: () => Promise<void>): Promise<number> {
  const collect = await garbageCollector();
  const settled = async () => {
    await run();
    // What finalizers and closed streams hold goes with the next turns of the event loop.
    for (let time = 0; time < 3; time++) {
      collect();
      await pause(0.01);
    }
    return process.memoryUsage().heapUsed;
  };
  const first = await settled();
  return (await settled() - first) / 1e6;
}
