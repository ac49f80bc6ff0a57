import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../runner/command.ts";
import type { ContenderName } from "../contenders/library.ts";
import { type Measurement, measurement } from "../measure/operation.ts";
import { specifiers } from "./packages.ts";
import type { Runtime } from "./runtimes.ts";
import type { Plan } from "./work.ts";

interface Subject {
  readonly contender: ContenderName;
  readonly modules: readonly string[];
  readonly suffix: string;
}

const subjects: readonly Subject[] = [
  ...Object.entries(specifiers).map(([contender, modules]) => ({
    contender: contender as ContenderName,
    modules,
    suffix: "",
  })),
  { contender: "edgeprom", modules: ["@edgeprom/edgeprom/core"], suffix: " ./core" },
];

/** The time to load each contender into a fresh process. */
export async function importTimes(
  runtime: Runtime,
  folder: string,
  { rounds, only }: Plan,
): Promise<Measurement[]> {
  const wanted = subjects.filter(({ suffix }) => new RegExp(only).test(`import${suffix}`));
  const runs = wanted.map((): number[] => []);
  for (let round = -1; round < rounds; round++) {
    for (const [at, { modules }] of wanted.entries()) {
      const script = [...runtime.flags, join(folder, "import_time.mjs"), ...modules];
      const { output } = await run(runtime.executable, script);
      // The first time fills the file system's cache.
      if (round >= 0) runs[at].push(Number(output));
    }
  }
  return wanted.map(({ contender, suffix }, at) =>
    measurement({ name: `import${suffix}`, unit: "ms" }, runtime.name, contender, runs[at])
  );
}

/** The bytes of minified bundles: of all that a contender exports, and of a small program. */
export async function bundleSizes(folder: string, { only }: Plan): Promise<Measurement[]> {
  const results: Measurement[] = [];
  const bundles = subjects.map(({ modules, ...subject }) => ({
    ...subject,
    source: modules.map((module) => `export * from "${module}";`).join("\n"),
  }));
  const counterPage = readFileSync("tests/installation/programs/counter_page.ts", "utf8");
  bundles.push({
    contender: "edgeprom",
    suffix: " registry + counter + text",
    source: counterPage,
  });
  for (const { contender, suffix, source } of bundles) {
    const name = `minified bundle${suffix}`;
    if (!new RegExp(only).test(name)) continue;
    const entry = join(folder, "entry.mjs");
    const outfile = join(folder, "entry.min.js");
    writeFileSync(entry, source);
    const flags = ["--platform=node", "--format=esm"];
    const esbuild = join(folder, "node_modules/.bin/esbuild");
    await run(esbuild, [entry, "--bundle", "--minify", ...flags, `--outfile=${outfile}`]);
    const bytes = readFileSync(outfile).length;
    results.push(measurement({ name, unit: "B" }, "esbuild", contender, [bytes]));
  }
  return results;
}
