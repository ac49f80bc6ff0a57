import { join } from "node:path";
import { run } from "../../runner/command.ts";
import { contenderNames } from "../contenders/library.ts";
import { type Measurement, measurement } from "../measure/operation.ts";
import type { Runtime } from "./runtimes.ts";
import type { Plan } from "./work.ts";

/** What is timed, in the order in which the script prints it. */
const operations = ["import to first page, 37 metrics", "first page, 37 metrics"] as const;

/** The time to the first page in a fresh process, in which nothing is compiled yet. */
export async function firstScrapes(
  runtime: Runtime,
  folder: string,
  { rounds, only }: Plan,
): Promise<Measurement[]> {
  const wanted = operations.filter((name) => new RegExp(only).test(name));
  if (wanted.length === 0) return [];
  const runs = contenderNames.map(() => operations.map((): number[] => []));
  for (let round = -1; round < rounds; round++) {
    for (const [at, contender] of contenderNames.entries()) {
      const script = [...runtime.flags, join(folder, "first_scrape.mjs"), contender];
      const { output } = await run(runtime.executable, script);
      const times = output.trim().split(" ").map(Number);
      // The first time fills the file system's cache.
      if (round >= 0) times.forEach((time, operation) => runs[at][operation].push(time));
    }
  }
  return wanted.flatMap((name) =>
    contenderNames.map((contender, at) => {
      const own = runs[at][operations.indexOf(name)];
      return measurement({ name, unit: "ms" }, runtime.name, contender, own);
    })
  );
}
