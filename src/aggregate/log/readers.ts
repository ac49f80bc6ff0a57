import type { AggregateState } from "./aggregate_state.ts";
import type { Shown, View } from "./views.ts";

interface Reader {
  readonly view: View<unknown>;
  /** Whether it is no page, so that new series stay new. */
  readonly isLook: boolean;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Those who wait for a page. */
export class Readers {
  #readers: Reader[] = [];

  /** Number of them. */
  get size(): number {
    return this.#readers.length;
  }

  /** Whether one of them waits for a page. */
  get hasPages(): boolean {
    return this.#readers.some(({ isLook }) => !isLook);
  }

  /** Adds one. */
  add<Family>(view: View<Family>, isLook: boolean): Promise<Shown<Family>> {
    return new Promise((resolve, reject) => {
      this.#readers.push({ view, isLook, resolve: resolve as Reader["resolve"], reject });
    });
  }

  /** Takes all of them out. */
  takeAll(): Readers {
    const taken = new Readers();
    taken.#readers = this.#readers;
    this.#readers = [];
    return taken;
  }

  /** Gives each what it waits for, in steps. Those who wait for the same share one. */
  *read(state: AggregateState, now: number): Generator<void, true, void> {
    const results = new Map<View<unknown>, unknown>();
    for (const { view, resolve, reject } of this.#readers) {
      try {
        if (!results.has(view)) results.set(view, yield* view(state, now));
        resolve(results.get(view));
      } catch (error) {
        reject(error);
      }
    }
    return true;
  }

  /** Tells each that there is nothing. */
  fail(error: Error): void {
    for (const { reject } of this.#readers) reject(error);
  }
}
