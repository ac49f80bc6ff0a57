import { ClientCounter } from "../metrics/counter.ts";
import { ClientGauge } from "../metrics/gauge.ts";
import { ClientHistogram } from "../metrics/histogram.ts";
import { ClientSummary } from "../metrics/summary.ts";
import type { ClientProfile } from "../profile.ts";
import { ClientPushgateway } from "../push/pushgateway.ts";
import { openMetricsContentType, prometheusContentType } from "../registry/content_types.ts";
import { mergeRegistries } from "../registry/merge.ts";
import { ClientRegistry } from "../registry/registry.ts";

// deno-lint-ignore no-explicit-any -- so that any class can be extended
type AnyClass = abstract new (...args: any[]) => object;

/** The classes of a client, which its entry gives types, and its global registry. */
export interface ClientClasses {
  /** Its registry. */
  readonly Registry: new (contentType?: string) => ClientRegistry;
  /** The registry that a metric enters if its configuration names none. */
  readonly register: ClientRegistry;
  /** Its counter. */
  readonly Counter: typeof ClientCounter;
  /** Its gauge. */
  readonly Gauge: typeof ClientGauge;
  /** Its histogram. */
  readonly Histogram: typeof ClientHistogram;
  /** Its summary. */
  readonly Summary: typeof ClientSummary;
  /** Its Pushgateway. */
  readonly Pushgateway: typeof ClientPushgateway;
}

/** Makes the classes of a client. */
export function clientClasses(profile: ClientProfile): ClientClasses {
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
    protected override get profile(): ClientProfile {
      return profile;
    }
  }
  const register = new Registry();
  const ownClass = <Class extends AnyClass>(name: string, Base: Class): Class => {
    const own = { [name]: class extends (Base as AnyClass) {} }[name];
    Object.defineProperties(own.prototype, {
      profile: { value: profile },
      register: { value: register },
    });
    return own as unknown as Class;
  };
  return {
    Registry,
    register,
    Counter: ownClass("Counter", ClientCounter),
    Gauge: ownClass("Gauge", ClientGauge),
    Histogram: ownClass("Histogram", ClientHistogram),
    Summary: ownClass("Summary", ClientSummary),
    Pushgateway: ownClass("Pushgateway", ClientPushgateway),
  };
}

/** Tells of each content type that a registry gets. */
export function watchContentType(registry: ClientRegistry, tell: (type: string) => void): void {
  registry.setContentType = (type) => {
    Object.getPrototypeOf(registry).setContentType.call(registry, type);
    tell(type);
  };
}
