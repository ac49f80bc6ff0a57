/** Where the aggregator runs: it answers requests, and crashes. */
export interface Host {
  /** Waits until it answers requests. */
  ready(): Promise<void>;
  /** Sends a request. Rejects if the aggregator crashes before its answer has arrived. */
  request(path: string, init?: RequestInit): Promise<Response>;
  /** A moment at which it may crash, as its own seed decides; called for each request. */
  tick(): void;
  /** How often it crashed. */
  readonly crashes: number;
  /** No more crashes. */
  calm(): void;
  /** Starts it again, and only with what its store has kept. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** What an aggregator of the simulation asks of those who send to it. */
export const bearer = "simulation";

/** Where the families of a page are, as JSON. */
export const familiesPath = "/families";

/** What a Worker answers with if its object has died. */
export const crashedHeader = "x-crashed";

/** What an object is told to do: to die, at once or right after its next append. */
export const objectPaths = { evict: "/evict", dieAppending: "/die-appending" } as const;
