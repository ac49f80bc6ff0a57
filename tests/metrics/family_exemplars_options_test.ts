import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { InvalidValueError, MetricsRegistry, type RecordOptions } from "../../mod.ts";
import { simulatedThreads } from "../threads/simulated_threads.ts";
import { assertThrowsWith } from "../support/rejects.ts";

const wrong: unknown[] = [5, null, "trace", true, ["a"], { trace_id: "1" }, { exemplars: {} }];

for (const kind of ["local", "shared"]) {
  test(`recording options of a ${kind} instrument: others than an exemplar are refused, and nothing is recorded`, () => {
    const registry = kind === "local" ? new MetricsRegistry() : simulatedThreads(1).registries[0];
    const counter = registry.counter({ name: "c", help: "Help." });
    const histogram = registry.histogram({ name: "h", help: "Help." });
    const native = registry.histogram({ name: "n", help: "Help.", native: true });
    const counters = registry.counter({ name: "cs", help: "Help.", labels: ["a"] });
    const histograms = registry.histogram({ name: "hs", help: "Help.", labels: ["a"] });
    counters.inc({ a: "1" }, 1, {});
    for (const value of wrong) {
      const options = value as RecordOptions;
      const calls: [string, () => void][] = [
        ["c", () => counter.inc(1, options)],
        ["h", () => histogram.observe(1, options)],
        ["n", () => native.observe(1, options)],
        ["cs", () => counters.inc({ a: "1" }, 1, options)],
      ];
      for (const [family, call] of calls) {
        assertThrowsWith(call, InvalidValueError, `${family}: `, "exemplar");
      }
      assertThrowsWith(() => counters.inc({ a: "new" }, 1, options), InvalidValueError);
      assertThrowsWith(() => histograms.observe({ a: "new" }, 1, options), InvalidValueError);
    }
    assertEquals(counters.remove({ a: "new" }), false);
    assertEquals(histograms.remove({ a: "new" }), false);
    counter.inc(1, { exemplar: undefined });
    assertEquals([counter.get(), histogram.get().count, native.get().count], [1, 0, 0]);
    assertEquals(counters.labels({ a: "1" }).get(), 1);
  });
}
