/** An open socket that answers requests. */
export interface Listener {
  /** The port it listens on. */
  readonly port: number;
  /** Takes no more connections, and resolves when running requests are finished. */
  close(): Promise<void>;
  /** Ends what is left where the runtime can, such as connections that do not read. */
  abort(): Promise<void>;
}

/** Answers a request. */
export type FetchHandler = (request: Request) => Response | Promise<Response>;
