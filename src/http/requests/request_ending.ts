import type { CounterFamily } from "../../metrics/counter.ts";
import type { ResponseEnd } from "./body_observer.ts";
import type { Droppable } from "./dropped_body.ts";
import type { Guard } from "./guard.ts";
import type { HttpLabelSet } from "./http_instruments.ts";
import type { RequestTimer } from "./request_timer.ts";

/** What is known of a request once there is a response. */
export interface Ending {
  readonly timer: RequestTimer;
  /** Counts requests whose response did not get to its end. */
  readonly aborted: CounterFamily<HttpLabelSet>;
  readonly guard: Guard;
  readonly labels: HttpLabelSet;
  readonly abortedLabels: HttpLabelSet;
  readonly requestSize: number | undefined;
}

/**
 * Records a request once, at whichever end comes first. It refers to no context and no response, so
 * that these can be collected, which may be the only end that a response has.
 */
export class RequestEnding implements Droppable {
  readonly #ending: Ending;
  /** A response that nobody reads took as long as its handler: nothing else is known of it. */
  readonly #responseSeconds: number;
  #isOver = false;

  constructor(ending: Ending) {
    this.#ending = ending;
    this.#responseSeconds = ending.timer.seconds;
  }

  /** The response was at its end at once. */
  endAtOnce({ complete, bytes }: ResponseEnd): void {
    this.#record(complete, bytes, this.#responseSeconds);
  }

  /** The response came to its end. */
  end({ complete, bytes }: ResponseEnd): void {
    this.#record(complete, bytes);
  }

  /**
   * The response was dropped, in favor of another or none. That is not the client's doing, and a
   * body that is no stream is not counted as aborted there either.
   */
  drop(): void {
    this.#record(true, undefined, this.#responseSeconds);
  }

  #record(complete: boolean, bytes?: number, seconds?: number): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { timer, aborted, guard, labels, abortedLabels, requestSize } = this.#ending;
    guard(() => {
      timer.end(labels, { request: requestSize, response: bytes }, seconds);
      if (!complete) aborted.inc(abortedLabels);
    });
  }
}
