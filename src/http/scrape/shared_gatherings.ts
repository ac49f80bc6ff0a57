import type { Gatherer } from "../../model/collector.ts";
import { milliseconds } from "../../model/platform/clock.ts";
import { isWorkers } from "../../model/platform/platform.ts";
import { SharedGathering } from "./shared_gathering.ts";

/** A gathering older than this part of the timeout is not shared with further scrapes. */
const sharedPart = 1 / 10;

/** The longest timeout in seconds of which that part is taken. */
const maxTimeout = 100;

/**
 * Gatherings at the same time. There are at most so many because of `sharedPart`; only collectors
 * that hang for more than `maxTimeout` make more, and then the oldest is ended.
 */
const maxGatherings = 10;

/**
 * The gatherings of one gatherer. Scrapes side by side share one, so collectors are asked once.
 *
 * A scrape joins the newest gathering if some scrape still needs it and it began not more than a
 * tenth of the timeout ago, 1 s by default. This is how old its numbers may be when it arrives.
 */
export class SharedGatherings {
  readonly #gatherer: Gatherer;
  /** In the order of their start. */
  readonly #gatherings = new Set<SharedGathering>();
  #begun = 0;

  constructor(gatherer: Gatherer) {
    this.#gatherer = gatherer;
  }

  /**
   * The number of the gathering that a scrape would join or begin now.
   *
   * @param timeoutSeconds The timeout of the handler, whatever the client's own is.
   */
  numberFor(timeoutSeconds: number): number {
    return this.#joinable(timeoutSeconds)?.number ?? this.#begun;
  }

  /** Joins a gathering or begins one. Who joins must leave it when the page is made. */
  join(timeoutSeconds: number): SharedGathering {
    const joinable = this.#joinable(timeoutSeconds);
    if (joinable !== undefined) {
      joinable.join();
      return joinable;
    }
    const [oldest] = this.#gatherings;
    if (this.#gatherings.size >= maxGatherings) oldest.abort();
    const gathering = new SharedGathering(this.#gatherer, {
      number: this.#begun++,
      sharedSeconds: sharedSeconds(timeoutSeconds),
      onEnd: () => this.#gatherings.delete(gathering),
    });
    // On Workers a request may not wait for a promise of another request.
    if (!isWorkers()) this.#gatherings.add(gathering);
    return gathering;
  }

  #joinable(timeoutSeconds: number): SharedGathering | undefined {
    if (this.#gatherings.size === 0) return undefined;
    const newest = [...this.#gatherings].at(-1)!;
    const seconds = (milliseconds() - newest.began) / 1000;
    return seconds <= sharedSeconds(timeoutSeconds) ? newest : undefined;
  }
}

/** How long a gathering is shared. */
function sharedSeconds(timeoutSeconds: number): number {
  return isWorkers() ? 0 : Math.min(timeoutSeconds, maxTimeout) * sharedPart;
}
