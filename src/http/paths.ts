import * as z from "zod";
import { ServerStartError } from "./errors.ts";

/** Where the endpoints are, below the point where the app is mounted. */
export interface MetricsPaths {
  /** The metrics; `/metrics` by default. */
  readonly metrics?: string;
  /** The liveness probe; `/health` by default. */
  readonly health?: string;
  /** The readiness probe; `/ready` by default. */
  readonly ready?: string;
}

/**
 * Checks the paths and fills in those that are not given.
 *
 * @throws {ServerStartError} Naming each path that is wrong.
 */
export function readPaths(paths: MetricsPaths = {}): Required<MetricsPaths> {
  const path = z.string().startsWith("/", "must begin with a slash, as in /metrics");
  const schema = z.strictObject({
    metrics: path.default("/metrics"),
    health: path.default("/health"),
    ready: path.default("/ready"),
  }).refine((all) => new Set(Object.values(all)).size === 3, "must be three different paths");
  const result = schema.safeParse(paths);
  if (result.success) return result.data;
  throw new ServerStartError(`paths: ${z.prettifyError(result.error)}`);
}
