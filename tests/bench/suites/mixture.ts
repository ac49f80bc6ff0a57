import type { Library } from "../contenders/library.ts";
import type { Work } from "../measure/operation.ts";
import { durations, methods, results, sixteenBounds, users, zones } from "./material.ts";

/**
 * Recordings of every kind in turns: four labels, numbers and booleans as values, fractions as
 * increments, 5, 11 and 16 bounds. What a service does, and what spoils code that is fast only as
 * long as it has seen one kind.
 */
export function mixture(library: Library): Work {
  const labels = ["topic", "partition", "retried", "zone"];
  const counters = library.counters("mix_messages", labels);
  const bytes = library.counter("mix_bytes");
  const level = library.gauges("mix_level", { result: results });
  const narrow = library.histograms("mix_small", ["operator"], sixteenBounds.slice(5, 10));
  const middle = library.histogram("mix_middle", sixteenBounds.slice(0, 11));
  const wide = library.histograms("mix_wide", ["user", "zone"], sixteenBounds);
  return {
    run(times) {
      for (let i = 0; i < times; i += 6) {
        const seconds = durations[i & 1023];
        const zone = zones[i & 1];
        counters.inc({ topic: methods[i & 3], partition: i & 7, retried: i % 3 === 0, zone });
        bytes.inc(i & 1 ? 0.5 : 1024);
        level.set({ result: results[i & 3] }, i & 1023);
        narrow.observe({ operator: methods[(i >> 2) & 3] }, seconds);
        middle.observe(seconds);
        wide.observe({ user: users[i & 63], zone }, seconds);
      }
      return times;
    },
  };
}
