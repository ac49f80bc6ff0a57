import { atSchema, type Sample, type Samples } from "./samples.ts";
import type { NativeBuckets } from "../../src/core.ts";

/** Reads page after page, and finds what no server may ever see. */
export class PageChecker {
  readonly problems: string[] = [];
  /** Number of pages. */
  pages = 0;
  readonly #last: Map<string, number> = new Map();
  readonly #natives: Map<string, NativeBuckets> = new Map();
  /** Whether a page may have been made that nobody has seen, so that a series is not 0 first. */
  #hasMissed = false;

  /** A page was asked for, and did not come. */
  missed(): void {
    this.#hasMissed = true;
  }

  /** Reads a page. A series that describes state may go, others may not. */
  check({ numbers, natives }: Samples): void {
    this.pages++;
    const known = new Set(this.#last.keys());
    for (const [key, sample] of numbers) this.#checkSample(key, sample);
    for (const [key, value] of this.#last) {
      if (!numbers.has(key)) this.#report(`${key} has gone, after ${value}`);
    }
    for (const [key, native] of natives) this.#checkNative(key, native, known);
    for (const key of this.#natives.keys()) {
      if (!natives.has(key)) this.#report(`native ${key} has gone`);
    }
    this.#hasMissed = false;
  }

  /** Reads a page in the text format, which came after one that was checked. */
  checkText(numbers: ReadonlyMap<string, number>): void {
    for (const [key, value] of numbers) {
      if (isOwn(key) || !/^\w+?_(total|count|sum|bucket)(\{|$)/.test(key)) continue;
      const kind = /^\w+?_sum(\{|$)/.test(key) ? "sum" : "total";
      this.#checkSample(key, { family: "", kind, value });
    }
    for (const key of this.#last.keys()) {
      // Of native histograms there is the count.
      if (!numbers.has(key)) this.#report(`${key} is not in the text`);
    }
    this.#hasMissed = false;
  }

  #checkSample(key: string, { kind, value }: Sample): void {
    if (kind === "state" || isOwn(key)) return;
    const last = this.#last.get(key);
    if (last === undefined && value !== 0 && !this.#hasMissed) {
      this.#report(`${key} is ${value} on its first page, rather than 0`);
    }
    if (kind === "total" && last !== undefined && !(value >= last)) {
      this.#report(`${key} goes down from ${last} to ${value}`);
    }
    this.#last.set(key, value);
  }

  #checkNative(key: string, native: NativeBuckets, known: ReadonlySet<string>): void {
    const last = this.#natives.get(key);
    this.#natives.set(key, native);
    const count = countOf(native);
    if (last === undefined) {
      // It may have been 0 in the text.
      const wasThere = known.has(key.replace(/^\w+/, "$&_count"));
      if (count !== 0 && !wasThere && !this.#hasMissed) {
        this.#report(`native ${key} has ${count} observations on its first page, rather than 0`);
      }
      return;
    }
    if (native.schema > last.schema && countOf(last) > 0) {
      this.#report(`native ${key}: the resolution rises from ${last.schema} to ${native.schema}`);
      return;
    }
    if (native.zeroCount < last.zeroCount) {
      this.#report(`native ${key}: zeros go down from ${last.zeroCount} to ${native.zeroCount}`);
    }
    if (native.schema > last.schema) return;
    for (const side of ["positive", "negative"] as const) {
      const now = new Map(
        native[side].indexes.map((index, at) => [index, native[side].counts[at]]),
      );
      for (const [index, before] of atSchema(last[side], last.schema, native.schema)) {
        const value = now.get(index) ?? 0;
        if (value < before) {
          this.#report(
            `native ${key}: ${side} bucket ${index} goes down from ${before} to ${value}`,
          );
        }
      }
    }
  }

  #report(problem: string): void {
    if (this.problems.length < 100) this.problems.push(`page ${this.pages}: ${problem}`);
  }
}

/** Whether it is a metric of the aggregator itself, or of a scrape of it. */
export function isOwn(key: string): boolean {
  return /^edgeprom_(?!push_)/.test(key);
}

/** All observations of native buckets. */
export function countOf({ zeroCount, positive, negative }: NativeBuckets): number {
  return [...positive.counts, ...negative.counts].reduce((sum, count) => sum + count, zeroCount);
}
