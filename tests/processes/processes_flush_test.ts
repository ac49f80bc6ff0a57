// A process of its own: its processes run this file again.
import process from "node:process";
import type { Gathering } from "../../src/core.ts";
import { ProcessAggregator } from "../../src/workers.ts";
import { within } from "../support/deferred.ts";
import { until } from "../support/until.ts";
import { exitOf, isTester, startProcess, type Worker } from "./real_processes.ts";

const tasks = {
  /** Counts each series once, says so, and exits as soon as it may. */
  countAndExit: async ({ jobs, served }: Worker, series: number) => {
    for (let id = 0; id < series; id++) jobs.inc({ id });
    await served.flush();
    process.exit(0);
  },
  /** Counts, and waits until the channel to the primary is closed, before it says so. */
  flushLate: async ({ jobs, served }: Worker) => {
    jobs.inc({ id: 1 });
    await served.flush();
    await new Promise<void>((resolve) => process.once("disconnect", () => resolve()));
    await Promise.all([served.flush(), served.flush()]);
    process.exit(0);
  },
  /** Counts, says so, and ends when nothing is left to do. */
  flushAndEnd: async ({ jobs, served }: Worker) => {
    jobs.inc({ id: 1 });
    await served.flush();
    process.disconnect?.();
  },
  /** Counts, says so again and again, and never ends. */
  flushAlways: async ({ jobs, served }: Worker, series: number) => {
    for (let id = 0; id < series; id++) jobs.inc({ id });
    for (;;) await served.flush();
  },
};

if (isTester(tasks)) {
  // Not imported by the workers, which are started without the flags of the test.
  const { assertEquals } = await import("@std/assert");
  const { test } = await import("node:test");

  // For good: it may come after the test in which the process died.
  globalThis.addEventListener?.("unhandledrejection", passOverHalfMessage);
  globalThis.addEventListener?.("error", passOverHalfMessage);

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
          // Long enough that the worker has counted, and wants to send. Its core is for the worker.
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, busySeconds * 1000);
          blocked = true;
        });
        assertEquals(await exited, 0);
        assertEquals(blocked, true);
        const { families } = await until(
          () => aggregator.gather(),
          ({ families }) => families.length > 0,
          10,
        );
        assertEquals(countsOf(families), [series, series]);
      });
    }
  }

  test("ProcessWorker.flush(): it resolves in a process that the primary has let go", async () => {
    const aggregator = new ProcessAggregator();
    const child = startProcess(import.meta.url, "flushLate");
    const exited = exitOf(child);
    aggregator.add(child);
    await until(async () => countsOf((await aggregator.gather()).families)[1], (sum) => sum === 1);
    child.disconnect();
    assertEquals(await exited, 0);
    assertEquals(countsOf((await aggregator.gather()).families), [1, 1]);
  });

  test("ProcessWorker.flush(): it leaves no timer behind that keeps a process alive", async () => {
    const aggregator = new ProcessAggregator();
    const child = startProcess(import.meta.url, "flushAndEnd");
    const exited = exitOf(child);
    aggregator.add(child);
    await new Promise<void>((resolve) => child.once("disconnect", () => resolve()));
    assertEquals(await within(4, exited), 0);
    assertEquals(countsOf((await aggregator.gather()).families), [1, 1]);
  });

  test("ProcessAggregator: a process that is killed in the middle of a message loses no counts", async () => {
    const aggregator = new ProcessAggregator();
    const series = 20_000;
    for (let round = 1; round <= 3; round++) {
      const child = startProcess(import.meta.url, "flushAlways", series);
      const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
      aggregator.add(child);
      const sum = async () => countsOf((await aggregator.gather()).families)[1];
      await until(sum, (all) => all === round * series);
      process.kill(child.pid!, "SIGKILL");
      await exited;
      assertEquals(countsOf((await aggregator.gather()).families), [series, round * series]);
    }
  });
}

/** Deno's `fork()` rejects a promise of its own if a process dies in the middle of a message. */
function passOverHalfMessage(event: PromiseRejectionEvent | ErrorEvent): void {
  const reason = "reason" in event ? event.reason : event.error;
  if (String(reason).includes("ipc stream closed")) event.preventDefault();
}

/** The number of series, and the sum of their counts. */
function countsOf(families: Gathering["families"]): [series: number, sum: number] {
  const [jobs] = families;
  if (jobs?.type !== "counter") return [0, 0];
  return [jobs.labels.rows, jobs.values.reduce((sum, value) => sum + value, 0)];
}
