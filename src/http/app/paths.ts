import { ServerStartError } from "../errors.ts";

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
 * Fills in the paths that are not given.
 *
 * @throws {ServerStartError} Where two are the same: one of the endpoints would never answer.
 */
export function readPaths(paths: MetricsPaths = {}): Required<MetricsPaths> {
  const { metrics = "/metrics", health = "/health", ready = "/ready" } = paths;
  if (new Set([metrics, health, ready]).size === 3) return { metrics, health, ready };
  throw new ServerStartError(
    `paths: ${metrics}, ${health} and ${ready} must be three different paths`,
  );
}
