import type { Counter, Gauge, Histogram } from "../contenders/library.ts";
import type { Work } from "../measure/operation.ts";
import { durations } from "./material.ts";

/** Eight children of each type. */
export interface Instruments {
  readonly counters: readonly Counter[];
  readonly gauges: readonly Gauge[];
  readonly histograms: readonly Histogram[];
  readonly natives?: readonly Histogram[];
}

/** The timed loops. The module is loaded once a contender, so that each has its own compiled loops. */
export function sharedRecordings(
  { counters, gauges, histograms, natives }: Instruments,
): Readonly<Record<string, Work | undefined>> {
  return {
    "shared counter inc": loop((times) => {
      for (let i = 0; i < times; i++) counters[i & 7].inc();
    }),
    "shared gauge set": loop((times) => {
      for (let i = 0; i < times; i++) gauges[i & 7].set(durations[i & 1023]);
    }),
    "shared histogram observe": loop((times) => {
      for (let i = 0; i < times; i++) histograms[i & 7].observe(durations[i & 1023]);
    }),
    "shared native observe": natives && loop((times) => {
      for (let i = 0; i < times; i++) natives[i & 7].observe(durations[i & 1023]);
    }),
  };
}

function loop(body: (times: number) => void): Work {
  return {
    run(times) {
      body(times);
      return times;
    },
  };
}
