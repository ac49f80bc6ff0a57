import { milliseconds } from "../../model/platform/clock.ts";
import { reasonOf } from "../../model/errors.ts";
import type { AggregateState } from "./aggregate_state.ts";
import { checkpointOf, restoreState } from "./checkpoint.ts";
import { type Entry, writeEntry } from "./entries.ts";
import type { AggregateStore } from "./store.ts";
import { StoreError } from "./store_error.ts";
import type { RunningCounts } from "./truth_counts.ts";

/** The longest entry or part of a store that does not say. */
const usualLongestBytes = 1024 * 1024;

/** Bytes of a log below which no checkpoint is made. */
const fewestLogBytes = 1024 * 1024;

/** The longest pause after a failure, in seconds. */
const longestPause = 10;

/** The state in memory, and the log in a store from which it comes. */
export class Log {
  /** The longest entry in bytes. */
  readonly longestBytes: number;
  readonly #store: AggregateStore;
  readonly #newState: () => AggregateState;
  readonly #counts: RunningCounts;
  readonly #report: (error: Error) => void;
  #state: AggregateState | undefined;
  #isStale = true;
  /** Failures since the last append that went well. */
  #failures = 0;
  #pauseEnds = -Infinity;
  #lastError = new StoreError("the store was not read yet");
  #checkpointAt = fewestLogBytes;
  #isCheckpointing = false;
  #appendMs = 0;

  /** A log that was not read yet. */
  constructor(
    store: AggregateStore,
    newState: () => AggregateState,
    counts: RunningCounts,
    report: (error: Error) => void,
  ) {
    this.longestBytes = store.longestBytes ?? usualLongestBytes;
    this.#store = store;
    this.#newState = newState;
    this.#counts = counts;
    this.#report = report;
  }

  /** The state as it was last known; undefined before the store was read. */
  get state(): AggregateState | undefined {
    return this.#state;
  }

  /** Whether the store may have more than the state: an append has failed, and may have happened. */
  get isStale(): boolean {
    return this.#isStale;
  }

  /** Whether a checkpoint is being made, during which nothing may be appended. */
  get isCheckpointing(): boolean {
    return this.#isCheckpointing;
  }

  /** Whether the last append took so long that it pays to gather more for the next. */
  get isSlow(): boolean {
    return this.#appendMs >= 1;
  }

  /**
   * The state with everything that the store has.
   *
   * @throws {StoreError} If the store cannot be read. Then it is not tried again for a while.
   */
  async ready(): Promise<AggregateState> {
    if (this.#state !== undefined && !this.#isStale) return this.#state;
    if (milliseconds() < this.#pauseEnds) throw this.#lastError;
    try {
      const stored = await this.#store.load();
      const state = this.#newState();
      await restoreState(state, stored, this.#report);
      this.#counts.logBytes = bytesOf(stored.entries);
      this.#counts.checkpointBytes = bytesOf(stored.checkpoint);
      this.#checkpointAt = Math.max(fewestLogBytes, this.#counts.checkpointBytes);
      this.#isStale = false;
      return this.#state = state;
    } catch (error) {
      this.#counts.failedLoads++;
      throw this.#failed("the store cannot be read", error);
    }
  }

  /**
   * Appends entries, all or none.
   *
   * @returns The error if it is not known whether they were appended.
   */
  async append(entries: readonly Entry[]): Promise<StoreError | undefined> {
    const frames = entries.map(writeEntry);
    const began = milliseconds();
    try {
      await this.#store.append(frames);
    } catch (error) {
      this.#isStale = true;
      this.#counts.failedAppends++;
      return this.#failed("the store cannot be written", error);
    }
    this.#appendMs = milliseconds() - began;
    this.#failures = 0;
    this.#counts.entries += entries.length;
    this.#counts.logBytes += bytesOf(frames);
  }

  /** Puts a checkpoint in the place of the log, if that is long enough. */
  async shorten(): Promise<void> {
    const state = this.#state;
    if (state === undefined || this.#isStale) return;
    if (this.#counts.logBytes <= this.#checkpointAt) return;
    this.#isCheckpointing = true;
    try {
      const parts = await checkpointOf(state, this.longestBytes);
      await this.#store.replace(parts);
      this.#counts.checkpoints++;
      this.#counts.logBytes = 0;
      this.#counts.checkpointBytes = bytesOf(parts);
      this.#checkpointAt = Math.max(fewestLogBytes, this.#counts.checkpointBytes);
    } catch (error) {
      // The log is still there, or the checkpoint is: both are this state.
      this.#checkpointAt = this.#counts.logBytes + fewestLogBytes;
      this.#counts.failedCheckpoints++;
      this.#report(new StoreError(`a checkpoint failed: ${reasonOf(error)}; it is tried later`));
    } finally {
      this.#isCheckpointing = false;
    }
  }

  /** Asks for a call of `maintain()` in a while, if the store can do that. */
  async wake(seconds: number): Promise<void> {
    try {
      await this.#store.wake?.(seconds);
    } catch (error) {
      this.#report(new StoreError(`the store cannot set an alarm: ${reasonOf(error)}`));
    }
  }

  /** Closes the store. */
  async close(): Promise<void> {
    await this.#store.close?.();
  }

  /** Notes a failure. The first one may be tried again at once. */
  #failed(problem: string, error: unknown): StoreError {
    const pause = this.#failures === 0 ? 0 : Math.min(longestPause, 2 ** (this.#failures - 1));
    this.#failures++;
    this.#pauseEnds = milliseconds() + pause * 1000;
    this.#lastError = new StoreError(`${problem}: ${reasonOf(error)}`);
    this.#report(this.#lastError);
    return this.#lastError;
  }
}

function bytesOf(list: readonly Uint8Array[]): number {
  return list.reduce((sum, { length }) => sum + length, 0);
}
