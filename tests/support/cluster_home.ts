import type { ClusterHome } from "../../src/clients/cluster/home.ts";
import type { MetricJson } from "../../src/clients/registry/aggregators.ts";

/** The metrics of a registry with one number. */
export function listOf(value: number, aggregator?: string): MetricJson[] {
  const values = [{ value, labels: {} }];
  return [{ name: "a", help: "Some help.", type: "gauge", values, aggregator }];
}

/** A client whose pages are its numbers with `+` between them. */
export function homeWith(json: (aggregator?: string) => Promise<MetricJson[]>): ClusterHome {
  const register = { getMetricsAsJSON: json };
  return {
    register,
    isRegistry: (value) =>
      typeof value === "object" && value !== null && "getMetricsAsJSON" in value,
    aggregate(lists, contentType) {
      const metrics = lists.flat();
      const numbers = metrics.flatMap(({ values }) => values.map(({ value }) => value));
      const page = numbers.join(" + ") + (contentType === undefined ? "" : ` as ${contentType}`);
      return { metrics: () => Promise.resolve(page), getMetricsAsArray: () => metrics };
    },
  };
}
