import type { Processor } from "../contenders/library.ts";
import type { Work } from "../measure/operation.ts";
import { durations, results, users } from "./material.ts";

const lines: readonly string[] = Array.from({ length: 1024 }, (_, at) =>
  JSON.stringify({
    user: users[at * 7 & 255],
    amount: at % 97,
    seconds: durations[at],
    timestamp: 1_700_000_000 + at,
  }));

interface Event {
  readonly user: string;
  readonly amount: number;
  readonly seconds: number;
  readonly timestamp: number;
}

/** A handler of a stream's events: it parses a line and adds it to its user's window. */
function handler(): (line: string) => number {
  const windows = new Map<string, { total: number; events: number; last: number }>();
  return (line) => {
    const event: Event = JSON.parse(line);
    let window = windows.get(event.user);
    if (window === undefined) windows.set(event.user, window = { total: 0, events: 0, last: 0 });
    window.total += event.amount;
    window.events++;
    window.last = event.timestamp;
    return event.seconds;
  };
}

/** The handler with four recordings an event. */
export function instrumentedHandler(processor: Processor): Work {
  const handle = handler();
  return {
    run(times) {
      let sum = 0;
      for (let i = 0; i < times; i++) {
        processor.recordEventReceived();
        const seconds = handle(lines[i & 1023]);
        processor.recordEventProcessed(results[i & 3], seconds);
        processor.setPipelineLag(seconds);
        sum += seconds;
      }
      return sum;
    },
  };
}

/** The handler alone; what it costs less than the other is the cost of recording. */
export function bareHandler(): Work {
  const handle = handler();
  return {
    run(times) {
      let sum = 0;
      for (let i = 0; i < times; i++) sum += handle(lines[i & 1023]);
      return sum;
    },
  };
}
