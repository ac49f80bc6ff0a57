import { milliseconds } from "./clock.ts";
import { setDeadline } from "./deadline.ts";

/** Time after which long work yields to the event loop. */
const timeSliceMs = 5;

/** Time after which a turn that no timer has ended is over. */
const longestTurnMs = 20;

/** A slice of long work, after which other work may run. */
export class TimeSlice {
  #began: number;

  /** @param began When the event loop last turned, if something held it before. */
  constructor(began: number = milliseconds()) {
    this.#began = began;
  }

  /** Whether it has lasted long enough. */
  get isOver(): boolean {
    return milliseconds() - this.#began >= timeSliceMs;
  }

  /** Lets other work run, and begins the next slice. */
  async next(): Promise<void> {
    await nextTurn();
    this.#began = milliseconds();
  }
}

/**
 * Runs steps to their end, and yields to the event loop every 5 ms. A step takes about a
 * millisecond at most.
 *
 * @param began When the event loop last turned, if something held it before.
 */
export async function inTimeSlices<Result>(
  steps: Iterator<void, Result, void>,
  began?: number,
): Promise<Result> {
  for (const slice = new TimeSlice(began);;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (slice.isOver) await slice.next();
  }
}

/**
 * Runs steps for a time slice at most. Short work then ends at once, without a promise; whoever gets
 * `undefined` goes on with {@linkcode inTimeSlices}.
 *
 * @param began When the event loop last turned, if something held it before.
 */
export function withinTimeSlice<Result>(
  steps: Iterator<void, Result, void>,
  began?: number,
): Result | undefined {
  const end = (began ?? milliseconds()) + timeSliceMs;
  while (milliseconds() < end) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Runs steps to their end at once. */
export function atOnce<Result>(steps: Iterator<void, Result, void>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/**
 * Lets other work run first, if the runtime has timers. A timer rather than a message or an
 * immediate: with those Deno reads no socket in between, and Bun hardly any.
 *
 * If a test faked timers before the import, none of them is real; what ends the turn then is
 * `Atomics.waitAsync`, which nobody fakes. It keeps no process alive, as a timer does.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (globalThis.setTimeout === undefined) return resolve();
    const cancel = setDeadline(0, resolve);
    const { Atomics, SharedArrayBuffer } = globalThis;
    if (Atomics?.waitAsync === undefined || SharedArrayBuffer === undefined) return;
    const cell = new Int32Array(new SharedArrayBuffer(4));
    const { value } = Atomics.waitAsync(cell, 0, 0, longestTurnMs);
    Promise.resolve(value).then(() => {
      cancel();
      resolve();
    });
  });
}
