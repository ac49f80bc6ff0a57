import { Hono } from "hono";
import {
  aggregatorHeader,
  aggregatorName,
  type BatchReply,
  batchType,
} from "../../deltas/reply.ts";
import { ServerStartError } from "../../http/errors.ts";
import { scrapeOptionsIn } from "../../http/app/app_options.ts";
import type { HealthCheck } from "../../http/app/health_check.ts";
import { answerScrape } from "../../http/scrape/scrape.ts";
import type { Gatherer } from "../../model/collector.ts";
import { createMetricsApp, type MetricsAppOptions } from "../../http/app/metrics_app.ts";
import { reasonOf } from "../../model/errors.ts";
import { consoleLogger, failsafe, type Logger } from "../../model/logger.ts";
import { aPositiveNumber, checkOptions, required, withMethod } from "../../model/options.ts";
import type { Aggregator } from "../aggregator.ts";
import type { AnsweredBatch } from "../answered_batch.ts";
import { anAuthorize, type Authorize, isAuthorized } from "./authorize.ts";
import { batchBody, BodyFailure } from "./batch_body.ts";

/**
 * Options of an aggregator's app: those of the metrics app, and who may send what.
 *
 * @category Aggregation
 */
export interface AggregatorAppOptions extends Omit<MetricsAppOptions, "registry"> {
  /** Applies the batches, and is scraped. */
  readonly aggregator: Aggregator;
  /** Who may send batches. Middleware protects the other paths, as in any app. */
  readonly authorize: Authorize;
  /** The longest batch in bytes, before and after it is decompressed; 1 MiB by default. */
  readonly longestBytes?: number;
}

const owner = "the aggregator's app";

/** A batch arrives at once or not at all; a stalled one must not stay for long. */
const bodySeconds = 30;

/** When a client should send a batch again that could not be applied. */
const retryAfterSeconds = 5;

/**
 * A Hono app for an aggregator: `POST /deltas` takes batches of `DeltaPusher`s, and `/metrics`,
 * `/health` and `/ready` are those of the metrics app. `GET /exact` gives what a sum over several
 * aggregators needs, to those who may send batches.
 *
 * @throws {ServerStartError} If an option is wrong.
 *
 * @example
 * ```ts
 * import { Aggregator, createAggregatorApp, memoryStore } from "@edgeprom/edgeprom/aggregate";
 * import { DeltaPusher } from "@edgeprom/edgeprom/push";
 * import { MetricsRegistry } from "@edgeprom/edgeprom/core";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const aggregator = new Aggregator({ store: memoryStore() });
 * const app = createAggregatorApp({ aggregator, authorize: { bearer: "a-long-secret" } });
 *
 * // Two isolates, each with its own registry.
 * for (const orders of [2, 3]) {
 *   const registry = new MetricsRegistry();
 *   registry.counter({ name: "orders_total", help: "Orders." }).inc(orders);
 *   const pusher = new DeltaPusher({
 *     gatherer: registry,
 *     target: { fetch: async (url, init) => await app.request(url, init) },
 *     authorization: { bearer: "a-long-secret" },
 *   });
 *   await pusher.flush();
 * }
 *
 * await app.request("/metrics"); // each new series is 0 on the first page
 * assertStringIncludes(await (await app.request("/metrics")).text(), "orders_total 5\n");
 * ```
 *
 * @category Aggregation
 */
