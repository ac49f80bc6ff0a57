import { unixSeconds } from "../../model/platform/clock.ts";
import { findHost, type Host } from "../../runtime/host.ts";
import type { DefaultsClient } from "./client.ts";
import type { DefaultMetricsConfig } from "./config.ts";
import { DefaultFamilies } from "./default_families.ts";
import type { DefaultProbes } from "./probe.ts";

/** The `collectDefaultMetrics` of a client. */
export interface CollectDefaultMetrics {
  /**
   * Registers the metrics of the process. What the runtime does not have is left out: on Workers,
   * everything.
   *
   * @throws {TypeError} If the configuration is no object.
   */
  (config?: DefaultMetricsConfig | null): void;
  /** The names of what is collected; a name stands for one or several families. */
  metricsList: string[];
}

/**
 * The `collectDefaultMetrics` of a client.
 *
 * @param client Its classes make the families.
 * @param probes Its list: `promClientDefaults` or `prometheusClientDefaults`.
 * @param find Finds the runtime; there is none if it has no process to read.
 */
export function collectDefaultMetricsOf(
  client: DefaultsClient,
  probes: DefaultProbes,
  find: () => Host | undefined = () => findHost(true),
): CollectDefaultMetrics {
  // Not when a module is loaded: that would cost every start.
  const runtime = once(() => {
    const host = find();
    // Read only once, since a server takes a process whose start differs for another one.
    return host && { host, started: Math.round(unixSeconds() - host.process.uptime()) };
  });
  const collect = (given?: DefaultMetricsConfig | null): void => {
    if (given !== undefined && typeof given !== "object") {
      throw new TypeError("config must be null, undefined, or an object");
    }
    const found = runtime();
    if (found === undefined) return;
    const config = { eventLoopMonitoringPrecision: 10, ...given };
    const context = { ...found, config, families: new DefaultFamilies(client, config) };
    for (const probe of Object.values(probes)) probe(context);
  };
  return Object.assign(collect, { metricsList: Object.keys(probes) });
}

/** A function that asks once. */
function once<Value>(ask: () => Value): () => Value {
  let answer: { readonly value: Value } | undefined;
  return () => (answer ??= { value: ask() }).value;
}
