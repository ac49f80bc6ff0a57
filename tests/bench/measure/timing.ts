import type { MeasuredName } from "../contenders/library.ts";
import {
  type Measurement,
  measurement,
  type Operation,
  type Settings,
  type Unit,
  type Work,
} from "./operation.ts";

const perMillisecond: Partial<Record<Unit, number>> = { ns: 1e6, µs: 1e3, ms: 1 };

/** Everything that was computed goes here, so that nothing is left out as useless. */
let sink = 0;

interface Ready {
  readonly contender: MeasuredName;
  readonly work: Work;
  times: number;
}

/**
 * Times operations one after the other, and in each the contenders in turns: what disturbs the
 * machine for a while then disturbs all of them. Who begins changes from round to round.
 */
export async function timeAll(
  operations: readonly Operation[],
  settings: Settings,
): Promise<Measurement[]> {
  const results: Measurement[] = [];
  for (const operation of operations) {
    const ready = await warmedUp(operation, settings.milliseconds);
    const runs = ready.map((): number[] => []);
    for (let round = 0; round < settings.rounds; round++) {
      for (let turn = 0; turn < ready.length; turn++) {
        const at = (round + turn) % ready.length;
        const { work, times } = ready[at];
        const milliseconds = await time(work, times);
        const factor = perMillisecond[operation.unit] ?? NaN;
        runs[at].push(milliseconds * factor / times / (work.size ?? 1));
      }
    }
    ready.forEach(({ contender }, at) =>
      results.push(measurement(operation, settings.runtime, contender, runs[at]))
    );
  }
  if (Number.isNaN(sink)) throw new Error("a result is not a number");
  return results;
}

/** Compilers are done with a work after this many runs. */
const warmRuns = 8;

/** Runs each work, in turns, until it is surely compiled, and finds how often fills a run. */
export async function warmedUp(operation: Operation, milliseconds: number): Promise<Ready[]> {
  const ready: Ready[] = [];
  for (const [contender, setup] of Object.entries(operation.contenders)) {
    ready.push({ contender: contender as MeasuredName, work: await setup(), times: 1 });
  }
  for (let pass = 0; pass < warmRuns; pass++) {
    for (const entry of ready) entry.times = await calibrate(entry, milliseconds);
  }
  return ready;
}

async function calibrate({ work, times }: Ready, milliseconds: number): Promise<number> {
  for (let trial = times;; trial *= 2) {
    const taken = await time(work, trial);
    if (taken >= milliseconds / 2) return Math.max(1, Math.round(trial * milliseconds / taken));
  }
}

async function time(work: Work, times: number): Promise<number> {
  if (work.prepare === undefined) return await timeOnce(work, times);
  let total = 0;
  for (let done = 0; done < times; done++) {
    const preparing = work.prepare();
    if (preparing !== undefined) await preparing;
    total += await timeOnce(work, 1);
  }
  return total;
}

/** A promise is awaited within the time, as whoever scrapes waits for it too. */
async function timeOnce(work: Work, times: number): Promise<number> {
  const begin = performance.now();
  const outcome = work.run(times);
  sink += typeof outcome === "number" ? outcome : await outcome;
  return performance.now() - begin;
}
