import { milliseconds } from "../../model/platform/clock.ts";
import { beginProgress } from "../../metrics/base_gauge.ts";
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
  readonly #start: number = milliseconds();
  readonly #leaveFlight: (() => void) | undefined;

  constructor(instruments: HttpInstruments) {
    this.#instruments = instruments;
    this.#leaveFlight = instruments.inFlight && beginProgress(instruments.inFlight);
  }

  /** The seconds since the start. */
  get seconds(): number {
    // A clock that is not monotonic, because the runtime has no other, may go back.
    return Math.max(0, (milliseconds() - this.#start) / 1000);
  }

  /** Records the request; to be called once. */
  end(labels: HttpLabelSet, sizes: BodySizes, seconds: number = this.seconds): void {
    const { duration, requests, requestSize, responseSize } = this.#instruments;
    this.#leaveFlight?.();
    requests.inc(labels);
    duration.observe(labels, seconds);
    if (sizes.request !== undefined) requestSize?.observe(labels, sizes.request);
    if (sizes.response !== undefined) responseSize?.observe(labels, sizes.response);
  }
}

/** The bytes that `Content-Length` announces, if it is valid. */
export function contentLength(headers: Headers): number | undefined {
  const length = headers.get("Content-Length");
  return length !== null && /^\d+$/.test(length) ? Number(length) : undefined;
}
