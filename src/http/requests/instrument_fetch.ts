import { display, RegistrationError } from "../../model/errors.ts";
import { anything } from "../../model/options.ts";
import type { ClosedRule, LabelSchema } from "../../model/family/labels.ts";
import { MetricsRegistry } from "../../registry/metrics_registry.ts";
import { guarded } from "./guard.ts";
import { contentLength, RequestTimer } from "./request_timer.ts";
import { ExtraLabels, type HttpLabel, type HttpLabels } from "./extra_labels.ts";
import { type HttpInstrumentOptions, httpInstruments } from "./http_instruments.ts";
import { checkHttpOptions, type OwnRules } from "./http_option_rules.ts";
import { methodLabel, other, type StatusDetail, statusLabel } from "./http_labels.ts";
import { type Logger, silentLogger } from "../../model/logger.ts";
import { bodySize, isCancelled, type OutgoingRequest, readOutgoing } from "./outgoing_request.ts";

/**
 * The global `fetch`, or a function like it.
 *
 * @category Requests
 */
// deno-lint-ignore no-explicit-any
export type FetchFunction = (input: any, init?: any) => Promise<Response>;

/**
 * Options of the measurement of outgoing requests.
 *
 * @category Requests
 */
export interface InstrumentFetchOptions extends HttpInstrumentOptions {
  /** The registry for the metrics; the default registry by default. */
  readonly registry?: MetricsRegistry;
  /** Whether the label `status` is a code such as `404`, the default, or a class such as `4xx`. */
  readonly status?: StatusDetail;
  /**
   * Allowed values of the label `host`: a closed list or a schema; any other is `other`. Any host by
   * default, which suits a service that calls a few. If users choose the hosts, they could exhaust
   * the series limit of the registry.
   */
  readonly hosts?: ClosedRule;
  /** Labels besides `method`, `host` and `status`; one called `host` replaces that one. */
  readonly labels?: HttpLabels<OutgoingRequest>;
  /** Receives the first failure of one of your functions; silent by default. */
  readonly logger?: Logger;
}

/**
 * Measures outgoing requests: returns a `fetch` that does what the given one does, and records them.
 *
 * | metric                                 | type      | labels                     |
 * | -------------------------------------- | --------- | -------------------------- |
 * | `http_client_request_duration_seconds` | histogram | `method`, `host`, `status` |
 * | `http_client_requests_total`           | counter   | `method`, `host`, `status` |
 * | `http_client_requests_in_flight`       | gauge     |                            |
 * | `http_client_request_size_bytes`       | histogram | `method`, `host`, `status` |
 * | `http_client_response_size_bytes`      | histogram | `method`, `host`, `status` |
 *
 * The sizes are there if they are asked for, and are observed if they are known without reading a
 * stream; nothing is in flight on Workers. All but the gauge also have the labels that you add.
 *
 * A request ends when the head of its response arrives, because the caller decides whether and when
 * to read the body. A request without a response has the status `aborted` if its signal ended it,
 * and `error` otherwise. The response is the very one that the given function gave, unread. The
 * promise is one of ours: if a client's promises can do more, as those of ky do, have the client use
 * a measured `fetch`.
 *
 * @throws {RegistrationError} If the registry has other metrics by these names, or an argument or a
 * label is wrong. The returned function throws what the given one throws.
 *
 * @example
 * ```ts
 * import { instrumentFetch, MetricsRegistry } from "@edgeprom/edgeprom";
 * import { getSampleValue } from "@edgeprom/edgeprom/testing";
 * import { assertEquals } from "@std/assert";
 *
 * const registry = new MetricsRegistry();
 * const upstream = (_url: string) => Promise.resolve(new Response("ok"));
 * const fetch = instrumentFetch(upstream, { registry });
 *
 * await fetch("https://api.example.com/users/7");
 * const labels = { method: "GET", host: "api.example.com", status: "200" };
 * assertEquals(await getSampleValue(registry, "http_client_requests_total", labels), 1);
 * ```
 *
 * @category Requests
 */
export function instrumentFetch<Fetch extends FetchFunction>(
  fetch: Fetch,
  options: InstrumentFetchOptions = {},
): Fetch {
  if (typeof fetch !== "function") {
    throw new RegistrationError(`instrumentFetch: fetch ${display(fetch)} must be a function`);
  }
  checkHttpOptions("instrumentFetch", options, ownRules);
  const { registry = MetricsRegistry.global(), status: detail = "code" } = options;
  const guard = guarded(options.logger ?? silentLogger, "instrumentFetch");
  const host: HttpLabel<OutgoingRequest> = {
    from: ({ url }) => url?.host || undefined,
    allowed: options.hosts ?? anyHost,
  };
  const extra = new ExtraLabels({ host, ...options.labels }, ["method", "status"], guard);
  const names = [...new Set(["method", "host", "status", ...extra.names])];
  const what = "outgoing requests";
  const instruments = httpInstruments(registry, "http_client", what, names, options);

  // Some take more than two, such as the options of a framework.
  const given = fetch as (...parameters: unknown[]) => Promise<Response>;
  const measured = async (...parameters: unknown[]): Promise<Response> => {
    const [input, init] = parameters as [input?: unknown, init?: RequestInit];
    const timer = new RequestTimer(instruments);
    const end = (status: string, response?: Response) =>
      guard(() => {
        const request = guard(() => readOutgoing(input, init)) ?? unreadable;
        timer.end({ method: methodLabel(request.method), status, ...extra.read(request) }, {
          request: instruments.requestSize && bodySize(input, init),
          response: instruments.responseSize && response && contentLength(response.headers),
        });
      });
    let response: Response;
    try {
      response = await given(...parameters);
    } catch (error) {
      end(guard(() => isCancelled(input, init)) ? "aborted" : "error");
      throw error;
    }
    end(statusLabel(response.status, detail), response);
    return response;
  };
  return Object.assign(measured, fetch);
}

const ownRules: OwnRules<InstrumentFetchOptions> = { hosts: anything };

/** In place of a request that no `fetch` would accept. */
const unreadable: OutgoingRequest = { url: undefined, method: other };

const anyHost: LabelSchema = { "~standard": { version: 1, validate: (value) => ({ value }) } };
