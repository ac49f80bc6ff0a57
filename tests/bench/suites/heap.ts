import { contenders } from "../contenders/contenders.ts";
import { edgeprom } from "../contenders/edgeprom.ts";
import type { ContenderName } from "../contenders/library.ts";
import { heapBytes } from "../measure/heap.ts";
import { type Measurement, measurement, type Settings } from "../measure/operation.ts";
import { durations, sixteenBounds } from "./material.ts";
import { counterPopulation } from "./population.ts";

const scrapes = 1000;
const zones = Array.from({ length: 8 }, (_, zone) => `zone-${zone}`);

/** What many scrapes leave behind on the heap. Alone in its process. */
export async function heapOfScrapes(
  contender: ContenderName,
  { runtime }: Settings,
): Promise<Measurement[]> {
  const library = await contenders[contender]();
  const { touch } = counterPopulation(library, 10_000);
  const scrape = async (times: number) => {
    for (let done = 0; done < times; done++) {
      touch(0.1);
      await library.page("text/plain");
    }
  };
  await scrape(100);
  const before = await heapBytes();
  await scrape(scrapes);
  const growth = (await heapBytes() - before) / 1000;
  const operation = { name: "heap growth, 1,000 scrapes of 10 k counters", unit: "kB" } as const;
  return [measurement(operation, runtime, contender, [growth])];
}

/** What a million values of a label leave behind, once a family has no room left. */
export async function heapOfLabelValues({ runtime }: Settings): Promise<Measurement[]> {
  const library = await edgeprom({ cardinality: { onOverflow() {} } });
  const counters = library.counters("visits", ["user", "zone"]);
  const gauges = library.gauges("level", ["user"]);
  const histograms = library.histograms("seconds", ["user"], sixteenBounds);
  const visit = async (from: number, to: number) => {
    for (let at = from; at < to; at++) {
      const user = `user-${at}`;
      counters.inc({ user, zone: zones[at & 7] });
      gauges.set({ user }, at);
      histograms.observe({ user }, durations[at & 1023]);
      if (at % 100_000 === 0) await library.page("text/plain");
    }
    await library.page("text/plain");
  };
  await visit(0, 50_000);
  const before = await heapBytes();
  await visit(50_000, 1_050_000);
  const growth = (await heapBytes() - before) / 1000;
  const operation = { name: "heap growth, 1 M values of a label", unit: "kB" } as const;
  return [measurement(operation, runtime, "edgeprom", [growth])];
}
