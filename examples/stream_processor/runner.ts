import { setImmediate, setTimeout } from "node:timers/promises";
import { Pacer } from "./pacer.ts";
import type { Pipeline } from "./pipeline.ts";
import { steadyClock } from "./time.ts";

/** How a pipeline is run against the clock. */
export interface RunOptions {
  /** Events per second. */
  readonly rate: number;
  /** Stops the source. */
  readonly signal: AbortSignal;
}

/** Milliseconds between two deliveries of the source. */
const DELIVERY_INTERVAL = 20;

/** Milliseconds for which the processor looks again when nothing was there. */
const IDLE_INTERVAL = 5;

/**
 * Events the processor takes before it lets others, such as a scrape, have their turn: a
 * millisecond or two of work.
 */
const SLICE = 25;

/**
 * Runs the pipeline at a rate until the source has nothing more or the signal stops it; then what
 * is under way is finished. Rejects if an operator fails.
 */
export async function runPipeline(pipeline: Pipeline, { rate, signal }: RunOptions): Promise<void> {
  const failure = new AbortController();
  const stop = AbortSignal.any([signal, failure.signal]);
  try {
    await Promise.all([deliver(pipeline, rate, stop), work(pipeline, stop)]);
  } catch (error) {
    failure.abort();
    throw error;
  }
  pipeline.finish();
}

async function deliver(pipeline: Pipeline, rate: number, stop: AbortSignal): Promise<void> {
  const pacer = new Pacer(rate, steadyClock);
  while (!stop.aborted && !pipeline.isDrained) {
    const due = pacer.take();
    pacer.giveBack(due - pipeline.produce(due));
    await setTimeout(DELIVERY_INTERVAL);
  }
}

async function work(pipeline: Pipeline, stop: AbortSignal): Promise<void> {
  while (!stop.aborted && !pipeline.isDrained) {
    pipeline.process(SLICE);
    await (pipeline.backlog > 0 ? setImmediate() : setTimeout(IDLE_INTERVAL));
  }
}
