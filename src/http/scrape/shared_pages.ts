import type { Gathering } from "../../model/collector.ts";
import type { MetricsError } from "../../model/errors.ts";
import type { MetricFamily } from "../../model/snapshot.ts";
import { encodeCooperatively } from "../../exposition/encoding/encode_cooperatively.ts";
import type { Encoder } from "../../exposition/encoding/encoder.ts";
import type { Negotiation } from "../../exposition/formats.ts";
import { setDeadline } from "../../model/platform/deadline.ts";
import { withinTimeSlice } from "../../model/platform/time_slices.ts";
import { isWorkers } from "../../model/platform/platform.ts";
import {
  canCompressAtOnce,
  gzip,
  gzipAtOnce,
  shortPageBytes,
} from "../../exposition/encoding/gzip.ts";
import type { PageReaders } from "./page_readers.ts";
import type { ScrapeMetrics } from "./scrape_metrics.ts";

/** What a page shows, and how. */
export interface PageRequest extends Pick<Negotiation, "encoder" | "escaping"> {
  /** The names of the families; empty for all of them. */
  readonly names: ReadonlySet<string>;
  /** Whether metrics about scrapes are on it. */
  readonly selfMetrics: boolean;
  /** Whether to compress a page of so many bytes. */
  readonly wantsGzip: (bytes: number) => boolean;
}

/** A page in one format. */
export class EncodedPage {
  /** The bytes, not compressed. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** What had to be left out of it. */
  readonly failures: readonly MetricsError[];
  #compressed: Promise<Uint8Array<ArrayBuffer>> | undefined;

  constructor(bytes: Uint8Array<ArrayBuffer>, failures: readonly MetricsError[]) {
    this.bytes = bytes;
    this.failures = failures;
  }

  /** The bytes, compressed; they are compressed once. */
  compressed(): Promise<Uint8Array<ArrayBuffer>> {
    return this.#compressed ??= gzip(this.bytes);
  }

  /** The bytes, compressed, of a short page. */
  compressedAtOnce(): Uint8Array<ArrayBuffer> | undefined {
    return gzipAtOnce(this.bytes);
  }
}

/** Seconds after which a buffer that was kept for the next page is dropped. */
const spareSeconds = 5;

/** A page that scrapes wait for. */
interface SharedPage {
  readonly page: Promise<EncodedPage>;
  scrapes: number;
}

/**
 * The pages of one gatherer. Scrapes that share a gathering and want the same format share a page.
 *
 * Pages are made one after another, each with its compression. So there are never more buffers than
 * for one of them, however many clients ask in however many ways, and the first is ready first.
 */
export class SharedPages {
  readonly #metrics: ScrapeMetrics;
  readonly #readers: PageReaders;
  readonly #pages = new WeakMap<readonly MetricFamily[], Map<string, SharedPage>>();
  #last: Promise<unknown> = Promise.resolve();
  /** The content types of formats whose last page was not small. */
  readonly #long = new Set<string>();
  /** The buffer of the last short page: new memory of 27 kB takes 5 µs on Bun, and 4 on Node 24. */
  #spare: Uint8Array<ArrayBuffer> | undefined;
  /** Whether a timer will drop it; there is one at a time, whatever uses the buffer meanwhile. */
  #isTimed = false;

  constructor(metrics: ScrapeMetrics, readers: PageReaders) {
    this.#metrics = metrics;
    this.#readers = readers;
  }

