import { ClientCounter } from "../../src/clients/metrics/counter.ts";
import { ClientGauge } from "../../src/clients/metrics/gauge.ts";
import { ClientHistogram } from "../../src/clients/metrics/histogram.ts";
import type { MetricRegister } from "../../src/clients/metrics/metric.ts";
import { type ClientProfile, promClient, prometheusClient } from "../../src/clients/profile.ts";

/** A registry that only knows which metrics are in it. */
export class FakeRegister implements MetricRegister {
  /** The metrics, in the order in which they came. */
  readonly metrics: { readonly name: string }[] = [];
  contentType = "text/plain; version=0.0.4; charset=utf-8";

  registerMetric(metric: { readonly name: string }): void {
    const present = this.metrics.find(({ name }) => name === metric.name);
    if (present === metric) return;
    if (present) throw new Error(`A metric with the name ${metric.name} is there`);
    this.metrics.push(metric);
  }

  removeSingleMetric(name: string): void {
    this.metrics.splice(this.metrics.findIndex((metric) => metric.name === name), 1);
  }
}

/** The metrics of a client, and the registry that they enter by default. */
export interface ClientMetrics {
  readonly profile: ClientProfile;
  readonly register: FakeRegister;
  readonly Counter: new (...given: ConstructorParameters<typeof ClientCounter>) => ClientCounter;
  readonly Gauge: new (...given: ConstructorParameters<typeof ClientGauge>) => ClientGauge;
  readonly Histogram: new (
    ...given: ConstructorParameters<typeof ClientHistogram>
  ) => ClientHistogram;
}

/** The classes of a client as its entry makes them. */
export function metricsOf(profile: ClientProfile): ClientMetrics {
  const register = new FakeRegister();
  return {
    profile,
    register,
    Counter: class Counter extends ClientCounter {
      protected override get profile(): ClientProfile {
        return profile;
      }
      protected override get register(): FakeRegister {
        return register;
      }
    },
    Gauge: class Gauge extends ClientGauge {
      protected override get profile(): ClientProfile {
        return profile;
      }
      protected override get register(): FakeRegister {
        return register;
      }
    },
    Histogram: class Histogram extends ClientHistogram {
      protected override get profile(): ClientProfile {
        return profile;
      }
      protected override get register(): FakeRegister {
        return register;
      }
    },
  };
}

/** Both clients. */
export const bothClients: readonly ClientMetrics[] = [promClient, prometheusClient].map(metricsOf);
