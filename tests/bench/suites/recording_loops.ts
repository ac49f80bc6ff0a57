import type { Library } from "../contenders/library.ts";
import type { Work } from "../measure/operation.ts";
import { creation } from "./creation.ts";
import { bareHandler, instrumentedHandler } from "./event_handler.ts";
import { durations, methods, results, sixteenBounds, statuses, users, zones } from "./material.ts";
import { mixture } from "./mixture.ts";
import { processorOf } from "./processor.ts";

/**
 * The loops that are timed. This module is loaded once a contender, each time with another text, so
 * that each has its own compiled loops: a call in them sees one library, but all its families.
 *
 * @param spare A library of the same kind, to be emptied again and again.
 */
export function recordings(
  library: Library,
  spare: Library,
  isFloor: boolean,
): Readonly<Record<string, Work | undefined>> {
  const plain = library.counter("plain");
  const gauge = library.gauge("level");
  const histogram = library.histogram("duration_seconds", sixteenBounds);
  const native = library.nativeHistogram?.("native_seconds");
  const sampled = library.sampledHistogram?.("sampled_seconds", sixteenBounds);
  const limited = library.limitedCounters?.("limited", ["user", "zone"], 16);
  const byResult = library.counters("by_result", { result: results });
  const byMethod = library.counters("by_method", ["method", "status"]);
  const byZone = library.counters("by_zone", { method: methods, status: statuses, zone: zones });
  const byUser = library.counters("by_user", ["user", "zone"]);
  const observed = library.histograms("observed_seconds", ["method", "status"], sixteenBounds);
  const processor = processorOf(library);
  const sets = methods.flatMap((method) => statuses.map((status) => ({ method, status })));
  const counters = byMethod.labels && sets.map((set) => byMethod.labels!(set));
  const histograms = observed.labels && sets.map((set) => observed.labels!(set));

  return {
    "label-less inc": counting("plain", (times) => {
      for (let i = 0; i < times; i++) plain.inc();
    }),
    "inc with 1 label": counting("by_result", (times) => {
      for (let i = 0; i < times; i++) byResult.inc({ result: results[i & 3] });
    }),
    "inc with 2 labels": counting("by_method", (times) => {
      for (let i = 0; i < times; i++) {
        byMethod.inc({ method: methods[i & 3], status: statuses[(i >> 2) & 1] });
      }
    }),
    "inc with 3 labels": counting("by_zone", (times) => {
      for (let i = 0; i < times; i++) {
        const status = statuses[(i >> 2) & 1];
        byZone.inc({ method: methods[i & 3], status, zone: zones[(i >> 3) & 1] });
      }
    }),
    "inc with 2 labels, 8,192 series": counting("by_user", (times) => {
      for (let i = 0; i < times; i++) {
        byUser.inc({ user: users[(i * 2477) & 4095], zone: zones[i & 1] });
      }
    }),
    "kept child inc": counters && counting("by_method", (times) => {
      for (let i = 0; i < times; i++) counters[i & 7].inc();
    }),
    "gauge set": loop((times) => {
      for (let i = 0; i < times; i++) gauge.set(durations[i & 1023]);
    }),
    "label-less observe": loop((times) => {
      for (let i = 0; i < times; i++) histogram.observe(durations[i & 1023]);
    }),
    "observe with 2 labels": loop((times) => {
      for (let i = 0; i < times; i++) {
        const labels = { method: methods[i & 3], status: statuses[(i >> 2) & 1] };
        observed.observe(labels, durations[i & 1023]);
      }
    }),
    "kept child observe": histograms && loop((times) => {
      for (let i = 0; i < times; i++) histograms[i & 7].observe(durations[i & 1023]);
    }),
    "native observe": native && loop((times) => {
      for (let i = 0; i < times; i++) native.observe(durations[i & 1023]);
    }),
    "label-less observe, 1 in 16": sampled && loop((times) => {
      for (let i = 0; i < times; i++) sampled.observe(durations[i & 1023]);
    }),
    "inc without room, 8,192 label sets": limited && counting("limited", (times) => {
      for (let i = 0; i < times; i++) {
        limited.inc({ user: users[(i * 2477) & 4095], zone: zones[i & 1] });
      }
    }),
    "processor: event received": loop((times) => {
      for (let i = 0; i < times; i++) processor.recordEventReceived();
    }),
    "processor: event processed": loop((times) => {
      for (let i = 0; i < times; i++) {
        processor.recordEventProcessed(results[i & 3], durations[i & 1023]);
      }
    }),
    "processor: state operation": loop((times) => {
      for (let i = 0; i < times; i++) {
        const operation = i & 1 ? "get" : "put";
        processor.recordStateOperation(operation, "redis", durations[i & 1023]);
      }
    }),
    "processor: message consumed": loop((times) => {
      for (let i = 0; i < times; i++) processor.recordKafkaMessageConsumed("orders", i & 7);
    }),
    "mix of recordings": mixture(library),
    "event handler": isFloor ? bareHandler() : instrumentedHandler(processor),
    "new series, 2 labels": creation(spare),
  };
}

function loop(body: (times: number) => void): Work {
  return {
    run(times) {
      body(times);
      return times;
    },
  };
}

/** A loop that adds 1 to a family's counters each time, and returns the total. */
function counting(family: string, body: (times: number) => void): Work {
  const counts = { family, total: 0 };
  return {
    counts,
    run(times) {
      body(times);
      counts.total += times;
      return times;
    },
  };
}
