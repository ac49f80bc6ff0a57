import { contenders } from "../contenders/contenders.ts";
import type { ContenderName } from "../contenders/library.ts";
import { longestGap } from "../measure/longest_gap.ts";
import { type Measurement, measurement, type Settings } from "../measure/operation.ts";
import { counterPopulation } from "./population.ts";

const operation = { name: "event loop stall, scrape of 100 k counters", unit: "ms" } as const;

/** How long nothing else can run while a large page is made: the longest gap between two turns. */
export async function stall(settings: Settings): Promise<Measurement[]> {
  const results: Measurement[] = [];
  for (const [name, create] of Object.entries(contenders)) {
    if (name === "floor") continue;
    const library = await create();
    const { touch } = counterPopulation(library, 100_000);
    const runs: number[] = [];
    for (let round = -2; round < settings.rounds; round++) {
      touch(1);
      const gap = await longestGap(() => library.page("text/plain"));
      if (round >= 0) runs.push(gap);
    }
    results.push(measurement(operation, settings.runtime, name as ContenderName, runs));
    library.clear();
  }
  return results;
}
