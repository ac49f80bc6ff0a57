/**
 * Spins before a writer resumes on its own, about 20 µs. A reader needs a tenth of that; the bound
 * covers readers that died.
 */
const maxSpins = 4000;

/** The index of the request for a pause: beside the sequence of the series. */
function requestOf(offset: number): number {
  return offset * 2 + 1;
}

/** Requests that the thread which writes a series pauses after its current observation. */
export function requestPause(integers: Int32Array, offset: number): void {
  Atomics.store(integers, requestOf(offset), 1);
}

/** Ends the pause. */
export function endPause(integers: Int32Array, offset: number): void {
  Atomics.store(integers, requestOf(offset), 0);
}

/** Whether a reader requests a pause. A plain read, because it is made at each observation. */
export function isPauseRequested(integers: Int32Array, offset: number): boolean {
  return integers[offset * 2 + 1] !== 0;
}

/** Pauses until the reader is done, and {@linkcode maxSpins} at most. */
export function pause(integers: Int32Array, offset: number): void {
  for (let spins = 0; spins < maxSpins; spins++) {
    if (Atomics.load(integers, requestOf(offset)) === 0) return;
  }
  endPause(integers, offset);
}
