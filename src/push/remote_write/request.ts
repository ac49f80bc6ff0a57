/** The most samples of a request, as Prometheus itself sends. */
export const maxSamples = 2000;

/** What became of a request. It is unknown if the server may have taken it without an answer. */
export type Outcome = "written" | "refused" | "unknown";

/** A request that is ready to be sent. */
export interface WriteRequest {
  /** Number of samples that are numbers. */
  readonly samples: number;
  /** Number of native histograms. */
  readonly histograms: number;
  /** Whether it has values of now. Zeros and markers may come too late for what a server has. */
  readonly isCurrent: boolean;
  /** The compressed message; the same if it is asked for again before the next request. */
  body(): Uint8Array<ArrayBuffer>;
  /** Tells what became of it. */
  settle(outcome: Outcome): void;
}
