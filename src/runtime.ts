/**
 * Metrics of the process and the runtime, on Node, Deno and Bun: processor time and memory, the
 * heap, garbage collections, and how the event loop is doing.
 *
 * @example
 * ```ts
 * import { registerRuntimeMetrics } from "@edgeprom/edgeprom/runtime";
 *
 * const metrics = registerRuntimeMetrics(); // into the default registry
 * metrics.stop();
 * ```
 *
 * @module
 */
export type { RuntimeProbe } from "./runtime/probes.ts";
export {
  registerRuntimeMetrics,
  type RuntimeMetrics,
  type RuntimeMetricsOptions,
} from "./runtime/register_runtime_metrics.ts";
