import { MetricsError } from "../model/errors.ts";

/**
 * The metrics server cannot start: its configuration is wrong, or the runtime refuses.
 *
 * @example
 * ```ts
 * import { MetricsServer, ServerStartError } from "@edgeprom/edgeprom";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => new MetricsServer({ port: 70_000 }), ServerStartError, "port is 70000");
 * ```
 *
 * @category Errors
 */
export class ServerStartError extends MetricsError {
  /** The name of the class, also in minified code. */
  override readonly name: string = "ServerStartError";
}

/**
 * The metrics server cannot listen on its address: it is taken, not ours, or not allowed.
 *
 * @example
 * ```ts
 * import { BindError, MetricsRegistry, MetricsServer } from "@edgeprom/edgeprom";
 * import { assertRejects } from "@std/assert";
 *
 * const options = { registry: new MetricsRegistry(), hostname: "127.0.0.1" };
 * const first = new MetricsServer({ ...options, port: 0 });
 * await first.start();
 * const second = new MetricsServer({ ...options, port: Number(new URL(first.url).port) });
 * await assertRejects(() => second.start(), BindError);
 * await first.shutdown();
 * ```
 *
 * @category Errors
 */
export class BindError extends ServerStartError {
  /** The name of the class, also in minified code. */
  override readonly name: string = "BindError";

  /** The address as `host:port`. */
  readonly address: string;

  /** Creates the error for an address, as `host:port`, with the error of the runtime. */
  constructor(address: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(
      `cannot listen on ${address}: ${reason}; choose another port with METRICS_PORT ` +
        `or the option "port" (0 picks a free one), another host with METRICS_HOST or the ` +
        `option "hostname", or stop what listens there`,
      { cause },
    );
    this.address = address;
  }
}
