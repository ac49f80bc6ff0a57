import { ClientCounter } from "../metrics/counter.ts";
import { ClientGauge } from "../metrics/gauge.ts";
import { ClientHistogram, type HistogramConfiguration } from "../metrics/histogram.ts";
import type { MetricConfiguration } from "../metrics/metric_types.ts";
import { ClientSummary, type SummaryConfiguration } from "../metrics/summary.ts";
import type { ClientProfile } from "../profile.ts";
import { ClientPushgateway } from "../push/pushgateway.ts";
import { type AnyClass, named } from "./named.ts";
import type { RegistryParts } from "./registry_class.ts";

/**
 * A metric but for what `get()` gives: the clients' types have `collect` in it, which is not there.
 * Everything else is compared with the types of an entry.
 */
// deno-lint-ignore no-explicit-any -- each entry says what is in it
type Told<Metric> = Omit<Metric, "get"> & { get(): Promise<any> };

/** The classes of a client, which its entry gives types. */
export interface ClientClasses {
  /** Its counter. */
  readonly Counter: new <Labels extends string>(
    config: MetricConfiguration<Labels>,
  ) => Told<ClientCounter<Labels>>;
  /** Its gauge. */
  readonly Gauge: new <Labels extends string>(
    config: MetricConfiguration<Labels>,
  ) => Told<ClientGauge<Labels>>;
  /** Its histogram. */
  readonly Histogram: new <Labels extends string>(
    config: HistogramConfiguration<Labels>,
  ) => Told<ClientHistogram<Labels>>;
  /** Its summary. */
  readonly Summary: new <Labels extends string>(
    config: SummaryConfiguration<Labels>,
  ) => Told<ClientSummary<Labels>>;
  /** Its Pushgateway. */
  readonly Pushgateway: new (
    ...given: ConstructorParameters<typeof ClientPushgateway>
  ) => ClientPushgateway;
}

/** Makes the metrics and the Pushgateway of a client, whose registry there is. */
export function clientClasses(
  profile: ClientProfile,
  { register }: RegistryParts,
): ClientClasses {
  const ownClass = <Class extends AnyClass>(name: string, Base: AnyClass): Class => {
    const own = named(name, class extends Base {});
    Object.defineProperties(own.prototype, {
      profile: { value: profile },
      register: { value: register },
    });
    return own as unknown as Class;
  };
  return {
    Counter: ownClass("Counter", ClientCounter),
    Gauge: ownClass("Gauge", ClientGauge),
    Histogram: ownClass("Histogram", ClientHistogram),
    Summary: ownClass("Summary", ClientSummary),
    Pushgateway: ownClass("Pushgateway", ClientPushgateway),
  };
}
