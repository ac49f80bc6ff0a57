import process from "node:process";
import { contenders } from "../contenders/contenders.ts";
import type { ContenderName } from "../contenders/library.ts";
import { heapBytes } from "../measure/heap.ts";
import { type Measurement, measurement, type Settings } from "../measure/operation.ts";
import { counterPopulation } from "./population.ts";

const series = 100_000;
const pages = 100;
const zones = Array.from({ length: 8 }, (_, zone) => `zone-${zone}`);
const stages = ["before a page", "after a page", `after ${pages} pages`] as const;

/** What is measured of a series: on the heap and in array buffers, and what the process has grown. */
export const memoryOperations: readonly string[] = ["heap", "resident memory"].flatMap((what) =>
  stages.map((stage) => `${what} a series, 100 k with 2 labels, ${stage}`)
);

/**
 * Bytes a series before it was scraped, after one scrape and after a hundred, between which a tenth
 * of the series changes. Alone in its process.
 */
export async function memoryOfSeries(
  contender: ContenderName,
  { runtime, only }: Settings,
): Promise<Measurement[]> {
  const library = await contenders[contender]();
  const read = async () =>
    void await (library.scrape === undefined ? library.page("text/plain") : library.scrape());
  counterPopulation(library, 1000);
  for (let time = 0; time < 10; time++) await read();

  const before = await memory();
  const counters = library.counters("users", ["user", "zone"]);
  const touch = (from: number, step: number) => {
    for (let at = from; at < series; at += step) {
      counters.inc({ user: `user-${at}`, zone: zones[at & 7] });
    }
  };
  touch(0, 1);
  const taken = [await memory()];
  await read();
  taken.push(await memory());
  for (let page = 1; page < pages; page++) {
    touch(page % 10, 10);
    await read();
  }
  taken.push(await memory());
  const values = (["heap", "resident"] as const).flatMap((what) =>
    taken.map((now) => (now[what] - before[what]) / series)
  );
  return memoryOperations.flatMap((name, at) =>
    only.test(name) ? [measurement({ name, unit: "B" }, runtime, contender, [values[at]])] : []
  );
}

async function memory(): Promise<{ readonly heap: number; readonly resident: number }> {
  const heap = await heapBytes();
  return { heap, resident: process.memoryUsage().rss };
}
