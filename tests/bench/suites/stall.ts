import { setImmediate } from "node:timers";
import { contenders } from "../contenders/contenders.ts";
import type { ContenderName } from "../contenders/library.ts";
import { type Measurement, measurement, type Settings } from "../measure/operation.ts";
import { counterPopulation, type Population } from "./population.ts";

const operation = { name: "event loop stall, scrape of 100 k counters", unit: "ms" } as const;

/** How long nothing else can run while a large page is made: the longest gap between two turns. */
export async function stall(settings: Settings): Promise<Measurement[]> {
  const results: Measurement[] = [];
  for (const [name, create] of Object.entries(contenders)) {
    if (name === "floor") continue;
    const library = await create();
    const population = counterPopulation(library, 100_000);
    const runs: number[] = [];
    for (let round = -2; round < settings.rounds; round++) {
      const gap = await longestGap(population, () => library.page("text/plain"));
      if (round >= 0) runs.push(gap);
    }
    results.push(measurement(operation, settings.runtime, name as ContenderName, runs));
    library.clear();
  }
  return results;
}

async function longestGap(
  { touch }: Population,
  scrape: () => Promise<unknown>,
): Promise<number> {
  touch(1);
  await turn();
  let longest = 0;
  let scraping = true;
  // Before the call, as a scrape does much of its work before it gives a promise.
  let last = performance.now();
  const page = scrape().finally(() => scraping = false);
  while (scraping) {
    await turn();
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }
  await page;
  return longest;
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
