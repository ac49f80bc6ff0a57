import type { HttpInstruments, HttpLabelSet } from "./http_instruments.ts";

/** The sizes of an exchange's bodies, in bytes, where they are known. */
export interface BodySizes {
  /** Of the request. */
  readonly request?: number;
  /** Of the response. */
  readonly response?: number;
}

/** A request under way: in flight from here, and counted and timed when it ends. */
export class RequestTimer {
  readonly #instruments: HttpInstruments;
  readonly #observe: (labels: HttpLabelSet) => number;

  /** Begins. */
  constructor(instruments: HttpInstruments) {
    this.#instruments = instruments;
    this.#observe = instruments.duration.startTimer();
    instruments.inFlight?.inc();
  }

  /** Ends; to be called once. */
  end(labels: HttpLabelSet, sizes: BodySizes): void {
    const { inFlight, requests, requestSize, responseSize } = this.#instruments;
    inFlight?.dec();
    requests.inc(labels);
    this.#observe(labels);
    if (sizes.request !== undefined) requestSize?.observe(labels, sizes.request);
    if (sizes.response !== undefined) responseSize?.observe(labels, sizes.response);
  }
}

/** The bytes that a `Content-Length` announces. */
export function contentLength(headers: Headers): number | undefined {
  const length = headers.get("Content-Length");
  return length !== null && /^\d+$/.test(length) ? Number(length) : undefined;
}
