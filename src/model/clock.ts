/** Milliseconds since some moment, by a clock that does not go back where the runtime has one. */
export function milliseconds(): number {
  return globalThis.performance?.now() ?? Date.now();
}

/** The time in seconds since 1970. */
export function unixSeconds(): number {
  return Date.now() / 1000;
}
