/** What no test fakes. */
const { setTimeout, clearTimeout } = globalThis;
const now = performance.now.bind(performance);

/** What an action did to the event loop. */
export interface Laps<Result> {
  readonly result: Result;
  /** How often a timer of 0 ms could fire meanwhile. */
  readonly turns: number;
  /** The longest time in milliseconds in which it could not. */
  readonly longest: number;
}

/** Runs an action and watches how it holds the event loop. */
export async function laps<Result>(action: () => Promise<Result>): Promise<Laps<Result>> {
  let [turns, longest, last] = [0, 0, now()];
  let timer: ReturnType<typeof setTimeout>;
  const lap = (): number => {
    const at = now();
    longest = Math.max(longest, at - last);
    return last = at;
  };
  const turn = () => {
    turns++;
    lap();
    timer = setTimeout(turn);
  };
  timer = setTimeout(turn);
  try {
    const result = await action();
    lap();
    return { result, turns, longest };
  } finally {
    clearTimeout(timer);
  }
}

/** Holds the event loop for some milliseconds. */
export function busyFor(milliseconds: number): void {
  const until = now() + milliseconds;
  while (now() < until);
}
