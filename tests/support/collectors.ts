import type { Collector, MetricFamily } from "../../mod.ts";
import { gaugeOf } from "./families.ts";

/** A collector of these families. */
export function collectorOf(...families: readonly MetricFamily[]): Collector {
  return { collect: () => families };
}

/** A collector that returns any value, even one that the types forbid. */
export function collectorGiving(answer: unknown): Collector {
  return { collect: () => answer as readonly MetricFamily[] };
}

/** A collector that fails. */
export function collectorThrowing(error: unknown): Collector {
  return {
    collect() {
      throw error;
    },
  };
}

/** A collector that returns a family once the promise is fulfilled. */
export function collectorAfter(promise: PromiseLike<unknown>, name: string): Collector {
  return {
    collect: async () => {
      await promise;
      return [gaugeOf(name, {})];
    },
  };
}
