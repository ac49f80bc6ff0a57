import type { Cell } from "../metrics/cell.ts";
import { ClientMetric } from "../metrics/metric.ts";

/**
 * Whether a metric is read cell by cell: it is one of ours, and no program has put a `get()` of its
 * own in the place of ours, in a subclass or on the object.
 */
export function isOwnMetric(metric: unknown): metric is ClientMetric<string, Cell> {
  return metric instanceof ClientMetric && isOurs(metric, "get") &&
    isOurs(metric, "getForPromString");
}

/** Whether the classes right below the common one have a method, or nobody has it. */
function isOurs(metric: object, method: string): boolean {
  let owner: object | null = metric;
  while (owner !== null && !Object.hasOwn(owner, method)) owner = Object.getPrototypeOf(owner);
  return owner === null || Object.getPrototypeOf(owner) === ClientMetric.prototype;
}
