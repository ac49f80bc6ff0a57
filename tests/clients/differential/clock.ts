import process from "node:process";

/** A clock that stands still, in place of each one that a client may read. */
export interface Clock {
  /** Sets it back to the beginning. */
  restart(): void;
  /** Lets milliseconds pass. */
  pass(milliseconds: number): void;
  remove(): void;
}

/** Some day, in milliseconds. */
const beginning = 1_700_000_000_000;

/**
 * Replaces the clocks. Durations between them are exact if they are whole eighths of a second: a
 * double holds these, in whichever unit they are measured.
 */
export function installClock(): Clock {
  let passed = 0;
  const { now: date } = Date;
  const { hrtime } = process;
  const { now: sinceStart } = performance;
  const replaced = (earlier?: readonly [number, number]): [number, number] => {
    const [seconds, nanoseconds] = earlier ?? [0, 0];
    const total = 1_000_000 + passed - seconds * 1000 - nanoseconds / 1e6;
    return [Math.floor(total / 1000), (total % 1000) * 1e6];
  };
  replaced.bigint = () => BigInt(1_000_000 + passed) * 1_000_000n;
  Date.now = () => beginning + passed;
  process.hrtime = replaced;
  // Twice as fast, so that it is seen which of them a timer reads.
  performance.now = () => 1_000_000 + 2 * passed;
  return {
    restart: () => passed = 0,
    pass: (milliseconds) => passed += milliseconds,
    remove() {
      Date.now = date;
      process.hrtime = hrtime;
      performance.now = sinceStart;
    },
  };
}
