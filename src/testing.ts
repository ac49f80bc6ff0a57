/**
 * Help for tests of code that is instrumented: read one sample, and check names by the rules of
 * promtool.
 *
 * @example
 * ```ts
 * import { MetricsRegistry } from "@edgeprom/edgeprom";
 * import { getSampleValue, lint } from "@edgeprom/edgeprom/testing";
 * import { assertEquals } from "@std/assert";
 *
 * const registry = new MetricsRegistry();
 * registry.counter({ name: "jobs_total", help: "Jobs done." }).inc();
 *
 * assertEquals(await getSampleValue(registry, "jobs_total"), 1);
 * assertEquals(lint((await registry.gather()).families), []);
 * ```
 *
 * @module
 */
export { lint, type LintProblem, type LintRule } from "./testing/lint.ts";
export { getSampleValue } from "./testing/sample_value.ts";
export { type Sample, samplesOf } from "./testing/samples.ts";
