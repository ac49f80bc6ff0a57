import { display, MetricsError } from "../../model/errors.ts";
import { aGatherer, checkOptions } from "../../model/options.ts";
import { formatRules, scrapeOptionRules, type ScrapeOptions } from "./scrape_options.ts";

/** Options that are right: a program passes the same object at each request. */
const checked = new WeakSet<ScrapeOptions>();

/**
 * Checks the arguments of a scrape, which may come from JavaScript.
 *
 * @throws {MetricsError} If one is wrong. The message says what to do.
 */
export function checkScrape(request: unknown, gatherer: unknown, options: ScrapeOptions): void {
  const { headers, method, url } = Object(request) as Partial<Request>;
  const isRequest = typeof headers?.get === "function" && typeof method === "string" &&
    typeof url === "string";
  if (!isRequest) {
    throw new MetricsError(
      `scrape: the request ${display(request)} must be a Request; in Hono it is context.req.raw, ` +
        "and for node:http, Express or Fastify, getRequestListener(createMetricsApp({ registry })" +
        ".fetch) of @hono/node-server makes one",
    );
  }
  if (!aGatherer.fits(gatherer)) {
    throw new MetricsError(
      `scrape: the registry ${display(gatherer)} must be ${aGatherer.expected}`,
    );
  }
  if (checked.has(options)) return;
  checkOptions("scrape", options, scrapeOptionRules, MetricsError);
  const { formats } = options;
  if (formats !== undefined) {
    checkOptions("scrape: formats", formats, formatRules(), MetricsError);
  }
  checked.add(options);
}
