import { MetricsError } from "../core/errors.ts";

/** The metrics server cannot start: its configuration is wrong, or the runtime refuses. */
export class ServerStartError extends MetricsError {
  /** The name of the class, also where code is minified. */
  override readonly name: string = "ServerStartError";
}

/** The metrics server cannot listen on its address: it is taken, not ours, or not allowed. */
export class BindError extends ServerStartError {
  /** The name of the class, also where code is minified. */
  override readonly name: string = "BindError";

  /** The address as `host:port`. */
  readonly address: string;

  /** Says which address, and why not. */
  constructor(address: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(
      `cannot listen on ${address}: ${reason}; choose another port with METRICS_PORT ` +
        `or the option "port" (0 picks a free one), or stop what listens there`,
      { cause },
    );
    this.address = address;
  }
}
