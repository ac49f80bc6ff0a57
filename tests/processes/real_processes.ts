import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { type CounterFamily, MetricsRegistry } from "../../src/core.ts";
import { type ProcessWorker, serveProcess } from "../../src/workers.ts";

/** What a task gets: the worker's counter and the connection to its primary. */
export interface Worker {
  readonly jobs: CounterFamily<{ id: string | number }>;
  readonly served: ProcessWorker;
}

/** The tasks of a process, by name. They are in the test file itself, because test files are bundled. */
export type Tasks = Readonly<Record<string, (worker: Worker, argument: number) => unknown>>;

const variable = "EDGEPROM_TEST_TASK";

/** Starts a process that runs a test file again, and there a task. */
export function startProcess(url: string, task: string, argument = 0): ChildProcess {
  const env = { ...process.env, [variable]: `${task} ${argument}` };
  return fork(fileURLToPath(url), { env });
}

/** Runs the task, if this is such a process. Returns whether it is the one that tests. */
export function isTester(tasks: Tasks): boolean {
  const [task, argument] = (process.env[variable] ?? "").split(" ");
  if (tasks[task] === undefined) return true;
  const registry = new MetricsRegistry({ cardinality: { seriesPerFamily: 100_000 } });
  const jobs = registry.counter({ name: "jobs", help: "Jobs.", labels: ["id"] });
  tasks[task]({ jobs, served: serveProcess(registry) }, Number(argument));
  return false;
}

/** Waits for a process to exit. Resolves with its code. */
export async function exitOf(child: ChildProcess): Promise<number | null> {
  return child.exitCode ?? (await once(child, "exit"))[0];
}
