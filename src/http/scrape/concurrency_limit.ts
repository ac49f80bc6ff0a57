import { setDeadline } from "../../model/deadline.ts";
import { isWorkers } from "../platform.ts";

/** Size of the chunks in which a page is sent. A page that is not larger is sent as a whole. */
const chunkBytes = 65_536;

/** A reader that has consumed nothing for this long loses its permit if another scrape needs it. */
const stalledMs = 1000;

/**
 * A limit on concurrent scrapes. A scrape holds a permit from its start until its page is read, as
 * far as that can be known: the system accepts a short page at once.
 *
 * On Workers nothing is limited, because they end a request without notice and its permit would
 * never be released.
 */
export class ConcurrencyLimit {
  readonly #permits = new Set<Permit>();

  /** Returns a permit if fewer than `limit` are held, or if a stalled reader holds one. */
  acquire(limit: number): Permit | undefined {
    if (this.#permits.size >= limit) this.#abortStalled();
    if (this.#permits.size >= limit) return undefined;
    const permit = new Permit(() => this.#permits.delete(permit));
    if (!isWorkers()) this.#permits.add(permit);
    return permit;
  }

  #abortStalled(): void {
    for (const permit of this.#permits) {
      if (permit.isStalled()) return permit.abort("its reader stalls, and others wait");
    }
  }
}

/** The permit of one scrape. */
export class Permit {
  readonly #onRelease: () => void;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #cancelDeadline: () => void = () => {};
  #lastRead = 0;

  constructor(onRelease: () => void) {
    this.#onRelease = onRelease;
  }

  /** Gives the permit back. */
  release(): void {
    this.#cancelDeadline();
    this.#controller = undefined;
    this.#onRelease();
  }

  /**
   * The body for a page. The permit is released when the body is read.
   *
   * A long page is sent in chunks on demand. A slow or stalled reader then costs one page, and not
   * the copy of it that a server would make. A page that is not read in time is aborted.
   */
  bodyOf(page: Uint8Array<ArrayBuffer>, seconds: number): BodyInit {
    if (page.length > chunkBytes && !isWorkers()) return this.#inChunks(page, seconds);
    this.release();
    return page;
  }

  /** Whether the reader of a long page has stopped reading. */
  isStalled(): boolean {
    return this.#controller !== undefined &&
      performance.now() - this.#lastRead > stalledMs;
  }

  /** Ends the body with an error, so that nobody takes a part of the page for the whole. */
  abort(reason: string): void {
    this.#controller?.error(new Error(`the page was not read to its end: ${reason}`));
    this.release();
  }

  #inChunks(page: Uint8Array<ArrayBuffer>, seconds: number): ReadableStream<Uint8Array> {
    let sent = 0;
    return new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
        this.#lastRead = performance.now();
        const timedOut = `it took more than ${seconds} s`;
        this.#cancelDeadline = setDeadline(seconds, () => this.abort(timedOut));
      },
      pull: (controller) => {
        this.#lastRead = performance.now();
        controller.enqueue(page.subarray(sent, sent + chunkBytes));
        sent += chunkBytes;
        if (sent < page.length) return;
        controller.close();
        this.release();
      },
      cancel: () => this.release(),
    }, { highWaterMark: 0 });
  }
}
