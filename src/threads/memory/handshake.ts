/**
 * How often a thread looks whether it may go on: some 20 µs. A reader needs a tenth of it; one that
 * was stopped or killed meanwhile is not waited for.
 */
const mostLooks = 4000;

/** Where the request for a pause is among the integers: beside the sequence of the series. */
function requestOf(slot: number): number {
  return slot * 2 + 1;
}

/** Asks the thread that writes a series to pause after its observation, if it is running at all. */
export function askForPause(integers: Int32Array, slot: number): void {
  Atomics.store(integers, requestOf(slot), 1);
}

/** Lets the thread go on. */
export function endPause(integers: Int32Array, slot: number): void {
  Atomics.store(integers, requestOf(slot), 0);
}

/** Whether a reader asks for a pause. A plain read, as it is made at each observation. */
export function isPauseAsked(integers: Int32Array, slot: number): boolean {
  return integers[slot * 2 + 1] !== 0;
}

/** Pauses until the reader is done, but not for long. */
export function pause(integers: Int32Array, slot: number): void {
  for (let looks = 0; looks < mostLooks; looks++) {
    if (Atomics.load(integers, requestOf(slot)) === 0) return;
  }
  endPause(integers, slot);
}
