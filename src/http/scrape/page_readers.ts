import { milliseconds } from "../../model/platform/clock.ts";
import { setDeadline } from "../../model/platform/deadline.ts";
import { isWorkers } from "../../model/platform/platform.ts";

/** Size of the chunks in which a page is sent. A page that is not larger is sent as a whole. */
const chunkBytes = 65_536;

/** Long pages that are in memory for their readers at the same time. */
const maxPages = 4;

/** For how long a page that nobody reads, or all of them, keep another one waiting. */
const stalledMs = 100;

/** How often to see whether there is room. */
const pollMs = 20;

/** Readers of long pages at the same time. Each costs a connection, and a chunk or two. */
const maxReaders = 256;

/**
 * Those who read long pages. Many read the same bytes, so memory depends on the number of pages, and
 * that is limited: see {@linkcode PageReaders.makeRoom}.
 */
export class PageReaders {
  readonly #readers = new Set<PageReader>();

  /**
   * The body for a page.
   *
   * A long page is sent in chunks on demand: parts of the page, which a server must not change. A
   * slow or stalled reader then costs a chunk, and not the copy of the page that a server would
   * make. A page that is not read in so many seconds is aborted.
   */
  bodyOf(page: Uint8Array<ArrayBuffer>, seconds: number): BodyInit {
    if (page.length <= chunkBytes || isWorkers()) return page;
    const reader = new PageReader(page, seconds, () => this.#readers.delete(reader));
    this.#readers.add(reader);
    if (this.#readers.size > maxReaders) abort([mostIdle(this.#readers)]);
    return reader.body;
  }

  /**
   * Waits until there is room for another page, for 0.1 s at most. Then the page that all its readers
   * have left alone for the longest time is given up, at once if that was 0.1 s ago.
   */
  async makeRoom(): Promise<void> {
    for (const start = milliseconds();;) {
      const pages = this.#pages();
      if (pages.size < maxPages) return;
      const { page, lastRead } = mostIdle(
        Array.from(pages.values(), (readers) => readers.reduce(moreActive)),
      );
      const left = stalledMs - (milliseconds() - Math.min(lastRead, start));
      const seconds = Math.min(left, pollMs) / 1000;
      if (left <= 0) abort(pages.get(page) ?? []);
      else await new Promise<void>((resolve) => setDeadline(seconds, resolve));
    }
  }

  /** The readers of each page. */
  #pages(): Map<Uint8Array, PageReader[]> {
    const pages = new Map<Uint8Array, PageReader[]>();
    for (const reader of this.#readers) {
      const readers = pages.get(reader.page);
      if (readers === undefined) pages.set(reader.page, [reader]);
      else readers.push(reader);
    }
    return pages;
  }
}

function abort(readers: readonly PageReader[]): void {
  for (const reader of readers) reader.abort("its reader stalls, and others need the memory");
}

/** One who reads a long page. */
class PageReader {
  /** The page; empty at the end, as streams may live on. */
  page: Uint8Array<ArrayBuffer>;
  readonly body: ReadableStream<Uint8Array>;
  /** When it last read, on the monotonic clock. */
  lastRead: number = milliseconds();
  readonly #onEnd: () => void;
  readonly #cancelDeadline: () => void;
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  #sent = 0;

  constructor(page: Uint8Array<ArrayBuffer>, seconds: number, onEnd: () => void) {
    this.page = page;
    this.#onEnd = onEnd;
    this.body = new ReadableStream<Uint8Array>({
      start: (controller) => void (this.#controller = controller),
      pull: () => this.#send(),
      cancel: () => this.#end(),
    }, { highWaterMark: 0 });
    this.#cancelDeadline = setDeadline(seconds, () => this.abort(`it took more than ${seconds} s`));
  }

  /** Ends the body with an error, so that nobody takes a part of the page for the whole. */
  abort(reason: string): void {
    this.#controller.error(new Error(`the page was not read to its end: ${reason}`));
    this.#end();
  }

  #send(): void {
    this.lastRead = milliseconds();
    this.#controller.enqueue(this.page.subarray(this.#sent, this.#sent + chunkBytes));
    this.#sent += chunkBytes;
    if (this.#sent < this.page.length) return;
    this.#controller.close();
    this.#end();
  }

  #end(): void {
    this.page = new Uint8Array(0);
    this.#cancelDeadline();
    this.#onEnd();
  }
}

function mostIdle(readers: Iterable<PageReader>): PageReader {
  return [...readers].reduce((one, other) => other.lastRead < one.lastRead ? other : one);
}

function moreActive(one: PageReader, other: PageReader): PageReader {
  return other.lastRead > one.lastRead ? other : one;
}
