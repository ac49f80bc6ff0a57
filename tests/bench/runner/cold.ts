import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { run } from "../../runner/command.ts";
import { type ContenderName, familyNames } from "../contenders/library.ts";
import { type Measurement, measurement } from "../measure/operation.ts";
import { bundle, withRequire } from "./esbuild.ts";
import type { Runtime } from "./runtimes.ts";
import type { Plan } from "./work.ts";

const populations = { "3 metrics": "threeMetrics", "37 metrics": "catalogue" } as const;
const forms = ["unbundled", "bundled"] as const;

/** What is timed, in the order in which the process prints it. */
const steps = ["import", "definitions", "first page", "import to first page"] as const;

/** A program, for one population. */
interface Subject {
  readonly contender: ContenderName;
  /** Which function of `cold/programs.ts` makes it, and of what. */
  readonly make: string;
  readonly imports: string;
  readonly modules: string;
  /** Whether it answers requests, and does not only write pages. */
  readonly isScraped?: boolean;
}

function subjectsOf(folder: string): readonly Subject[] {
  const core = `import { MetricsRegistry } from "@edgeprom/edgeprom/core";`;
  return [
    { contender: "edgeprom", make: "encoding", imports: core, modules: "MetricsRegistry" },
    {
      contender: "edgeprom",
      make: "scraping",
      imports: `${core}\nimport { scrape } from "${entryOfScrape(folder)}";`,
      modules: "MetricsRegistry, scrape",
      isScraped: true,
    },
    ...familyNames.map((contender) => ({
      contender,
      make: "prometheusClient",
      imports: `import { Counter, Gauge, Histogram, Registry } from "${contender}";`,
      modules: "{ Counter, Gauge, Histogram, Registry }",
    })),
    {
      contender: "opentelemetry",
      make: "openTelemetry",
      imports: `import { MeterProvider } from "@opentelemetry/sdk-metrics";
import { PrometheusExporter, PrometheusSerializer } from "@opentelemetry/exporter-prometheus";`,
      modules: "{ MeterProvider, PrometheusExporter, PrometheusSerializer }",
    },
  ];
}

/** The smallest export of the package that has `scrape()`. */
export function entryOfScrape(folder: string): string {
  const core = readFileSync(join(folder, "node_modules/@edgeprom/edgeprom/src/core.js"), "utf8");
  return /\bscrape\b/.test(core) ? "@edgeprom/edgeprom/core" : "@edgeprom/edgeprom";
}

/**
 * Imports, definitions and first pages of fresh processes, in which nothing is compiled yet. A page
 * of edgeprom by `scrape()` is beside the same pages of all others, which bring no such thing.
 */
export async function coldStarts(
  runtime: Runtime,
  folder: string,
  { rounds, only }: Plan,
): Promise<Measurement[]> {
  const isWanted = (name: string) => new RegExp(only).test(name);
  const results: Measurement[] = [];
  for (const [metrics, populate] of Object.entries(populations)) {
    for (const form of forms) {
      const names = steps.map((step) => `cold ${step}, ${metrics}, ${form}`);
      // Its imports and definitions are those of the other program.
      const byScrape = `cold first page by scrape(), ${metrics}, ${form}`;
      if (![...names, byScrape].some(isWanted)) continue;
      const subjects = subjectsOf(folder);
      const modules: string[] = [];
      for (const [at, subject] of subjects.entries()) {
        const source = sourceOf(subject, populate);
        modules.push(withRequire(await bundle(folder, `cold_${populate}_${at}`, source, form)));
      }
      const times = await inTurns(runtime, folder, subjects, modules, rounds * 2 + 1);
      for (const [at, { contender, isScraped = false }] of subjects.entries()) {
        const add = (name: string, step: number) => {
          const runs = times[at].map((run) => run[step]);
          results.push(measurement({ name, unit: "ms" }, runtime.name, contender, runs));
        };
        if (!isScraped) names.forEach((name, step) => isWanted(name) && add(name, step));
        if (isScraped || contender !== "edgeprom") {
          if (isWanted(byScrape)) add(byScrape, steps.indexOf("first page"));
        }
      }
    }
  }
  return results;
}

function sourceOf({ make, imports, modules }: Subject, populate: string): string {
  const here = (file: string) => JSON.stringify(resolve("tests/bench/cold", file));
  return `${imports}
import { ${make} } from ${here("programs.ts")};
import { ${populate} } from ${here("populations.ts")};
export const { define, page } = ${make}(${populate}, ${modules});
`;
}

/** The times of each step, by round and subject. */
async function inTurns(
  runtime: Runtime,
  folder: string,
  subjects: readonly Subject[],
  modules: readonly string[],
  rounds: number,
): Promise<number[][][]> {
  const times = subjects.map((): number[][] => []);
  for (let round = -1; round < rounds; round++) {
    for (const [at, { isScraped }] of subjects.entries()) {
      const args = [join(folder, "cold_start.mjs"), modules[at], isScraped ? "scrape" : ""];
      const { success, output } = await run(runtime.executable, [...runtime.flags, ...args]);
      if (!success) throw new Error(`${modules[at]} on ${runtime.name}: ${output}`);
      // The first time fills the file system's cache.
      if (round >= 0) times[at].push(JSON.parse(output));
    }
  }
  return times;
}
