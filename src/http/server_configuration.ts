import * as z from "zod";
import { display } from "../core/errors.ts";
import { ServerStartError } from "./errors.ts";

/** Where and how a metrics server listens. */
export interface ServerConfiguration {
  /** The address to listen on; every one by default. */
  readonly hostname: string;
  /** The port; 0 picks a free one. */
  readonly port: number;
  /** How long `/ready` says 503 before the server stops taking connections. */
  readonly drainSeconds: number;
  /** How long running requests may take to finish after that. */
  readonly shutdownTimeoutSeconds: number;
}

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

const names: Readonly<Record<string, string>> = { hostname: "METRICS_HOST", port: "METRICS_PORT" };

/**
 * The configuration of a metrics server: options first, then `METRICS_HOST` and `METRICS_PORT`,
 * then the defaults `0.0.0.0` and 9090. A blank variable counts as not set.
 *
 * @throws {ServerStartError} Naming each option or variable that is wrong, its value, and what is
 * allowed.
 */
export function readServerConfiguration(
  options: Partial<ServerConfiguration>,
  environment: Environment,
): ServerConfiguration {
  const duration = "must be a number of seconds from 0 up";
  const seconds = z.number(duration).min(0, duration);
  const schema = z.object({
    hostname: z.string("must be a host name or an address").trim().min(1, "must not be empty"),
    port: z.int("must be a whole number from 0 to 65535")
      .min(0, "must be a port from 0 to 65535; 0 picks a free one")
      .max(65_535, "must be a port from 0 to 65535; 0 picks a free one"),
    drainSeconds: seconds,
    shutdownTimeoutSeconds: seconds,
  });
  const hostname = options.hostname ?? setting(environment.METRICS_HOST) ?? "0.0.0.0";
  const port = options.port ?? portOf(setting(environment.METRICS_PORT)) ?? 9090;
  const { drainSeconds = 0, shutdownTimeoutSeconds = 10 } = options;
  const given = { hostname, port, drainSeconds, shutdownTimeoutSeconds };
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => {
    const option = String(path[0]) as keyof ServerConfiguration;
    const source = options[option] === undefined ? names[option] ?? option : option;
    return `${source} is ${display(given[option])}: it ${message}`;
  });
  throw new ServerStartError(`the metrics server cannot start: ${problems.join("; ")}`);
}

function setting(value: string | undefined): string | undefined {
  return value?.trim() ? value.trim() : undefined;
}

/** Digits as a number; anything else as it is, for the schema to refuse. */
function portOf(value: string | undefined): number | undefined {
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : value as number | undefined;
}
