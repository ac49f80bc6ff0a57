/** Which series the eight members of a group have, 10 k each. */
export interface Members {
  /** Whether each has others than the rest. */
  readonly areDifferent?: boolean;
  /** The maximum of series in a family, in all of them together; as by default if it is absent. */
  readonly limit?: number;
}

/** The groups of threads, by the operation that scrapes them. */
export const threadGroups: Readonly<Record<string, Members>> = {
  "scrape 8 threads × 10 k counters": {},
  "scrape 8 threads × 10 k different counters": { areDifferent: true },
  "scrape 8 threads × 10 k counters, overflowed": { areDifferent: true, limit: 500 },
};
