import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../runner/command.ts";
import type { ContenderName } from "../contenders/library.ts";
import { type Measurement, measurement } from "../measure/operation.ts";
import { entryOfScrape } from "./cold.ts";
import { bundle, withRequire } from "./esbuild.ts";
import { specifiers } from "./packages.ts";
import type { Runtime } from "./runtimes.ts";
import type { Plan } from "./work.ts";

interface Subject {
  readonly contender: ContenderName;
  readonly modules: readonly string[];
  readonly suffix: string;
}

const wholes: readonly Subject[] = Object.entries(specifiers).map(([contender, modules]) => ({
  contender: contender as ContenderName,
  modules,
  suffix: "",
}));

const core: Subject = {
  contender: "edgeprom",
  modules: ["@edgeprom/edgeprom/core"],
  suffix: " ./core",
};

const subjects: readonly Subject[] = [...wholes, core];

/**
 * The time to load each contender, all that it exports, into a fresh process. The peers have no such
 * part as `./core`, so it is beside all of them.
 */
export async function importTimes(
  runtime: Runtime,
  folder: string,
  { rounds, only }: Plan,
): Promise<Measurement[]> {
  const results: Measurement[] = [];
  for (const form of ["unbundled", "bundled"]) {
    const names = ["", core.suffix].map((suffix) => `import${suffix}, ${form}`);
    if (!names.some((name) => new RegExp(only).test(name))) continue;
    const modules = form === "unbundled"
      ? subjects.map((subject) => subject.modules)
      : await Promise.all(subjects.map(async (subject, at) => [
        withRequire(await bundle(folder, `import_${at}`, exportsOf(subject))),
      ]));
    const runs = await inTurns(runtime, folder, modules, rounds * 2 + 1);
    const add = (name: string, at: number) =>
      results.push(
        measurement({ name, unit: "ms" }, runtime.name, subjects[at].contender, runs[at]),
      );
    wholes.forEach((_, at) => add(names[0], at));
    add(names[1], subjects.indexOf(core));
    wholes.forEach(({ contender }, at) => contender !== "edgeprom" && add(names[1], at));
  }
  return results;
}

async function inTurns(
  runtime: Runtime,
  folder: string,
  modules: readonly (readonly string[])[],
  rounds: number,
): Promise<number[][]> {
  const runs = modules.map((): number[] => []);
  for (let round = -1; round < rounds; round++) {
    for (const [at, own] of modules.entries()) {
      const script = [...runtime.flags, join(folder, "import_time.mjs"), ...own];
      const { success, output } = await run(runtime.executable, script);
      if (!success) throw new Error(`${own} on ${runtime.name}: ${output}`);
      // The first time fills the file system's cache.
      if (round >= 0) runs[at].push(Number(output));
    }
  }
  return runs;
}

function exportsOf({ modules }: Subject): string {
  return modules.map((module) => `export * from "${module}";`).join("\n");
}

/** Programs that use a small part of edgeprom, by what they use. */
function programs(folder: string): Readonly<Record<string, string>> {
  const installed = (name: string) => `tests/installation/programs/${name}.ts`;
  const textPage = existsSync(installed("text_scrape"))
    ? installed("text_scrape")
    : "tests/bench/cold/text_scrape.ts";
  const source = readFileSync(textPage, "utf8");
  return {
    "registry + counter + text": readFileSync(installed("counter_page"), "utf8"),
    "scrape() with text only": source.replace(
      /"@edgeprom.edgeprom"/,
      JSON.stringify(entryOfScrape(folder)),
    ),
  };
}

/** The bytes of minified bundles: of all that a contender exports, and of small programs. */
export async function bundleSizes(folder: string, { only }: Plan): Promise<Measurement[]> {
  const results: Measurement[] = [];
  const bundles = [
    ...subjects.map((subject) => ({ ...subject, source: exportsOf(subject) })),
    ...Object.entries(programs(folder)).map(([what, source]) => ({
      contender: "edgeprom" as const,
      suffix: ` ${what}`,
      source,
    })),
  ];
  for (const { contender, suffix, source } of bundles) {
    const name = `minified bundle${suffix}`;
    if (!new RegExp(only).test(name)) continue;
    const bytes = readFileSync(await bundle(folder, "size", source)).length;
    results.push(measurement({ name, unit: "B" }, "esbuild", contender, [bytes]));
  }
  return results;
}
