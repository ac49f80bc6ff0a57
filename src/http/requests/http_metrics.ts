import type { CounterFamily } from "../../metrics/counter.ts";
import { MetricsRegistry } from "../../registry/metrics_registry.ts";
import { type Guard, guarded } from "./guard.ts";
import { contentLength, RequestTimer } from "./request_timer.ts";
import { ExtraLabels, type HttpLabels } from "./extra_labels.ts";
import type { HttpContext, HttpMiddleware } from "./http_context.ts";
import {
  type HttpInstrumentOptions,
  type HttpInstruments,
  httpInstruments,
  type HttpLabelSet,
} from "./http_instruments.ts";
import { methodLabel, type StatusDetail, statusLabel } from "./http_labels.ts";
import { type Logger, silentLogger } from "../../model/logger.ts";
import { checkHttpOptions, type OwnRules } from "./http_option_rules.ts";
import { matches, mountedRouteOf, routeOf, unmatched } from "./matched_route.ts";
import { markMeasured, type MeasuredRequest, measuredRequest } from "./measured_request.ts";
import { nodeResponseIn } from "./node_response.ts";
import { RequestEnding } from "./request_ending.ts";
import { responseEnd } from "./response_end.ts";
import { statusOf } from "./web_socket.ts";
import { watchClient } from "./disconnect.ts";

/**
 * Options of the middleware that measures requests.
 *
 * @category Requests
 */
export interface HttpMetricsOptions<Context extends HttpContext = HttpContext>
  extends HttpInstrumentOptions {
  /** The registry for the metrics; the default registry by default. */
  readonly registry?: MetricsRegistry;
  /** Whether the label `status` is a code such as `404`, the default, or a class such as `4xx`. */
  readonly status?: StatusDetail;
  /** Labels besides `method`, `route` and `status`. */
  readonly labels?: HttpLabels<Context>;
  /**
   * Requests that are not measured: routes as they are registered, such as `/health` or `/assets/*`,
   * or a function that returns `true` for them.
   */
  readonly exclude?: readonly string[] | ((context: Context) => boolean);
  /** Receives the first failure of one of your functions; silent by default. */
  readonly logger?: Logger;
}

/**
 * Hono middleware that measures requests.
 *
 * | metric                          | type      | labels                      |
 * | ------------------------------- | --------- | --------------------------- |
 * | `http_request_duration_seconds` | histogram | `method`, `route`, `status` |
 * | `http_requests_total`           | counter   | `method`, `route`, `status` |
 * | `http_requests_aborted_total`   | counter   | `method`, `route`           |
 * | `http_requests_in_flight`       | gauge     |                             |
 * | `http_request_size_bytes`       | histogram | `method`, `route`, `status` |
 * | `http_response_size_bytes`      | histogram | `method`, `route`, `status` |
 *
 * The sizes are there if they are asked for, and nothing is in flight on Workers. All but the gauge
 * also have the labels that you add. The label `route` is the template, such as `/users/:id`, or
 * `unmatched` if there is none; a method that is in no standard is `other`, and a WebSocket has the
 * status `101`.
 *
 * A request ends with its response: a stream when it has been read to its end, or when something
 * else is answered in its place. It is aborted if its client disconnected or its body failed before
 * that. Deno tells of a client that disconnects before the response only during handlers that take
 * longer than 50 ms.
 *
 * Handlers registered before the middleware are not measured. A request is counted once in each
 * registry, however many of these middlewares it meets. The outermost one counts it; its route has
 * what an app within it knows, by `app.route()` or, if that app is measured too, by `app.mount()`.
 *
 * @throws {RegistrationError} If the registry has other metrics by these names, or an option or a
 * label is wrong. The middleware itself adds no errors of its own.
 *
 * @example
 * ```ts
 * import { createMetricsApp, httpMetrics, MetricsRegistry } from "@edgeprom/edgeprom";
 * import { getSampleValue } from "@edgeprom/edgeprom/testing";
 * import { assertEquals } from "@std/assert";
 * import { Hono } from "hono";
 *
 * const registry = new MetricsRegistry();
 * const app = new Hono();
 * app.route("/", createMetricsApp({ registry }));
 * app.use(httpMetrics({ registry }));
 * app.get("/users/:id", (context) => context.text("Ada"));
 *
 * await app.request("/users/7");
 * const labels = { method: "GET", route: "/users/:id", status: "200" };
 * assertEquals(await getSampleValue(registry, "http_requests_total", labels), 1);
 * ```
 *
 * @category Requests
 */
export function httpMetrics<Context extends HttpContext = HttpContext>(
  options: HttpMetricsOptions<Context> = {},
): HttpMiddleware<Context> {
  const meter = new Meter(options);
  return async function httpMetrics(context, next) {
    const measurement = meter.begin(context);
    if (measurement === undefined) return await next();
    let isAnswered = false;
    try {
      await measurement.run(next);
      isAnswered = context.finalized;
    } finally {
      measurement.end(isAnswered);
    }
  };
}

