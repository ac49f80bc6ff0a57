import { beginPage, PageCache } from "../../exposition/encoding/page_cache.ts";
import type { Dialect } from "./dialect.ts";
import { KeptLabels } from "./kept_labels.ts";
import { KeptLines } from "./kept_lines.ts";

/** The most sorts of pages of which anything is kept: default labels may be others at each page. */
const mostSorts = 8;

/** What is kept of pages of one sort, by metric. */
class SortOfPages {
  readonly #key: string;
  readonly #lines = new PageCache<object, KeptLines>();
  readonly #labels = new PageCache<object, KeptLabels>();

  constructor(key: string) {
    this.#key = key;
  }

  has(key: string): boolean {
    return key === this.#key;
  }

  linesOf(metric: object): KeptLines {
    let lines = this.#lines.get(metric);
    if (lines === undefined) this.#lines.set(metric, lines = new KeptLines());
    return lines;
  }

  labelsOf(metric: object): KeptLabels {
    let labels = this.#labels.get(metric);
    if (labels === undefined) this.#labels.set(metric, labels = new KeptLabels());
    return labels;
  }

  /** Forgets a metric. */
  drop(metric: object): void {
    this.#lines.take(metric);
    this.#labels.take(metric);
  }

  clear(): void {
    this.#lines.clear();
    this.#labels.clear();
  }
}

/** The last one used is the last. */
const sorts: SortOfPages[] = [];

/**
 * What is kept of pages by metric: registries that have a metric of another, such as merged ones,
 * find it as well. It is forgotten once there was no such page for ten minutes.
 */
export function keptPages(
  { isOpenMetrics, defaultsKey, replacesNull }: Dialect,
): Pick<SortOfPages, "linesOf" | "labelsOf" | "drop"> {
  beginPage();
  const key = [isOpenMetrics, replacesNull, defaultsKey].join();
  const at = sorts.findIndex((sort) => sort.has(key));
  const sort = at < 0 ? new SortOfPages(key) : sorts.splice(at, 1)[0];
  if (sorts.push(sort) > mostSorts) sorts.shift()!.clear();
  return sort;
}
