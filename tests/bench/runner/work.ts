import { join } from "node:path";
import { run } from "../../runner/command.ts";
import { dropInNames } from "../contenders/drop_in.ts";
import { type ContenderName, familyNames } from "../contenders/library.ts";
import { type Measurement, measurement } from "../measure/operation.ts";
import { clientMemoryOperations, memorySubjects } from "../suites/client_memory.ts";
import { clientTargets } from "../suites/clients.ts";
import { collectorOperations, shapes } from "../suites/collectors.ts";
import { largeFormats, largeOperations } from "../suites/large_pages.ts";
import { memoryOperations } from "../suites/memory.ts";
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
  readonly operations?: readonly string[];
  /** What the suite is run for. */
  readonly variant?: string;
  /** Whether each round has a process of its own, as some of it happens once in a process. */
  readonly isCold?: boolean;
  /** The contenders that have a process of their own; otherwise all share one. */
  readonly alone?: readonly ContenderName[];
  /** Whether it takes so long that it runs only if `--only` asks for it. */
  readonly isLong?: boolean;
}

const suites: readonly SuiteCall[] = [
  { suite: "recording" },
  { suite: "shared recording" },
  { suite: "scraping" },
  { suite: "scrape steps" },
  { suite: "requests" },
  { suite: "probing" },
  { suite: "snappy" },
  { suite: "parallel" },
  { suite: "stall", operations: ["event loop stall, scrape of 100 k counters"] },
  ...largeFormats.map((format) => ({
    suite: "large pages" as const,
    operations: largeOperations(format),
    variant: format,
    isCold: true,
  })),
  ...shapes.map((shape) => ({
    suite: "collectors" as const,
    operations: collectorOperations(shape),
    variant: shape,
    isCold: true,
  })),
  { suite: "push" },
  { suite: "push stall", operations: ["event loop stall, push of 100 k counters"] },
  { suite: "aggregation" },
  { suite: "aggregation sizes", operations: ["memory of a client, of a series, bytes of a flush"] },
  { suite: "clients", operations: clientTargets.map(({ operation }) => operation) },
  ...memorySubjects.map((subject) => ({
    suite: "memory of clients" as const,
    operations: clientMemoryOperations(subject),
    variant: subject,
    alone: dropInNames,
  })),
  { suite: "memory of series", operations: memoryOperations, alone: ["edgeprom", ...familyNames] },
  {
    suite: "heap of scrapes",
    operations: ["heap growth, 1,000 scrapes of 10 k counters"],
    alone: ["edgeprom"],
  },
  {
    suite: "heap of label values",
    operations: ["heap growth, 1 M values of a label"],
    alone: ["edgeprom"],
  },
  {
    suite: "soak",
    operations: ["memory growth, 1,000 short-lived threads"],
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
  const isWanted = (name: string) => new RegExp(plan.only).test(name);
  const wanted = suites.filter(({ operations, isLong = false }) =>
    operations === undefined || (operations.some(isWanted) && (!isLong || plan.only))
  );
  const results: Measurement[] = [];
  for (const { suite, variant, alone, isCold = false } of wanted) {
    for (const contender of alone ?? [undefined]) {
      const processes: Measurement[][] = [];
      while (processes.length < (isCold ? coldProcesses(plan) : 1)) {
        const rounds = isCold ? 1 : plan.rounds;
        const task: Task = { suite, contender, variant, runtime: runtime.name, ...plan, rounds };
        processes.push(await inWorker(runtime, folder, task));
      }
      results.push(...isCold ? medians(processes) : processes[0]);
    }
  }
  return results;
}

/** As many as bring a median. Each makes 100 k series first, so there are fewer than rounds. */
function coldProcesses({ rounds }: Plan): number {
  return Math.min(rounds, 5);
}

/** The medians of what several processes have measured. */
function medians(processes: readonly (readonly Measurement[])[]): Measurement[] {
  return processes[0].map((first) => {
    const { operation: name, unit, runtime, contender } = first;
    const runs = processes.flatMap((measurements) =>
      measurements.find((other) => other.operation === name && other.contender === contender)
        ?.median ?? []
    );
    return measurement({ name, unit }, runtime, contender, runs);
  });
}

async function inWorker(runtime: Runtime, folder: string, task: Task): Promise<Measurement[]> {
  const script = [...runtime.flags, join(folder, "worker.mjs"), JSON.stringify(task)];
  const { success, output } = await run(runtime.executable, script, 1800);
  const lines = output.trimEnd().split("\n");
  const line = lines.pop() ?? "";
  if (success && line.startsWith("[")) {
    // Such as who does not run on this runtime.
    if (lines.length > 0) console.log(lines.join("\n"));
    return JSON.parse(line);
  }
  console.log(`${task.suite} on ${runtime.name} ${task.contender ?? ""} failed:\n${output}`);
  return [];
}
