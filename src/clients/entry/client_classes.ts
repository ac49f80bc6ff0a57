import { ClientCounter } from "../metrics/counter.ts";
import { ClientGauge } from "../metrics/gauge.ts";
import { ClientHistogram } from "../metrics/histogram.ts";
import type { MetricRegister } from "../metrics/metric.ts";
import { ClientSummary } from "../metrics/summary.ts";
import type { ClientProfile } from "../profile.ts";
import { ClientPushgateway } from "../push/pushgateway.ts";
import { mergeRegistries } from "../registry/merge.ts";
import { ClientRegistry } from "../registry/registry.ts";

// deno-lint-ignore no-explicit-any -- so that any class can be extended
type AnyClass = abstract new (...args: any[]) => object;

/** The classes of a client, which its entry gives names and types. */
export interface ClientClasses {
  /** Its registry. */
  readonly Registry: abstract new (contentType?: string) => ClientRegistry;
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

/** What the classes need of those that extend them, once these are made. */
export interface Home {
  /** The registry that a metric enters if its configuration names none. */
  readonly register?: MetricRegister;
  /** The class of a registry that others are merged into. */
  readonly Registry?: new (contentType?: string) => ClientRegistry;
}

/**
 * The classes of a client.
 *
 * @param profile What differs between the clients.
 * @param home Read once there are metrics.
 */
export function clientClasses(profile: ClientProfile, home: Home): ClientClasses {
  abstract class Registry extends ClientRegistry {
    static merge(registers: readonly ClientRegistry[]): ClientRegistry {
      return mergeRegistries(registers, home.Registry!);
    }
    protected override get profile(): ClientProfile {
      return profile;
    }
  }
  const ownClass = <Class extends AnyClass>(Base: Class): Class => {
    class Own extends (Base as AnyClass) {}
    Object.defineProperties(Own.prototype, {
      profile: { value: profile },
      register: { get: () => home.register },
    });
    return Own as unknown as Class;
  };
  return {
    Registry,
    Counter: ownClass(ClientCounter),
    Gauge: ownClass(ClientGauge),
    Histogram: ownClass(ClientHistogram),
    Summary: ownClass(ClientSummary),
    Pushgateway: ownClass(ClientPushgateway),
  };
}

/** Tells of each content type that a registry gets. */
export function watchContentType(registry: ClientRegistry, tell: (type: string) => void): void {
  registry.setContentType = (type) => {
    Object.getPrototypeOf(registry).setContentType.call(registry, type);
    tell(type);
  };
}
