/** An open socket that answers requests. */
export interface Listener {
  /** The port it listens on. */
  readonly port: number;
  /** Stops accepting connections; resolves when the requests in progress are finished. */
  close(): Promise<void>;
  /** Closes the connections that are left, such as those of stalled readers, if the runtime can. */
  abort(): Promise<void>;
}

/** A function that answers requests. */
export type FetchHandler = (request: Request) => Response | Promise<Response>;
