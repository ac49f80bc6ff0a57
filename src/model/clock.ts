/** Milliseconds since an arbitrary moment; monotonic if the runtime has such a clock. */
export function milliseconds(): number {
  return globalThis.performance?.now() ?? Date.now();
}

/** The time in seconds since 1970. */
export function unixSeconds(): number {
  return Date.now() / 1000;
}
