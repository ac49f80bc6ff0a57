import { isWorkers } from "../../model/platform/platform.ts";

/** Scrapes at the same time, of however few pages. Each costs some 10 kB while it waits. */
const maxScrapes = 1000;

/**
 * A limit on the pages that are made at the same time. A scrape holds a permit until its page is
 * made. Scrapes that share a page share a permit, because they cost next to nothing; and who reads a
 * page holds none, so readers that stall keep nobody from theirs.
 *
 * On Workers nothing is limited, because they end a request without notice and its permit would
 * never be released.
 */
export class ConcurrencyLimit {
  /** Number of scrapes by page. */
  readonly #pages = new Map<string, number>();
  #scrapes = 0;

  /**
   * Returns a permit for a page: a function that gives it back. There is none if `limit` other pages
   * are being made.
   */
  acquire(page: string, limit: number): (() => void) | undefined {
    if (isWorkers()) return () => {};
    const sharing = this.#pages.get(page) ?? 0;
    if (sharing === 0 && this.#pages.size >= limit) return undefined;
    if (this.#scrapes >= Math.max(limit, maxScrapes)) return undefined;
    this.#change(page, 1);
    let isHeld = true;
    return () => {
      if (isHeld) this.#change(page, -1);
      isHeld = false;
    };
  }

  #change(page: string, by: 1 | -1): void {
    this.#scrapes += by;
    const sharing = (this.#pages.get(page) ?? 0) + by;
    if (sharing > 0) this.#pages.set(page, sharing);
    else this.#pages.delete(page);
  }
}