export function createAggregatorApp(options: AggregatorAppOptions): Hono {
  const { aggregator, authorize, longestBytes = 1024 * 1024, ...appOptions } = { ...options };
  checkOptions(owner, { aggregator, authorize, longestBytes }, {
    aggregator: required(withMethod("an Aggregator", "receive")),
    authorize: required(anAuthorize),
    longestBytes: aPositiveNumber,
  }, ServerStartError);
  const metricsApp = createMetricsApp({
    readiness: [readable(aggregator)],
    ...appOptions,
    registry: aggregator,
  });
  const logger = failsafe(appOptions.logger ?? consoleLogger);
  const looking: Gatherer = { gather: (options) => aggregator.look(options) };
  const app = new Hono();
  app.use(
    appOptions.paths?.metrics ?? "/metrics",
    async ({ req: { raw } }, next) =>
      isLook(raw) ? await answerScrape(raw, looking, scrapeOptionsIn(appOptions)) : await next(),
  );
  app.route("/", metricsApp);
  const own = { aggregator, authorize, longestBytes, logger };
  app.all(
    "/deltas",
    async ({ req: { raw } }) =>
      await notAllowed(raw, "POST", own) ?? replyTo(await receive(raw, own)),
  );
  app.all(
    "/exact",
    async ({ req: { raw } }) =>
      await notAllowed(raw, "GET", own) ??
        await exact(aggregator, new URL(raw.url).searchParams.has("look")),
  );
  return app;
}

/** Ready is who can be read. */
function readable(aggregator: Aggregator): HealthCheck {
  return {
    name: "aggregator",
    async check() {
      await aggregator.look();
      return { ok: true, message: null };
    },
  };
}

/**
 * Whether a request for metrics is none of a server that stores them, which has to see new series at
 * 0 once. Prometheus and its kin announce their timeout; others are servers unless they ask for no
 * body, for some families, or from within a browser.
 */
function isLook({ method, url, headers }: Request): boolean {
  if (method === "HEAD") return true;
  if (headers.has("x-prometheus-scrape-timeout-seconds")) return false;
  return headers.has("sec-fetch-mode") || new URL(url).searchParams.has("name[]");
}

/** The options that are not those of the metrics app, filled in. */
type OwnOptions =
  & Required<Pick<AggregatorAppOptions, "aggregator" | "authorize" | "longestBytes">>
  & { readonly logger: Logger };

async function receive(
  request: Request,
  { aggregator, longestBytes }: OwnOptions,
): Promise<AnsweredBatch> {
  const body = await batchBody(request, { longestBytes, seconds: bodySeconds });
  if (!(body instanceof BodyFailure)) return await aggregator.receive(body);
  return { status: body.status, reply: { result: "refused", reason: body.reason } };
}

/** The answer to who may not do that; nothing if it may. */
async function notAllowed(
  request: Request,
  method: "GET" | "POST",
  { authorize, logger }: OwnOptions,
): Promise<Response | undefined> {
  if (request.method !== method) {
    const reason = `${request.method.slice(0, 32)} is not allowed here; use ${method}`;
    return replyTo({ status: 405, reply: { result: "refused", reason } }, { "Allow": method });
  }
  try {
    if (await isAuthorized(request, authorize)) return undefined;
  } catch (error) {
    logger.error(`${owner}: authorize failed: ${reasonOf(error)}`);
    const reason = "it could not be checked who sends it; send it again";
    return replyTo({ status: 503, reply: { result: "unavailable", reason } });
  }
  const status = request.headers.has("authorization") ? 403 : 401;
  return replyTo({ status, reply: { result: "refused", reason: "not authorized" } });
}

function replyTo(
  { status, reply }: AnsweredBatch,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return Response.json(reply satisfies BatchReply, {
    status,
    headers: {
      "Cache-Control": "no-store",
      [aggregatorHeader]: aggregatorName,
      ...headers,
      ...status === 401 && { "WWW-Authenticate": "Bearer" },
      ...status === 503 && { "Retry-After": String(retryAfterSeconds) },
    },
  });
}

async function exact(aggregator: Aggregator, isLook: boolean): Promise<Response> {
  try {
    return new Response(await aggregator.exact(isLook), {
      headers: {
        "Cache-Control": "no-store",
        "Content-Type": batchType,
        [aggregatorHeader]: aggregatorName,
      },
    });
  } catch (error) {
    return replyTo({ status: 503, reply: { result: "unavailable", reason: reasonOf(error) } });
  }
}
