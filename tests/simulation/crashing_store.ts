import type { AggregateStore, StoredAggregate } from "../../src/aggregate/log/store.ts";

/** How an aggregator's next write ends. */
export type Ending =
  /** The process ends before anything is written. */
  | "crash before"
  /** The process ends when it is written, before anybody is told. */
  | "crash after"
  /** Nothing is written, and the aggregator goes on. */
  | "failure before"
  /** It is written, but the aggregator is told otherwise, and goes on. */
  | "failure after";

/** A store of which a write may end badly, and that can end with its process. */
export class CrashingStore implements AggregateStore {
  readonly #store: AggregateStore;
  readonly #onCrash: () => void;
  #isDead = false;
  #appendEnds: Ending | undefined;
  #replaceEnds: Ending | undefined;

  constructor(store: AggregateStore, onCrash: () => void) {
    this.#store = store;
    this.#onCrash = onCrash;
  }

  get longestBytes(): number | undefined {
    return this.#store.longestBytes;
  }

  /** The process has ended: what still runs of it writes nothing any more. */
  die(): void {
    if (this.#isDead) return;
    this.#isDead = true;
    this.#onCrash();
  }

  /** The next append ends like this. */
  endAppend(ending: Ending | undefined): void {
    this.#appendEnds = ending;
  }

  /** The next checkpoint ends like this. */
  endReplace(ending: Ending | undefined): void {
    this.#replaceEnds = ending;
  }

  load(): StoredAggregate | Promise<StoredAggregate> {
    this.#checkAlive();
    return this.#store.load();
  }

  append(entries: readonly Uint8Array[]): Promise<void> {
    const ending = this.#appendEnds;
    this.#appendEnds = undefined;
    return this.#write(ending, () => this.#store.append(entries));
  }

  replace(checkpoint: readonly Uint8Array[]): Promise<void> {
    const ending = this.#replaceEnds;
    this.#replaceEnds = undefined;
    return this.#write(ending, () => this.#store.replace(checkpoint));
  }

  async #write(ending: Ending | undefined, write: () => void | Promise<void>): Promise<void> {
    this.#checkAlive();
    if (ending === "crash before") this.die();
    if (ending?.endsWith("before")) throw new Error("the disk is not there");
    await write();
    if (ending === "crash after") this.die();
    if (ending?.endsWith("after")) throw new Error("the disk does not answer");
  }

  #checkAlive(): void {
    if (this.#isDead) throw new Error("the process has ended");
  }
}