  /**
   * Makes a page at once, if the last one in its format was small and nothing fails; `undefined` if
   * this one is not. As nothing else runs meanwhile, there is nobody to share it with, nor to wait
   * for.
   */
  atOnce(gathering: Gathering, request: PageRequest): EncodedPage | undefined {
    const { encoder, escaping } = request;
    if (this.#long.has(encoder.contentType) || gathering.errors.length > 0) return undefined;
    // A page that then has to wait for its compression would be made twice.
    if (request.wantsGzip(shortPageBytes) && !canCompressAtOnce()) return undefined;
    const families = this.#familiesOf(gathering, request);
    const chunks = encoder.chunks?.(families, { escaping, buffer: this.#takeSpare() });
    try {
      const bytes = chunks && withinTimeSlice(chunks);
      const isSmall = this.#noteSize(encoder, bytes?.length);
      return bytes && isSmall ? new EncodedPage(bytes, []) : undefined;
    } catch {
      // The other way leaves out what cannot be encoded.
      return undefined;
    }
  }

  /**
   * Keeps the bytes of a page that was made at once, and that nobody reads any more, for another, for
   * five seconds at most: it only pays if many scrapes come one after another. Workers keep none, as
   * there no page is compressed at once and no response is known to copy its bytes.
   */
  reuse({ buffer }: Uint8Array<ArrayBuffer>): void {
    if (buffer.byteLength > shortPageBytes) return;
    this.#spare = new Uint8Array(buffer);
    if (this.#isTimed) return;
    this.#isTimed = true;
    setDeadline(spareSeconds, () => {
      this.#isTimed = false;
      this.#spare = undefined;
    }, false);
  }

  /** The bytes of an earlier page, for one that may be written over them. */
  #takeSpare(): Uint8Array<ArrayBuffer> | undefined {
    const spare = this.#spare;
    this.#spare = undefined;
    return spare;
  }

  /**
   * Makes a page, or waits for the same one that another scrape makes, and uses it.
   *
   * @param use The page is forgotten when all that share it have used it.
   */
  async withPage<Result>(
    gathering: Gathering,
    request: PageRequest,
    use: (page: EncodedPage) => Promise<Result>,
  ): Promise<Result> {
    const pages = this.#pagesOf(gathering);
    const key = pageKey(request);
    let shared = pages.get(key);
    if (shared === undefined) {
      shared = { page: this.#inTurn(() => this.#make(gathering, request)), scrapes: 0 };
      pages.set(key, shared);
    }
    shared.scrapes++;
    try {
      return await use(await shared.page);
    } finally {
      shared.scrapes--;
      if (shared.scrapes === 0) pages.delete(key);
    }
  }

  /** The pages of a gathering. What fails in it is counted when the first of them is made. */
  #pagesOf({ families, errors }: Gathering): Map<string, SharedPage> {
    const known = this.#pages.get(families);
    if (known !== undefined) return known;
    for (let error = 0; error < errors.length; error++) this.#metrics.fail("collector");
    const pages = new Map<string, SharedPage>();
    this.#pages.set(families, pages);
    return pages;
  }

  #inTurn<Result>(make: () => Promise<Result>): Promise<Result> {
    // On Workers a request may not wait for a promise of another request.
    if (isWorkers()) return make();
    const made = this.#last.then(() => this.#readers.makeRoom()).then(make);
    // Settled with nothing: a promise that had the page would hold its bytes until the next scrape.
    this.#last = made.then(nothing, nothing);
    return made;
  }

  async #make(gathering: Gathering, request: PageRequest): Promise<EncodedPage> {
    const { encoder, escaping, wantsGzip } = request;
    const failures: MetricsError[] = [...gathering.errors];
    const bytes = await encodeCooperatively(
      encoder,
      this.#familiesOf(gathering, request),
      {
        escaping,
        onError: (error) => {
          this.#metrics.fail("encoding");
          failures.push(error);
        },
      },
    );
    this.#noteSize(encoder, bytes.length);
    const page = new EncodedPage(bytes, failures);
    if (wantsGzip(bytes.length)) await page.compressed();
    return page;
  }

  /** Whether a page is small; one that was not ready in time is not. */
  #noteSize({ contentType }: Encoder, bytes = Infinity): boolean {
    const isSmall = bytes <= shortPageBytes;
    if (isSmall) this.#long.delete(contentType);
    else this.#long.add(contentType);
    return isSmall;
  }

  #familiesOf(gathering: Gathering, { names, selfMetrics }: PageRequest): readonly MetricFamily[] {
    const own = selfMetrics ? this.#metrics.collect(gathering) : [];
    const families = gathering.families.concat(own);
    return names.size === 0 ? families : families.filter(({ name }) => names.has(name));
  }
}

function nothing(): void {}

/** Numbers for encoders, as two of them may have the same `Content-Type` and other settings. */
const encoderNumbers = new WeakMap<object, number>();
let encoderCount = 0;

/** What two scrapes of a gathering have in common if their pages are the same. */
export function pageKey({ encoder, escaping, names, selfMetrics }: PageRequest): string {
  const number = encoderNumbers.get(encoder) ?? ++encoderCount;
  encoderNumbers.set(encoder, number);
  const page = `${number} ${escaping} ${selfMetrics}`;
  return names.size === 0 ? page : page + JSON.stringify([...names].sort());
}
