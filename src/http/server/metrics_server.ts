import { milliseconds } from "../../model/platform/clock.ts";
import { raceDeadline, setDeadline } from "../../model/platform/deadline.ts";
import { checkAppOptions } from "../app/app_options.ts";
import { BindError, ServerStartError } from "../errors.ts";
import { addLandingPage } from "./landing_page.ts";
import { listen, shortPageOfServer } from "./listen.ts";
import type { Listener } from "./listener.ts";
import { failsafe, type Logger, silentLogger } from "../../model/logger.ts";
import { appOf, type MetricsAppOptions } from "../app/metrics_app.ts";
import { readPaths } from "../app/paths.ts";
import { RunningRequests } from "./running_requests.ts";
import {
  type Environment,
  isOfService,
  readServerConfiguration,
  type ServerConfiguration,
} from "./server_configuration.ts";

/**
 * Options of a metrics server: what it serves, and on which address.
 *
 * @category Serving
 */
export interface MetricsServerOptions extends MetricsAppOptions, Partial<ServerConfiguration> {}

/** Time to send the 503 to clients whose requests a shutdown has ended. */
const responseGraceSeconds = 1;

/** Codes and names of the errors that runtimes throw for an address that they cannot bind. */
const bindErrors = [
  "EADDRINUSE",
  "EACCES",
  "EADDRNOTAVAIL",
  "ENOTFOUND",
  "AddrInUse",
  "AddrNotAvailable",
  "PermissionDenied",
];

/**
 * A standalone HTTP server for `/metrics`, `/health` and `/ready`, on Deno, Bun and Node.
 *
 * It listens on `METRICS_HOST` and `METRICS_PORT`, or 0.0.0.0:9090, unless the options say
 * otherwise. `/` is a page with links to the endpoints.
 *
 * @example
 * ```ts
 * import { MetricsRegistry, MetricsServer } from "@edgeprom/edgeprom";
 * import { assertEquals } from "@std/assert";
 *
 * const server = new MetricsServer({ registry: new MetricsRegistry(), hostname: "127.0.0.1", port: 0 });
 * await server.start();
 * const response = await fetch(`${server.url}/health`);
 * assertEquals((await response.json()).status, "healthy");
 * await server.shutdown();
 * ```
 *
 * @category Serving
 */
export class MetricsServer {
  readonly #configuration: ServerConfiguration;
  readonly #options: MetricsServerOptions;
  #running: RunningRequests | undefined;
  #listener: Promise<Listener> | undefined;
  #port: number;
  #stopping: Promise<void> | undefined;

  /**
   * Reads the configuration; listens only after {@linkcode MetricsServer.start}.
   *
   * @throws {ServerStartError} If the configuration is wrong. The message names each wrong setting,
   * its value, and what is allowed.
   */
  constructor(options: MetricsServerOptions = {}) {
    checkAppOptions("the metrics server", options);
    this.#configuration = readServerConfiguration(options, environment());
    readPaths(options.paths, options.livePage);
    this.#options = options;
    this.#port = this.#configuration.port;
  }

  /** The server's URL as seen from this machine, for example `http://127.0.0.1:9090`. */
  get url(): string {
    const { hostname } = this.#configuration;
    const local = { "0.0.0.0": "127.0.0.1", "::": "[::1]" }[hostname];
    return `http://${local ?? bracketed(hostname)}:${this.#port}`;
  }

