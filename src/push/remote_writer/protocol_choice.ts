import type { Answer } from "../delivery/answer.ts";
import type { Protocol } from "../remote_write/protocol.ts";
import { remoteWrite1 } from "../remote_write/remote_write_1.ts";
import { remoteWrite2 } from "../remote_write/remote_write_2.ts";
import type { RemoteWriterSettings } from "./remote_writer_options.ts";

/** What the headers of an answer say was written; `undefined` if they say nothing. */
export function writtenIn({ headers }: Answer): number | undefined {
  const counts = ["Samples", "Histograms"]
    .map((what) => headers.get(`X-Prometheus-Remote-Write-${what}-Written`))
    .filter((count) => count !== null);
  return counts.length === 0
    ? undefined
    : counts.reduce((sum, count) => sum + (/^\d+$/.test(count) ? Number(count) : 0), 0);
}

/** Whether all was written. A page for people, such as a login, is no answer of a receiver. */
export function isSuccess({ status, headers }: Answer): boolean {
  return status >= 200 && status < 300 && !headers.get("Content-Type")?.startsWith("text/html");
}

/**
 * Which version of the protocol a server is sent: 2.0, until it shows that it does not know that.
 *
 * Source: https://prometheus.io/docs/specs/prw/remote_write_spec_2_0/, "Required Written Response
 * Headers" and "Retries & Backoff".
 */
export class ProtocolChoice {
  readonly #isOpen: boolean;
  readonly #checksWritten: boolean;
  #protocol: Protocol;
  /** Whether the server has shown that it knows 2.0. */
  #isConfirmed = false;
  #isGuess = false;

  constructor({ protocol, createdTimestamp, checkWritten }: RemoteWriterSettings) {
    this.#isOpen = protocol === "auto";
    this.#checksWritten = checkWritten;
    this.#protocol = protocol === "1.0" ? remoteWrite1 : remoteWrite2(createdTimestamp);
  }

  /** The version for the next request. */
  get protocol(): Protocol {
    return this.#protocol;
  }

  /** Whether 1.0 is a guess, as the answer to 2.0 could mean something else. */
  get isGuess(): boolean {
    return this.#isGuess;
  }

  /** Whether it is 1.0 because the server does not know 2.0. */
  get hasFallenBack(): boolean {
    return this.#isOpen && this.#protocol === remoteWrite1;
  }

  /**
   * Notes an answer.
   *
   * @returns Whether nothing of the request was stored because of its version, so that it has to be
   * sent again in another.
   */
  fallsBack(answer: Answer): boolean {
    if (this.#protocol === remoteWrite1) return false;
    const isKnown = writtenIn(answer) !== undefined;
    if (isKnown) this.#isConfirmed = true;
    if (!this.#isOpen || isKnown) return false;
    const isUnknown = answer.status === 415 ||
      isSuccess(answer) && this.#checksWritten ||
      // Old servers may answer so to what they cannot read.
      answer.status === 400 && !this.#isConfirmed;
    if (isUnknown) this.#protocol = remoteWrite1;
    this.#isGuess = answer.status === 400;
    return isUnknown;
  }

  /** Goes back to another version, as the server has taken nothing of this one either. */
  restore(protocol: Protocol): void {
    this.#protocol = protocol;
  }
}
