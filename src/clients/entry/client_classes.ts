import { ClientCounter } from "../metrics/counter.ts";
import { ClientGauge } from "../metrics/gauge.ts";
import { ClientHistogram } from "../metrics/histogram.ts";
import { ClientSummary } from "../metrics/summary.ts";
import type { ClientProfile } from "../profile.ts";
import { ClientPushgateway } from "../push/pushgateway.ts";
import { type AnyClass, named } from "./named.ts";
import type { RegistryParts } from "./registry_class.ts";

/** The classes of a client, which its entry gives types. */
export interface ClientClasses {
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

/** Makes the metrics and the Pushgateway of a client, whose registry there is. */
export function clientClasses(
  profile: ClientProfile,
  { register }: RegistryParts,
): ClientClasses {
  const ownClass = <Class extends AnyClass>(name: string, Base: Class): Class => {
    const own = named(name, class extends (Base as AnyClass) {});
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
