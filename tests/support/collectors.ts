import type { Collector, MetricFamily } from "../../mod.ts";
import { gaugeOf } from "./families.ts";

/** A collector of these families. */
export function collectorOf(...families: readonly MetricFamily[]): Collector {
  return { collect: () => families };
}

/** A collector that gives whatever it is told, also what the types forbid. */
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

/** A collector that answers when the promise does. */
export function collectorAfter(promise: PromiseLike<unknown>, name: string): Collector {
  return {
    collect: async () => {
      await promise;
      return [gaugeOf(name, {})];
    },
  };
}
