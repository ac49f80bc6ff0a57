/**
 * How often a thread looks whether it may go on: some 20 µs. A reader needs a tenth of it; one that
 * was stopped or killed meanwhile is not waited for.
 */
const maxSpins = 4000;

/** Where the request for a pause is among the integers: beside the sequence of the series. */
function requestOf(offset: number): number {
  return offset * 2 + 1;
}

/** Asks the thread that writes a series to pause after its observation, if it is running at all. */
export function requestPause(integers: Int32Array, offset: number): void {
  Atomics.store(integers, requestOf(offset), 1);
}

/** Lets the thread go on. */
export function endPause(integers: Int32Array, offset: number): void {
  Atomics.store(integers, requestOf(offset), 0);
}

/** Whether a reader asks for a pause. A plain read, as it is made at each observation. */
export function isPauseRequested(integers: Int32Array, offset: number): boolean {
  return integers[offset * 2 + 1] !== 0;
}

/** Pauses until the reader is done, but not for long. */
export function pause(integers: Int32Array, offset: number): void {
  for (let looks = 0; looks < maxSpins; looks++) {
    if (Atomics.load(integers, requestOf(offset)) === 0) return;
  }
  endPause(integers, offset);
}
