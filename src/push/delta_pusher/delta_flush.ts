import type { MetricsError } from "../../model/errors.ts";
import { milliseconds } from "../../model/platform/clock.ts";
import type { PushSignals } from "../regular_pushes.ts";
import type { DeltaReport } from "./delta_report.ts";

/** What becomes of series in a flush. */
export type SeriesCounts = Pick<DeltaReport, "applied" | "uncertain" | "refused">;

/** One flush: how long it may take, and what has become of it so far. */
export class DeltaFlush {
  readonly errors: MetricsError[] = [];
  readonly counts: { -readonly [Name in keyof SeriesCounts]: number } = {
    applied: 0,
    uncertain: 0,
    refused: 0,
  };
  readonly signals: PushSignals;
  /** Whether no later flush has taken over, after which this one must change nothing. */
  readonly isCurrent: () => boolean;
  /** When it began, in milliseconds. */
  readonly began: number = milliseconds();
  readonly #end: number;
  requests = 0;
  /** Whether something is left that had to be sent. */
  hasFailed = false;
  /** Whether the aggregator did not know the client. */
  wasUnknown = false;
  /** Whether the aggregator has dropped values, which must be sent again within this flush. */
  mustSendAgain = false;
  /** How many seconds the aggregator asked to wait. */
  retryAfter: number | undefined;

  constructor(signals: PushSignals, timeoutSeconds: number, isCurrent: () => boolean) {
    this.signals = signals;
    this.isCurrent = isCurrent;
    this.#end = this.began + timeoutSeconds * 1000;
  }

  /** How long it may still take. */
  get secondsLeft(): number {
    return (this.#end - milliseconds()) / 1000;
  }

  /** How long it has taken. */
  get seconds(): number {
    return (milliseconds() - this.began) / 1000;
  }

  /** Adds an error, once if several batches have the same one. */
  report(error: MetricsError): void {
    if (!this.errors.some(({ message }) => message === error.message)) this.errors.push(error);
  }

  /** Notes that something is left that had to be sent. */
  fail(error: MetricsError): undefined {
    this.hasFailed = true;
    this.report(error);
  }
}
