import type { MetricsError } from "../../model/errors.ts";
import { milliseconds } from "../../model/platform/clock.ts";
import { TimeSlice } from "../../model/platform/time_slices.ts";
import type { Answer } from "../delivery/answer.ts";
import { deliver } from "../delivery/delivery.ts";
import type { Endpoint } from "../delivery/endpoint.ts";
import { answerError } from "../delivery/failure.ts";
import type { Message } from "../delivery/message.ts";
import { PushError } from "../delivery/push_error.ts";
import type { WriteRequest } from "../remote_write/request.ts";
import type { RequestSteps } from "../remote_write/write_session.ts";
import { isSuccess, type ProtocolChoice, writtenIn } from "./protocol_choice.ts";
import type { PushMetrics, SampleCounts } from "./push_metrics.ts";
import type { RemoteWriterSettings } from "./remote_writer_options.ts";

/** What a push goes by. */
export interface PushContext {
  readonly endpoint: Endpoint;
  readonly choice: ProtocolChoice;
  readonly settings: RemoteWriterSettings;
  readonly metrics: PushMetrics;
  /** Ends the push at once. */
  readonly signal?: AbortSignal;
  /** Ends the pauses before retries, as a newer snapshot is waiting. */
  readonly superseded?: AbortSignal;
  /** Whether somebody waits for the push, so that the process must not end in a pause of it. */
  readonly isAwaited: () => boolean;
  /** Whether the server has taken native histograms, or has shown that it does not. */
  readonly natives: { areTaken: boolean; areRefused: boolean };
}

/** Answers after which the other requests need not be tried: the address or the user is wrong. */
const hopeless = [401, 403, 404, 405];

/** Attempts at native histograms on trial: servers that have them off answer 500 each time. */
const trialAttempts = 2;

/** One push: its requests, one after the other, and what becomes of their samples. */
export class PushRun {
  readonly errors: MetricsError[] = [];
  readonly #context: PushContext;
  readonly #end: number;
  readonly #slice = new TimeSlice();
  #counts: Record<keyof SampleCounts, number> = { written: 0, refused: 0, unsent: 0 };
  #requests = 0;
  /** Number of errors before anything was sent. */
  #errorsBefore = 0;
  #hasFailed = false;
  /** Whether this push has found out that the server takes no native histograms. */
  #hasTriedNatives = false;
  #retryAfter: number | undefined;

  constructor(context: PushContext) {
    this.#context = context;
    this.#end = milliseconds() + context.settings.timeoutSeconds * 1000;
  }

  /** Numbers of samples so far. */
  get counts(): SampleCounts {
    return this.#counts;
  }

  /** Number of requests so far. */
  get requests(): number {
    return this.#requests;
  }

  /** Whether nothing more is sent: the server does not answer, or never will otherwise. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** How many seconds the server asked to wait. */
  get retryAfter(): number | undefined {
    return this.#retryAfter;
  }

  /** Adds an error, once if several families or requests have the same one. */
  report(error: MetricsError): void {
    if (!this.errors.some(({ message }) => message === error.message)) this.errors.push(error);
  }

  /** Notes that all of the push failed. */
  fail(error: MetricsError): undefined {
    this.#hasFailed = true;
    this.report(error);
  }

  /** Forgets what became of samples that are all sent again. */
  restart(): void {
    this.errors.length = this.#errorsBefore;
    this.#counts = { written: 0, refused: 0, unsent: 0 };
  }

