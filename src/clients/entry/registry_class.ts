import type { ClientProfile } from "../profile.ts";
import {
  aggregated,
  type Aggregators,
  aggregatorsOf,
  type MetricJson,
} from "../registry/aggregators.ts";
import { openMetricsContentType, prometheusContentType } from "../registry/content_types.ts";
import { mergeRegistries } from "../registry/merge.ts";
import { ClientRegistry, itself } from "../registry/registry.ts";
import { named } from "./named.ts";

/** The metrics of several registries, each as `getMetricsAsJSON()` gives them. */
export type MetricLists = readonly (readonly MetricJson[])[];

/** The registry of a client. */
export interface RegistryClass {
  new (contentType?: string): ClientRegistry;
  /** A registry with the metrics of others. */
  merge(registers: readonly ClientRegistry[]): ClientRegistry;
}

/** A client's registry, and what belongs to it. */
export interface RegistryParts {
  /** Its class. */
  readonly Registry: RegistryClass;
  /** The registry that a metric enters if its configuration names none. */
  readonly register: ClientRegistry;
  /** Tells, from now on, of each content type that this one gets. */
  watchContentType(tell: (type: string) => void): void;
  /** The aggregators by name. */
  readonly aggregators: Aggregators;
  /** A registry with the sums, or what else aggregators make, of the metrics of several. */
  readonly aggregate: (lists: MetricLists, contentType?: string) => ClientRegistry;
}

/** Makes the registry of a client. */
export function registryClass(profile: ClientProfile): RegistryParts {
  let tell: ((type: string) => void) | undefined;
  class Registry extends ClientRegistry {
    static get PROMETHEUS_CONTENT_TYPE() {
      return prometheusContentType;
    }

    static get OPENMETRICS_CONTENT_TYPE() {
      return openMetricsContentType;
    }

    static merge(registers: readonly ClientRegistry[]): ClientRegistry {
      return mergeRegistries(registers, Registry);
    }

    override setContentType(contentType: string): void {
      super.setContentType(contentType);
      if (this[itself] === register) tell?.(contentType);
    }
  }
  named("Registry", Registry);
  Object.defineProperty(Registry.prototype, "profile", { value: profile });
  const aggregators = aggregatorsOf(profile);
  const aggregate = (lists: MetricLists, contentType: string = prometheusContentType) => {
    const registry = new Registry();
    registry.setContentType(contentType);
    return aggregated(registry as never, lists, aggregators, profile) as ClientRegistry;
  };
  const register = new Registry();
  Object.assign(Registry, { globalRegistry: register });
  if (profile.sumsByDefault) Object.assign(Registry, { aggregate });
  const watchContentType = (told: typeof tell) => void (tell = told);
  return { Registry, register, watchContentType, aggregators, aggregate };
}
