import type { RefusedFamily } from "../../deltas/reply.ts";
import { Lasting } from "./lasting.ts";
import type { TruthSettings } from "./truth_options.ts";

/** The longest reason that is told of a family, whose texts clients choose. */
const longestReason = 1000;

/** Tells those who run an aggregator what goes wrong, each thing once while it lasts. */
export class Notices {
  readonly #options: TruthSettings;
  readonly #lasting = { refusals: new Lasting(), limits: new Lasting() };
  #lastError = "";

  /** Nothing has gone wrong. */
  constructor(options: TruthSettings) {
    this.#options = options;
  }

  /** Tells an error, once until {@linkcode Notices.goesOn} is called. */
  failed(error: Error): void {
    if (error.message === this.#lastError) return;
    this.#lastError = error.message;
    this.#options.onError(error);
  }

  /** Notes that the store works. */
  goesOn(): void {
    this.#lastError = "";
  }

  /** Tells why new clients are not taken. */
  isFull(error: Error, now: number): void {
    if (this.#lasting.limits.begins("maxClients", now)) this.#options.onError(error);
  }

  /** Tells which families were refused. */
  refused(families: readonly RefusedFamily[], now: number): void {
    for (const { family, reason } of families) {
      if (!this.#lasting.refusals.begins(family, now)) continue;
      this.#options.onWarning(`a family of a client is refused: ${reason.slice(0, longestReason)}`);
    }
  }
}
