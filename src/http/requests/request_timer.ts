import type { HttpInstruments, HttpLabelSet } from "./http_instruments.ts";

/** Sizes of the bodies of a request and its response, in bytes, if they are known. */
export interface BodySizes {
  /** Size of the request's body. */
  readonly request?: number;
  /** Size of the response's body. */
  readonly response?: number;
}

/** A request in flight: counted as such at once, and counted and timed when it ends. */
export class RequestTimer {
  readonly #instruments: HttpInstruments;
  readonly #observe: (labels: HttpLabelSet) => number;

  constructor(instruments: HttpInstruments) {
    this.#instruments = instruments;
    this.#observe = instruments.duration.startTimer();
    instruments.inFlight?.inc();
  }

  /** Records the request; to be called once. */
  end(labels: HttpLabelSet, sizes: BodySizes): void {
    const { inFlight, requests, requestSize, responseSize } = this.#instruments;
    inFlight?.dec();
    requests.inc(labels);
    this.#observe(labels);
    if (sizes.request !== undefined) requestSize?.observe(labels, sizes.request);
    if (sizes.response !== undefined) responseSize?.observe(labels, sizes.response);
  }
}

/** The bytes that `Content-Length` announces, if it is valid. */
export function contentLength(headers: Headers): number | undefined {
  const length = headers.get("Content-Length");
  return length !== null && /^\d+$/.test(length) ? Number(length) : undefined;
}