const ownRules: OwnRules<HttpMetricsOptions> = {
  exclude: {
    expected: "a list of routes, or a function",
    fits: (value) =>
      typeof value === "function" ||
      Array.isArray(value) && value.every((route) => typeof route === "string"),
  },
};

/** What the middleware does with a request. */
interface Measurement {
  /** Runs the rest of the app. */
  run(next: () => Promise<void>): Promise<void>;
  /** Ends the measurement: at once, or when the response has been read. */
  end(isAnswered: boolean): void;
}

/** Measures the requests of one middleware. */
class Meter<Context extends HttpContext> {
  readonly #instruments: HttpInstruments;
  readonly #aborted: CounterFamily<HttpLabelSet>;
  readonly #labels: ExtraLabels<Context>;
  readonly #status: StatusDetail;
  readonly #isExcluded: (context: Context) => boolean;
  readonly #guard: Guard;

  constructor(options: HttpMetricsOptions<Context>) {
    checkHttpOptions("httpMetrics", options, ownRules);
    const { registry = MetricsRegistry.global(), status = "code", labels = {} } = options;
    this.#guard = guarded(options.logger ?? silentLogger, "httpMetrics");
    this.#labels = new ExtraLabels(labels, ["method", "route", "status"], this.#guard);
    const names = ["method", "route", "status", ...this.#labels.names];
    this.#instruments = httpInstruments(registry, "http", "requests", names, options);
    this.#aborted = registry.counter({
      name: "http_requests_aborted_total",
      help: "Number of requests whose response did not get to its end.",
      labels: names.filter((name) => name !== "status"),
    });
    this.#status = status;
    this.#isExcluded = exclusion(options.exclude);
  }

  /**
   * Begins a measurement. If something measures the request already, that is only told the route;
   * nothing is done if the request is excluded, or in one app with what measures it.
   */
  begin(context: Context): Measurement | undefined {
    const { requests } = this.#instruments;
    const measured = measuredRequest(context, requests);
    if (measured?.isMounted) return this.#tellRoute(context, measured.request);
    if (measured !== undefined) return undefined;
    if (this.#guard(() => this.#isExcluded(context))) return undefined;
    const { request, run } = markMeasured(context, requests);
    if (nodeResponseIn(context.env) === undefined) watchClient(context.req.raw);
    const timer = new RequestTimer(this.#instruments);
    return { run, end: (isAnswered) => this.#end(timer, context, request, isAnswered) };
  }

  #tellRoute(context: Context, request: MeasuredRequest): Measurement {
    return {
      run: (next) => next(),
      end: (isAnswered) => {
        const route = this.#route(context, request, this.#statusOf(context, isAnswered));
        request.mounted = { path: context.req.path, route };
      },
    };
  }

  #end(timer: RequestTimer, context: Context, measured: MeasuredRequest, answered: boolean): void {
    const status = this.#statusOf(context, answered);
    const method = methodLabel(context.req.method);
    const route = this.#route(context, measured, status);
    const extra = this.#labels.read(context);
    const request = this.#guard(() => this.#requestSize(context));
    const ending = new RequestEnding({
      timer,
      aborted: this.#aborted,
      guard: this.#guard,
      labels: { method, route, status: statusLabel(status, this.#status), ...extra },
      abortedLabels: { method, route, ...extra },
      requestSize: request,
    });
    const countsBytes = this.#instruments.responseSize !== undefined;
    const end = this.#guard(() => responseEnd(context, countsBytes, ending)) ?? { complete: true };
    // Registered here, while the trace of the request is still the current one.
    if (end instanceof Promise) end.then((end) => ending.end(end));
    else ending.endAtOnce(end);
  }

  /** Hono turns an Error into a response before it gets here; anything else ends as a 500. */
  #statusOf(context: Context, isAnswered: boolean): number {
    return (isAnswered ? this.#guard(() => statusOf(context)) : undefined) ?? 500;
  }

  #route(context: Context, { mounted }: MeasuredRequest, status: number): string {
    const find = () =>
      mounted === undefined ? routeOf(context, status) : mountedRouteOf(context, mounted);
    return this.#guard(find) ?? unmatched;
  }

  #requestSize({ req }: Context): number | undefined {
    if (this.#instruments.requestSize === undefined) return undefined;
    const announced = contentLength(req.raw.headers);
    const isRead = req.method === "GET" || req.method === "HEAD";
    return announced ?? (isRead || req.raw.body === null ? 0 : undefined);
  }
}

function exclusion<Context extends HttpContext>(
  exclude: HttpMetricsOptions<Context>["exclude"],
): (context: Context) => boolean {
  if (typeof exclude === "function") return exclude;
  const templates = new Set(exclude);
  return templates.size === 0 ? () => false : (context) => matches(context, templates);
}
