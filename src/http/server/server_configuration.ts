import { checkSettings, type ServerConfiguration, settingsIn } from "../app/configuration.ts";
import { ServerStartError } from "../errors.ts";

export type { ServerConfiguration } from "../app/configuration.ts";

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The configuration of a metrics server: options first, then `METRICS_HOST` and `METRICS_PORT`,
 * then the defaults `0.0.0.0` and 9090. A blank variable counts as unset, and so does a
 * `METRICS_PORT` that Kubernetes sets. All settings among the options are checked, not only these.
 *
 * @throws {ServerStartError} If an option or a variable is wrong. The message names each, its value,
 * and what is allowed.
 */
export function readServerConfiguration(
  options: Partial<ServerConfiguration>,
  environment: Environment,
): ServerConfiguration {
  const hostname = options.hostname ?? setting(environment.METRICS_HOST) ?? "0.0.0.0";
  const port = options.port ?? portOf(setting(environment.METRICS_PORT)) ?? 9090;
  const { drainSeconds = 0, shutdownTimeoutSeconds = 10 } = options;
  const given = { ...settingsIn(options), hostname, port, drainSeconds, shutdownTimeoutSeconds };
  const { settings, problems } = checkSettings(given, {
    ...(options.hostname === undefined ? { hostname: "METRICS_HOST" } : {}),
    ...(options.port === undefined ? { port: "METRICS_PORT" } : {}),
  });
  if (settings === undefined) {
    throw new ServerStartError(`the metrics server cannot start: ${problems}`);
  }
  return { hostname: settings.hostname ?? hostname, port, drainSeconds, shutdownTimeoutSeconds };
}

function setting(value: string | undefined): string | undefined {
  return value?.trim() ? value.trim() : undefined;
}

/**
 * Whether Kubernetes set a variable, as it does in every container of a namespace with a Service
 * called metrics: `METRICS_PORT=tcp://10.96.0.12:9090`. Docker's links are the same.
 */
export function isOfService(value: string | undefined): boolean {
  return /^(tcp|udp|sctp):\/\//i.test(value?.trim() ?? "");
}

/** Converts digits to a number, and leaves what is not passed over for the rules to reject. */
function portOf(value: string | undefined): number | undefined {
  if (isOfService(value)) return undefined;
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : value as number | undefined;
}
