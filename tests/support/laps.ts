import process from "node:process";

// What no test fakes. Node runs tests while other files are still being imported, so a clock that is
// kept at import may be that of a test, and stand still for ever.
const { setTimeout, clearTimeout } = globalThis;
// In Bun it is no method of the class; in Deno `hrtime` asks `performance.now()`.
const real: { readonly now?: () => number } = Object.getPrototypeOf(performance);
const now = () => real.now?.call(performance) ?? Number(process.hrtime.bigint()) / 1e6;

/** What an action did to the event loop. */
export interface Laps<Result> {
  readonly result: Result;
  /** How often a timer of 0 ms could fire meanwhile. */
  readonly turns: number;
}

/** Runs an action and watches how it holds the event loop. */
export async function laps<Result>(action: () => Promise<Result>): Promise<Laps<Result>> {
  let turns = 0;
  let timer: ReturnType<typeof setTimeout>;
  const turn = () => {
    turns++;
    timer = setTimeout(turn);
  };
  timer = setTimeout(turn);
  try {
    const result = await action();
    return { result, turns };
  } finally {
    clearTimeout(timer);
  }
}

/** Holds the event loop for some milliseconds. */
export function busyFor(milliseconds: number): void {
  const until = now() + milliseconds;
  while (now() < until);
}
