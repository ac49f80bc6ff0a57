import { aPositiveNumber, checkOptions, required, withMethod } from "../model/options.ts";
import { milliseconds } from "../model/platform/clock.ts";
import { nextTurn } from "../model/platform/time_slices.ts";
import { PushError } from "./delivery/push_error.ts";
import type { PushReport } from "./push_report.ts";

/**
 * Whatever sends metrics when it is told to, such as a `RemoteWriter` or a `DeltaPusher`.
 *
 * @category Push
 */
export interface Flushable {
  /** Sends the metrics as they are now. */
  flush(): Promise<unknown>;
}

/**
 * The part of Hono's `Context` that a push after the response needs.
 *
 * @category Push
 */
export interface ResponseContext {
  /** What keeps a Worker running after its response. It may be missing, or throw if it is read. */
  readonly executionCtx?: {
    /** Keeps it running until the promise has settled. */
    waitUntil(promise: Promise<unknown>): void;
  };
}

/**
 * Middleware for Hono that does something after a response.
 *
 * @category Push
 */
export type PushMiddleware = (context: ResponseContext, next: () => Promise<void>) => Promise<void>;

/**
 * Options of `pushAfterResponse()`.
 *
 * @category Push
 */
export interface PushAfterResponseOptions {
  /** The shortest time between the starts of two pushes, in seconds; 10 by default. */
  readonly everySeconds?: number;
}

const owner = "pushAfterResponse()";

const aFlushable = /* @__PURE__ */ withMethod(
  "a RemoteWriter, or another object with a method flush()",
  "flush",
);

/**
 * After this time a push is taken to be lost. Workers end what goes on for longer than 30 s after
 * the response, and its promise then never settles.
 */
const lostAfterSeconds = 60;

/**
 * Hono middleware that sends metrics after a response, where no timer may run between requests: on
 * Cloudflare Workers and other isolates.
 *
 * The first request pushes, and then one every so often. Its response goes out before the push
 * begins, and `waitUntil()` keeps the Worker running until it has ended. While a push is running, no
 * other request begins one or waits for it, and none begins while the server has asked to wait. What
 * a push throws is dropped: a `RemoteWriter` reports by itself. Workers give a push 30 s, so set
 * `timeoutSeconds: 25`.
 *
 * What was counted after the last push of an isolate is lost with it, so push from a cron trigger or
 * an important request as well: `context.executionCtx.waitUntil(writer.flush())`.
 *
 * @param target A `RemoteWriter`, a `DeltaPusher`, or whatever else has a method `flush()`.
 * @throws {PushError} If an argument is wrong. The middleware itself adds no errors of its own.
 *
 * @example
 * ```ts
 * import { pushAfterResponse, RemoteWriter } from "@edgeprom/edgeprom/push";
 * import { MetricsRegistry } from "@edgeprom/edgeprom/core";
 * import { assertEquals } from "@std/assert";
 * import { Hono } from "hono";
 *
 * const registry = new MetricsRegistry();
 * const orders = registry.counter({ name: "orders_total", help: "Orders." });
 * let requests = 0;
 * const writer = new RemoteWriter({
 *   url: "https://prometheus.example.com/api/v1/write",
 *   gatherer: registry,
 *   // Left out in a program: here nobody listens.
 *   fetch: () => Promise.resolve((requests++, new Response(null, { status: 401 }))),
 * });
 *
 * const app = new Hono();
 * app.use(pushAfterResponse(writer, { everySeconds: 10 }));
 * app.post("/orders", (context) => {
 *   orders.inc();
 *   return context.text("thank you\n");
 * });
 *
 * // As Workers do it.
 * const pushes: Promise<unknown>[] = [];
 * const executionCtx = {
 *   waitUntil: (push: Promise<unknown>) => void pushes.push(push),
 *   passThroughOnException() {},
 *   props: {},
 * };
 * const { status } = await app.request("/orders", { method: "POST" }, {}, executionCtx);
 * await Promise.all(pushes);
 * assertEquals([status, requests], [200, 1]);
 * ```
 *
 * @category Push
 */
export function pushAfterResponse(
  target: Flushable,
  options: PushAfterResponseOptions = {},
): PushMiddleware {
  checkOptions(owner, { target }, { target: required(aFlushable) }, PushError);
  checkOptions(owner, options, { everySeconds: aPositiveNumber }, PushError);
  const pushes = new OccasionalPushes(target, options.everySeconds ?? 10);
  return async function pushAfterResponse(context, next) {
    try {
      await next();
    } finally {
      const push = pushes.push();
      if (push !== undefined) waitFor(push, context);
    }
  };
}

/** When a push began, and whether it goes on. */
interface Push {
  readonly began: number;
  isRunning: boolean;
}

/** Pushes that are not too close to each other, one at a time. */
class OccasionalPushes {
  readonly #target: Flushable;
  readonly #everySeconds: number;
  #last: Push | undefined;
  /** When the server may be asked again, in milliseconds. */
  #notBefore = 0;

  constructor(target: Flushable, everySeconds: number) {
    this.#target = target;
    this.#everySeconds = everySeconds;
  }

  /** Begins a push in the next turn; `undefined` if it is too early. The promise never rejects. */
  push(): Promise<void> | undefined {
    const now = milliseconds();
    if (this.#last !== undefined) {
      const { began, isRunning } = this.#last;
      const seconds = (now - began) / 1000;
      if (seconds < this.#everySeconds || isRunning && seconds < lostAfterSeconds) return undefined;
    }
    if (now < this.#notBefore) return undefined;
    const push: Push = { began: now, isRunning: true };
    this.#last = push;
    return this.#flush().finally(() => push.isRunning = false);
  }

  async #flush(): Promise<void> {
    try {
      // A registry of many series is gathered while the response is on its way.
      await nextTurn();
      const report = await this.#target.flush() as Partial<PushReport> | undefined;
      const { retryAfterSeconds = 0 } = report ?? {};
      this.#notBefore = milliseconds() + retryAfterSeconds * 1000;
    } catch {
      // The host has nothing to do with it.
    }
  }
}

/** Keeps a Worker running until a push has ended. Elsewhere it goes on by itself. */
function waitFor(push: Promise<void>, context: ResponseContext): void {
  try {
    context.executionCtx?.waitUntil(push);
  } catch {
    // Hono's getter throws if there is none.
  }
}
