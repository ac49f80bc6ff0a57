/** Milliseconds since an arbitrary moment; monotonic if the runtime has such a clock. */
export function milliseconds(): number {
  return globalThis.performance?.now() ?? Date.now();
}

/** The time in seconds since 1970. */
export function unixSeconds(): number {
  return Date.now() / 1000;
}

/** Whether it is a time in seconds since 1970 that every format can write: one that a `Date` has. */
export function isTime(seconds: unknown): seconds is number {
  return typeof seconds === "number" && Math.abs(seconds) <= 8.64e12;
}
