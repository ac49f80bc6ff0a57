import { ServerStartError } from "../errors.ts";

/**
 * Paths of the endpoints, relative to the path at which the app is mounted.
 *
 * @category Serving
 */
export interface MetricsPaths {
  /** Path of the metrics; `/metrics` by default. */
  readonly metrics?: string;
  /** Path of the liveness probe; `/health` by default. */
  readonly health?: string;
  /** Path of the readiness probe; `/ready` by default. */
  readonly ready?: string;
}

/** The paths of all endpoints. */
export interface EndpointPaths extends Required<MetricsPaths> {
  /** Path of the live page, if there is one. */
  readonly live?: string;
}

/**
 * Fills in the paths that are not given.
 *
 * @throws {ServerStartError} If two are the same, as one of the endpoints would never answer.
 */
export function readPaths(paths: MetricsPaths = {}, hasLivePage = false): EndpointPaths {
  const { metrics = "/metrics", health = "/health", ready = "/ready" } = paths;
  if (new Set([metrics, health, ready]).size < 3) {
    throw new ServerStartError(
      `paths: ${metrics}, ${health} and ${ready} must be three different paths`,
    );
  }
  if (!hasLivePage) return { metrics, health, ready };
  const live = `${metrics.replace(/\/$/, "")}/live`;
  if (live !== health && live !== ready) return { metrics, health, ready, live };
  throw new ServerStartError(
    `paths: ${live} is the path of the live page; give health and ready other ones`,
  );
}
