import type { LabelRule, LabelSchema } from "../../model/family/labels.ts";
import { MetricsRegistry } from "../../registry/metrics_registry.ts";
import { guarded } from "./guard.ts";
import { contentLength, RequestTimer } from "./request_timer.ts";
import { ExtraLabels, type HttpLabel, type HttpLabels } from "./extra_labels.ts";
import { type HttpInstrumentOptions, httpInstruments } from "./http_instruments.ts";
import { methodLabel, other, type StatusDetail, statusLabel } from "./http_labels.ts";
import { type Logger, silentLogger } from "../logger.ts";
import { bodySize, isCancelled, type OutgoingRequest, readOutgoing } from "./outgoing_request.ts";

/** A function that fetches: the global `fetch`, or one like it. */
// deno-lint-ignore no-explicit-any
export type FetchFunction = (input: any, init?: any) => Promise<Response>;

/** What is measured of outgoing requests, and how. */
export interface InstrumentFetchOptions extends HttpInstrumentOptions {
  /** Where the metrics are registered; the default registry by default. */
  readonly registry?: MetricsRegistry;
  /** Whether the label `status` is a code such as `404`, the default, or a class such as `4xx`. */
  readonly status?: StatusDetail;
  /**
   * What the label `host` may be: a closed list or a schema; others are `other`. Any host by
   * default, which suits a service that calls a few. One that calls whom its users name would fill
   * the room that the registry has for series.
   */
  readonly hosts?: LabelRule;
  /** Labels besides `method`, `host` and `status`; one called `host` takes the place of that. */
  readonly labels?: HttpLabels<OutgoingRequest>;
  /** Told once where a function of yours fails; silent by default. */
  readonly logger?: Logger;
}

/**
 * Measures outgoing requests: gives a `fetch` that does what the given one does, and records
 * `http_client_request_duration_seconds`, `http_client_requests_total` and
 * `http_client_requests_in_flight`.
 *
 * A request is over when the head of its response is there: whether the body is read, and when, is
 * the caller's business. One that gets no response has the status `aborted` where its signal ended
 * it, and `error` otherwise.
 *
 * @throws {RegistrationError} At once, where the registry has other metrics by these names, or a
 * label is wrong. The function that it gives throws what the given one throws.
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
 */
export function instrumentFetch<Fetch extends FetchFunction>(
  fetch: Fetch,
  options: InstrumentFetchOptions = {},
): Fetch {
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

  const measured = async (input: unknown, init?: RequestInit): Promise<Response> => {
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
      response = await fetch(input, init);
    } catch (error) {
      end(guard(() => isCancelled(input, init)) ? "aborted" : "error");
      throw error;
    }
    end(statusLabel(response.status, detail), response);
    return response;
  };
  return Object.assign(measured, fetch);
}

/** What no `fetch` would take either. */
const unreadable: OutgoingRequest = { url: undefined, method: other };

const anyHost: LabelSchema = { "~standard": { version: 1, validate: (value) => ({ value }) } };
