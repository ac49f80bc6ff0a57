import type { Host } from "../../runtime/host.ts";
import type { DefaultMetricsConfig } from "./config.ts";
import type { DefaultFamilies } from "./default_families.ts";

/** What a probe is given. */
export interface ProbeContext {
  /** The runtime, whose values it reads. */
  readonly host: Host;
  /** Makes its families. */
  readonly families: DefaultFamilies;
  /** What the program wants. */
  readonly config: DefaultMetricsConfig;
  /** When the process was started, in whole seconds since the epoch. */
  readonly started: number;
}

/**
 * Makes families that read the runtime whenever they are read. What the runtime does not have is left
 * out.
 *
 * @throws What the client's classes throw, such as for a name that is taken.
 */
export type DefaultProbe = (context: ProbeContext) => void;

/** The probes of a client, by the names in its `metricsList`, and in that order. */
export type DefaultProbes = Readonly<Record<string, DefaultProbe>>;
