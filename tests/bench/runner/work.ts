import { join } from "node:path";
import { run } from "../../runner/command.ts";
import { type ContenderName, contenderNames } from "../contenders/library.ts";
import type { Measurement } from "../measure/operation.ts";
import type { Task } from "../worker.ts";
import type { Runtime } from "./runtimes.ts";

/** How to measure, from the command line. */
export interface Plan {
  readonly rounds: number;
  readonly milliseconds: number;
  /** The source of a regular expression that the names of operations match. */
  readonly only: string;
}

/** A suite, with the names of its operations if they are known before it runs. */
interface SuiteCall {
  readonly suite: Task["suite"];
  readonly operation?: string;
  /** The contenders that have a process of their own; otherwise all share one. */
  readonly alone?: readonly ContenderName[];
  /** Whether it takes so long that it runs only if `--only` asks for it. */
  readonly isLong?: boolean;
}

const libraries = contenderNames.filter((name) => name !== "floor");

const suites: readonly SuiteCall[] = [
  { suite: "recording" },
  { suite: "shared recording" },
  { suite: "scraping" },
  { suite: "scrape steps" },
  { suite: "requests" },
  { suite: "probing" },
  { suite: "snappy" },
  { suite: "parallel" },
  { suite: "stall", operation: "event loop stall, scrape of 100 k counters" },
  { suite: "push" },
  { suite: "push stall", operation: "event loop stall, push of 100 k counters" },
  { suite: "aggregation" },
  { suite: "aggregation sizes", operation: "memory of a client, of a series, bytes of a flush" },
  { suite: "heap of series", operation: "heap a series, 100 k with 2 labels", alone: libraries },
  {
    suite: "heap of scrapes",
    operation: "heap growth, 1,000 scrapes of 10 k counters",
    alone: ["edgeprom"],
  },
  {
    suite: "heap of label values",
    operation: "heap growth, 1 M values of a label",
    alone: ["edgeprom"],
  },
  {
    suite: "soak",
    operation: "memory growth, 1,000 short-lived threads",
    alone: ["edgeprom", "floor"],
    isLong: true,
  },
];

/** Runs the suites on a runtime, each in a fresh process. */
export async function measure(
  runtime: Runtime,
  folder: string,
  plan: Plan,
): Promise<Measurement[]> {
  const wanted = suites.filter(({ operation, isLong = false }) =>
    operation === undefined || (new RegExp(plan.only).test(operation) && (!isLong || plan.only))
  );
  const results: Measurement[] = [];
  for (const { suite, alone } of wanted) {
    for (const contender of alone ?? [undefined]) {
      const task: Task = { suite, contender, runtime: runtime.name, ...plan };
      results.push(...await inWorker(runtime, folder, task));
    }
  }
  return results;
}

async function inWorker(runtime: Runtime, folder: string, task: Task): Promise<Measurement[]> {
  const script = [...runtime.flags, join(folder, "worker.mjs"), JSON.stringify(task)];
  const { success, output } = await run(runtime.executable, script, 1800);
  const line = output.trimEnd().split("\n").at(-1) ?? "";
  if (success && line.startsWith("[")) return JSON.parse(line);
  console.log(`${task.suite} on ${runtime.name} ${task.contender ?? ""} failed:\n${output}`);
  return [];
}