  /**
   * Starts to listen.
   *
   * @throws {BindError} If the address is taken or not allowed.
   * @throws {ServerStartError} If the server was started or shut down before, or the runtime refuses
   * for another reason.
   */
  async start(): Promise<void> {
    if (this.#listener !== undefined || this.#stopping !== undefined) {
      const state = this.#stopping === undefined ? "started" : "shut down";
      throw new ServerStartError(
        `the metrics server at ${this.url} was ${state} before; make a new one to start again`,
      );
    }
    const { hostname, port } = this.#configuration;
    if (this.#options.port === undefined && isOfService(environment().METRICS_PORT)) {
      this.#logger.warn(
        "METRICS_PORT is passed over: it is what Kubernetes sets for a Service called metrics",
      );
    }
    const isStopping = () => this.#stopping !== undefined;
    const app = appOf(this.#options, { isStopping, shortPage: shortPageOfServer() });
    addLandingPage(app, readPaths(this.#options.paths, this.#options.livePage));
    this.#running = new RunningRequests((request) => app.fetch(request));
    this.#listener = listen(this.#running.answer, hostname, port);
    try {
      this.#port = (await this.#listener).port;
    } catch (error) {
      this.#listener = undefined;
      throw startError(`${bracketed(hostname)}:${port}`, error);
    }
    this.#logger.info(`metrics server listens on ${this.url}`);
  }

  /**
   * Stops gracefully. `/ready` turns to 503, and each answer ends its connection. After
   * `drainSeconds`, new requests are refused with 503, those in progress finish, and the socket closes
   * last. Requests that have not finished after `shutdownTimeoutSeconds` are answered with 503, and
   * readers that stall are cut off. Further calls return the same promise.
   */
  shutdown(): Promise<void> {
    return this.#stopping ??= this.#shutdown();
  }

  async #shutdown(): Promise<void> {
    const listener = await this.#listener?.catch(() => undefined);
    const running = this.#running;
    if (listener === undefined || running === undefined) return;
    const { drainSeconds, shutdownTimeoutSeconds } = this.#configuration;
    running.drain();
    await new Promise<void>((resolve) => setDeadline(drainSeconds, resolve));
    const inTime = stopwatch(shutdownTimeoutSeconds);
    const finished = await inTime(running.finish()) || await this.#end(running);
    if (!finished) {
      await listener.abort();
    } else {
      await running.hold();
      const closed = listener.close();
      running.release();
      if (!await inTime(closed, responseGraceSeconds)) await listener.abort();
    }
    this.#logger.info(`metrics server at ${this.url} is shut down`);
  }

  /** Ends the requests in progress, and tells whether that is done. */
  #end(running: RunningRequests): Promise<boolean> {
    const { shutdownTimeoutSeconds } = this.#configuration;
    this.#logger.warn(`requests ran longer than ${shutdownTimeoutSeconds} s and were ended`);
    running.end();
    return settlesWithin(running.finish(), responseGraceSeconds);
  }

  get #logger(): Logger {
    return failsafe(this.#options.logger ?? silentLogger);
  }
}

/** Whether a promise settles, however, in this time. */
function settlesWithin(promise: Promise<unknown>, seconds: number): Promise<boolean> {
  return raceDeadline(promise.then(() => true, () => true), { seconds }, () => false);
}

/** Whether promises settle within a time that they share, of which each gets at least some. */
function stopwatch(
  seconds: number,
): (promise: Promise<unknown>, least?: number) => Promise<boolean> {
  const start = milliseconds();
  return (promise, least = 0) => {
    const left = seconds - (milliseconds() - start) / 1000;
    return settlesWithin(promise, Math.max(left, least));
  };
}

function startError(address: string, error: unknown): ServerStartError {
  const { code, name } = Object(error) as { code?: string; name?: string };
  if (bindErrors.includes(code ?? "") || bindErrors.includes(name ?? "")) {
    return new BindError(address, error);
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new ServerStartError(`the metrics server cannot start on ${address}: ${reason}`, {
    cause: error,
  });
}

/** The environment variables; none if the runtime has none or reading is not permitted. */
function environment(): Environment {
  try {
    const { env } = (globalThis as { process?: { env?: Environment } }).process ?? {};
    return { METRICS_HOST: env?.METRICS_HOST, METRICS_PORT: env?.METRICS_PORT };
  } catch {
    return {};
  }
}

function bracketed(hostname: string): string {
  return hostname.includes(":") ? `[${hostname}]` : hostname;
}
