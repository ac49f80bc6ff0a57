/** Milliseconds since some moment, by a clock that does not go back where the runtime has one. */
export function milliseconds(): number {
  return globalThis.performance?.now() ?? Date.now();
}
