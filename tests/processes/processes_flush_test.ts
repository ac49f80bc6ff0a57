import { milliseconds } from "../../src/model/clock.ts";
import process from "node:process";
import type { Gathering } from "../../src/core.ts";
import { ProcessAggregator } from "../../src/workers.ts";
import { until } from "../support/until.ts";
import { isTester, startProcess, type Worker } from "./real_processes.ts";

const tasks = {
  /** Counts each series once, says so, and exits as soon as it may. */
  countAndExit: async ({ jobs, served }: Worker, series: number) => {
    for (let id = 0; id < series; id++) jobs.inc({ id });
    await served.flush();
    process.exit(0);
  },
};

if (isTester(tasks)) {
  // Not imported by the workers, which are started without the flags of the test.
  const { assertEquals } = await import("@std/assert");
  const { test } = await import("node:test");

  for (const series of [1, 5000, 30_000]) {
    for (const busySeconds of [0, 1]) {
      const primary = busySeconds === 0 ? "a free primary" : `a primary busy for ${busySeconds} s`;
      test(`ProcessWorker.flush(): ${series} series reach ${primary} from a process that exits`, async () => {
        const aggregator = new ProcessAggregator();
        const child = startProcess(import.meta.url, "countAndExit", series);
        const exited = new Promise<unknown>((resolve) => child.once("exit", resolve));
        let blocked = false;
        aggregator.add(child);
        child.once("spawn", () => {
          // Long enough that the worker has counted, and wants to send.
          for (const end = milliseconds() + busySeconds * 1000; milliseconds() < end;);
          blocked = true;
        });
        assertEquals(await exited, 0);
        assertEquals(blocked, true);
        const { families } = await until(
          () => aggregator.gather(),
          ({ families }) => families.length > 0,
        );
        assertEquals(countsOf(families), [series, series]);
      });
    }
  }
}

/** The number of series, and the sum of their counts. */
function countsOf(families: Gathering["families"]): [series: number, sum: number] {
  const [jobs] = families;
  if (jobs?.type !== "counter") return [0, 0];
  return [jobs.labels.rows, jobs.values.reduce((sum, value) => sum + value, 0)];
}
