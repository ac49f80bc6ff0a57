import { MetricsRegistry, prometheusText } from "../../mod.ts";
import {
  Aggregator,
  type AggregatorOptions,
  createAggregatorApp,
  memoryStore,
} from "../../src/aggregate.ts";
import { type BatchReply, batchType } from "../../src/deltas/reply.ts";
import { DeltaPusher, type DeltaPusherOptions } from "../../src/push.ts";
import { recordingLogger } from "./recording_logger.ts";
import { withClock } from "./clock.ts";
import { sampleLines, textOf } from "./pages.ts";
import { withWallClock } from "./wall_clock.ts";

/** A time of day and a monotonic clock that go together. */
export interface Time {
  /** Seconds since 1970. */
  readonly now: number;
  advance(seconds: number): void;
}

/** Runs a test in a time that stands still until it is told to go on. */
export function inTime(run: (time: Time) => Promise<void>): Promise<void> {
  return withWallClock((wall) =>
    withClock((clock) =>
      run({
        get now() {
          return wall.now;
        },
        advance(seconds) {
          wall.advance(seconds);
          clock.advance(seconds);
        },
      })
    )
  );
}

/** The password of the aggregators here. */
export const bearer = "secret";

/** An aggregator with its app, and what one does with them. */
export interface Station {
  readonly aggregator: Aggregator;
  /** Answers a request, as a server does. */
  request(path: string, init?: RequestInit): Promise<Response>;
  /** The page in the text format, without the aggregator's own metrics. It counts as a page. */
  page(): Promise<string>;
  /** Its samples, a line each. */
  lines(): Promise<readonly string[]>;
  /** Sends the bytes of a batch. */
  send(bytes: Uint8Array<ArrayBuffer>): Promise<BatchReply & { readonly status: number }>;
  /** A client with a registry of its own, which sends to this aggregator. */
  client(options?: Partial<DeltaPusherOptions>): Client;
}

/** What makes metrics, and sends what changed. */
export interface Client {
  readonly registry: MetricsRegistry;
  readonly pusher: DeltaPusher;
  /** The requests so far. */
  readonly sent: readonly Uint8Array<ArrayBuffer>[];
}

/** An aggregator in this process. */
export function stationOf(options: Partial<AggregatorOptions> = {}): Station {
  const aggregator = new Aggregator({ store: memoryStore(), ...options });
  const app = createAggregatorApp({
    aggregator,
    authorize: { bearer },
    formats: { openMetrics: true },
  });
  const request = async (path: string, init?: RequestInit) => await app.request(path, init);
  const page = async () => {
    const { families, errors } = await aggregator.gather();
    if (errors.length > 0) throw errors[0];
    const shown = families.filter(({ name }) => !/^edgeprom_/.test(name));
    // A name that two families have once they are escaped costs one of them, as with a scrape.
    return textOf(prometheusText.encode(shown, { onError() {} }));
  };
  return {
    aggregator,
    request,
    page,
    lines: async () => sampleLines(await page()),
    send: async (body) => replyOf(await request("/deltas", post(body))),
    client: (options) => clientOf({ request }, options),
  };
}

/** A client of whatever answers requests. */
export function clientOf(
  { request }: Pick<Station, "request">,
  options: Partial<DeltaPusherOptions> = {},
): Client {
  const registry = new MetricsRegistry();
  const sent: Uint8Array<ArrayBuffer>[] = [];
  const fetch = async (input: string | URL | Request, init?: RequestInit) => {
    const { pathname } = new URL(input instanceof Request ? input.url : input);
    const given = new Request(input, init);
    const body = new Uint8Array(await given.arrayBuffer());
    sent.push(body);
    return await request(pathname, { method: given.method, headers: given.headers, body });
  };
  const pusher = new DeltaPusher({
    gatherer: registry,
    target: { fetch },
    authorization: { bearer },
    logger: recordingLogger(),
    ...options,
  });
  return { registry, pusher, sent };
}

/** A request with a batch. */
export function post(body: RequestInit["body"], more: Record<string, string> = {}): RequestInit {
  const headers = { authorization: `Bearer ${bearer}`, "content-type": batchType, ...more };
  return { method: "POST", headers, body, duplex: "half" } as RequestInit;
}

/** An answer with its status. */
export async function replyOf(
  response: Response,
): Promise<BatchReply & { readonly status: number }> {
  const text = await response.text();
  try {
    return { ...JSON.parse(text), status: response.status };
  } catch {
    throw new Error(`${response.status}, which is not JSON: ${text}`);
  }
}