  /**
   * Sends requests until one fails; the samples of those behind it are counted only.
   *
   * @returns Whether the server needs another version of the protocol, and so all of them anew.
   */
  async send(steps: RequestSteps): Promise<boolean> {
    if (this.#requests === 0) this.#errorsBefore = this.errors.length;
    for (let step = steps.next(); !step.done; step = steps.next()) {
      if (step.value !== undefined && await this.#sendOne(step.value)) return true;
      if (this.#slice.isOver) await this.#slice.next();
    }
    return false;
  }

  async #sendOne(request: WriteRequest): Promise<boolean> {
    const size = request.samples + request.histograms;
    if (this.#hasFailed || this.#context.signal?.aborted) {
      this.#hasFailed = true;
      this.#counts.unsent += size;
      return false;
    }
    const { choice, natives } = this.#context;
    if (request.histograms > 0 && natives.areRefused) {
      // In a later push these are markers of series that the server never took.
      if (this.#hasTriedNatives) this.#counts.refused += size;
      request.settle("refused");
      return false;
    }
    const isTrial = request.histograms > 0 && !natives.areTaken;
    this.#requests++;
    const delivery = await deliver(this.#context.endpoint, this.#messageOf(request), {
      maxAttempts: this.#attempts(isTrial),
      attemptSeconds: this.#context.settings.attemptTimeoutSeconds,
      seconds: (this.#end - milliseconds()) / 1000,
      signal: this.#context.signal,
      superseded: this.#context.superseded,
      keepsAlive: this.#context.isAwaited,
      onAttempt: (code) => this.#context.metrics.attempt(code),
    });
    if ("answer" in delivery) {
      if (choice.fallsBack(delivery.answer)) return true;
      this.#note(request, delivery.answer, isTrial);
    } else if (isTrial && this.#counts.written > 0 && delivery.failure.status === 500) {
      this.#counts.refused += size;
      request.settle("refused");
      this.#refuseNatives(delivery.failure);
    } else {
      this.#hasFailed = true;
      request.settle("unknown");
      this.#counts.unsent += size;
      this.#retryAfter = delivery.retryAfter;
      this.report(delivery.failure);
    }
    return false;
  }

  /** Notes what an answer says about a request. */
  #note(request: WriteRequest, answer: Answer, isTrial: boolean): void {
    const size = request.samples + request.histograms;
    const written = Math.min(size, this.#writtenOf(size, answer));
    this.#counts.written += written;
    this.#counts.refused += size - written;
    request.settle(written > 0 ? "written" : "refused");
    if (request.histograms > 0 && written > 0) this.#context.natives.areTaken = true;
    if (written === size) return;
    const error = this.#errorOf(answer, written, size);
    if (hopeless.includes(answer.status) || answer.status < 400 && !isSuccess(answer)) {
      this.#hasFailed = true;
    } else if (isTrial && written === 0 && request.isCurrent) {
      return this.#refuseNatives(error);
    }
    this.report(error);
  }

  /** From now on the server gets classic buckets. */
  #refuseNatives(cause: PushError): void {
    this.#hasTriedNatives = true;
    this.#context.natives.areRefused = true;
    this.report(
      new PushError(`${cause.message}; histograms are sent as classic buckets from now on`, cause),
    );
  }

  /** How many samples of a request were written. Of a failure in 1.0 nothing is known. */
  #writtenOf(size: number, answer: Answer): number {
    const { choice, settings } = this.#context;
    if (choice.protocol.version === "2.0" && (settings.checkWritten || !isSuccess(answer))) {
      return writtenIn(answer) ?? 0;
    }
    return isSuccess(answer) ? size : 0;
  }

  #errorOf(answer: Answer, written: number, size: number): PushError {
    const { target } = this.#context.endpoint;
    if (!isSuccess(answer)) return answerError(target, answer, { after: hintOf(answer) });
    return new PushError(
      `edgeprom push to ${target}: ${answer.status}, but of ${size} samples ${written} were ` +
        `written; if the server does not know Remote Write 2.0, set protocol: "auto" or "1.0", and ` +
        `if its numbers are wrong, checkWritten: false`,
      { status: answer.status },
    );
  }

  #attempts(isTrial: boolean): number {
    const { maxAttempts } = this.#context.settings;
    return isTrial ? Math.min(trialAttempts, maxAttempts) : maxAttempts;
  }

  #messageOf(request: WriteRequest): Message {
    return {
      method: "POST",
      url: this.#context.endpoint.url,
      headers: { ...this.#context.choice.protocol.headers, "Content-Encoding": "snappy" },
      body: request.body(),
    };
  }
}

/** What may be behind an answer to what another server would take. */
function hintOf({ status }: Answer): string {
  return status === 400
    ? "; if it is about order or duplicates, does another writer have the same labels? Give each an " +
      "instance of its own"
    : "";
}
