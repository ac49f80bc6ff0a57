import { display, RegistrationError } from "../model/errors.ts";
import { aBoolean, aList, aRegistry, checkOptions, type OptionRules } from "../model/options.ts";
import { MetricsRegistry } from "../registry/metrics_registry.ts";
import { findHost, type Host } from "./host.ts";
import type { Probe, RunningProbe } from "./probe.ts";
import { probes, promClientProbes, type RuntimeProbe } from "./probes.ts";

/**
 * The choice of probes.
 *
 * @category Runtime
 */
export interface RuntimeMetricsOptions {
  /** The probes to start; by default all but those that only dashboards for prom-client need. */
  readonly include?: readonly RuntimeProbe[];
  /** The probes to leave out; none by default. */
  readonly exclude?: readonly RuntimeProbe[];
  /**
   * Whether dashboards for prom-client find their names, on every runtime; false by default. Names
   * then begin with `nodejs_` instead of `deno_` or `bun_`, and the probes `process_cpu_modes`,
   * `eventloop_lag` and `active_counts` are on.
   */
  readonly promClientNames?: boolean;
}

/**
 * The metrics of the runtime in a registry.
 *
 * @category Runtime
 */
export interface RuntimeMetrics {
  /** Removes the metrics, and ends what runs between scrapes. */
  stop(): void;
}

/**
 * Registers the metrics of the process and the runtime: `process_*` as Prometheus' guidelines name
 * them, and `nodejs_*`, `deno_*` or `bun_*`.
 *
 * Metrics that a runtime does not expose are omitted; on Workers there are none. Nothing prompts
 * for a permission. A registry has these metrics once: until they are stopped, another call returns
 * the present ones.
 *
 * @param registry Where to register them; the default registry by default.
 * @throws {RegistrationError} If there is no such probe, or another metric of the same name.
 *
 * @example
 * ```ts
 * import { MetricsRegistry } from "@edgeprom/edgeprom";
 * import { registerRuntimeMetrics } from "@edgeprom/edgeprom/runtime";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const registry = new MetricsRegistry();
 * const metrics = registerRuntimeMetrics(registry, { exclude: ["eventloop_delay"] });
 *
 * assertStringIncludes(await registry.text(), "process_resident_memory_bytes ");
 * metrics.stop();
 * ```
 *
 * @category Runtime
 */
export function registerRuntimeMetrics(
  registry: MetricsRegistry = MetricsRegistry.global(),
  options: RuntimeMetricsOptions = {},
): RuntimeMetrics {
  const wanted = readNames(options);
  if (!aRegistry.fits(registry)) {
    throw new RegistrationError(
      `runtime metrics: ${display(registry)} must be ${aRegistry.expected}; ` +
        `write registerRuntimeMetrics(registry, options)`,
    );
  }
  const present = registrations().get(registry);
  if (present !== undefined) {
    present.register();
    return present;
  }
  const host = findHost(options.promClientNames);
  const running = host === undefined
    ? []
    : wanted.map((name) => start(probes[name], host)).filter((probe) => probe !== undefined);
  const registration = new Registration(registry, running);
  registration.register();
  registrations().set(registry, registration);
  return registration;
}

/** The started probes of a registry. */
class Registration implements RuntimeMetrics {
  readonly #registry: MetricsRegistry;
  /** Empty once it is stopped: a profile is read once, and a later registration is not its own. */
  #running: readonly RunningProbe[];

  constructor(registry: MetricsRegistry, running: readonly RunningProbe[]) {
    this.#registry = registry;
    this.#running = running;
  }

  /** Registers the collectors that are not registered, for example after a `clear()`. */
  register(): void {
    try {
      for (const { collector } of this.#running) this.#registry.register(collector);
    } catch (error) {
      this.stop();
      throw error;
    }
  }

  stop(): void {
    const running = this.#running;
    this.#running = [];
    for (const { collector, stop } of running) {
      this.#registry.unregister(collector);
      stop?.();
    }
    if (registrations().get(this.#registry) === this) registrations().delete(this.#registry);
  }
}

/** One map for the process, even if this module is loaded twice. */
const key = Symbol.for("edgeprom.runtime.v0");

function registrations(): WeakMap<MetricsRegistry, Registration> {
  const holder = globalThis as { [key]?: WeakMap<MetricsRegistry, Registration> };
  return holder[key] ??= new WeakMap();
}

/** Starts a probe and collects once: if that fails, it would always fail. */
function start(probe: Probe, host: Host): RunningProbe | undefined {
  let running: RunningProbe | undefined;
  try {
    running = probe(host);
    running?.collector.collect();
    return running;
  } catch {
    running?.stop?.();
    return undefined;
  }
}

const optionRules: OptionRules<RuntimeMetricsOptions> = {
  include: aList,
  exclude: aList,
  promClientNames: aBoolean,
};

function readNames(options: RuntimeMetricsOptions): readonly RuntimeProbe[] {
  checkOptions("runtime metrics", options, optionRules);
  const { include, exclude = [], promClientNames = false } = options;
  const all = Object.keys(probes) as RuntimeProbe[];
  const unknown = [...include ?? [], ...exclude].find((name) => !all.includes(name));
  if (unknown !== undefined) {
    throw new RegistrationError(
      `runtime metrics: ${display(unknown)} is not a probe; those are ${all.join(", ")}`,
    );
  }
  const usual = all.filter((name) => promClientNames || !promClientProbes.includes(name));
  const wanted = include ?? usual;
  return all.filter((name) => wanted.includes(name) && !exclude.includes(name));
}
