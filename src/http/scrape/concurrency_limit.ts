import { setDeadline } from "../deadline.ts";
import { isWorkers } from "../platform.ts";

/** Bytes that are handed over at a time. A page that has no more goes out as a whole. */
const pieceBytes = 65_536;

/** A reader who takes nothing for this long loses the place where others want it. */
const stalledMs = 1000;

/**
 * The places for scrapes. A scrape has one from its beginning until its page is read, as far as that
 * can be known: a short page is taken by the system at once.
 *
 * Workers end a request without a word to its code, so there no place could be kept.
 */
export class ConcurrencyLimit {
  readonly #permits = new Set<Permit>();

  /** Gives a place, if fewer than this are taken, or one is taken for nothing. */
  acquire(limit: number): Permit | undefined {
    if (this.#permits.size >= limit) this.#free();
    if (this.#permits.size >= limit) return undefined;
    const permit = new Permit(() => this.#permits.delete(permit));
    if (!isWorkers()) this.#permits.add(permit);
    return permit;
  }

  #free(): void {
    for (const permit of this.#permits) {
      if (permit.isStalled()) return permit.abort("its reader stalls, and others wait");
    }
  }
}

/** The place of one scrape. */
export class Permit {
  readonly #onRelease: () => void;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #cancelDeadline: () => void = () => {};
  #lastTaken = 0;

  /** Taken. */
  constructor(onRelease: () => void) {
    this.#onRelease = onRelease;
  }

  /** Ends the scrape. */
  release(): void {
    this.#cancelDeadline();
    this.#controller = undefined;
    this.#onRelease();
  }

  /**
   * The body for a page; the place is left when it is read.
   *
   * A long page goes out in pieces as they are taken: a reader who is slow or stops then costs the
   * one page, where a server would copy it for each. One that is not read in time is given up.
   */
  bodyOf(page: Uint8Array<ArrayBuffer>, seconds: number): BodyInit {
    if (page.length > pieceBytes && !isWorkers()) return this.#inPieces(page, seconds);
    this.release();
    return page;
  }

  /** Whether a reader has begun to read and does not go on. */
  isStalled(): boolean {
    return this.#controller !== undefined &&
      performance.now() - this.#lastTaken > stalledMs;
  }

  /** Breaks the page off, so that nobody takes what there is for the whole. */
  abort(reason: string): void {
    this.#controller?.error(new Error(`the page was not read to its end: ${reason}`));
    this.release();
  }

  #inPieces(page: Uint8Array<ArrayBuffer>, seconds: number): ReadableStream<Uint8Array> {
    let sent = 0;
    return new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
        this.#lastTaken = performance.now();
        const timedOut = `it took more than ${seconds} s`;
        this.#cancelDeadline = setDeadline(seconds, () => this.abort(timedOut));
      },
      pull: (controller) => {
        this.#lastTaken = performance.now();
        controller.enqueue(page.subarray(sent, sent + pieceBytes));
        sent += pieceBytes;
        if (sent < page.length) return;
        controller.close();
        this.release();
      },
      cancel: () => this.release(),
    }, { highWaterMark: 0 });
  }
}
