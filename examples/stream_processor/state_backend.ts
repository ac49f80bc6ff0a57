import { BackendLabel, type OperationLabel, type ProcessorMetrics } from "@edgeprom/edgeprom";
import { startStopwatch } from "./time.ts";
import { TimerQueue } from "./timer_queue.ts";

/** Entries of one group are scanned together, in no set order; an id is unique within its group. */
export interface StateKey {
  readonly group: string;
  readonly id: string;
}

/** What is put into the backend. */
export interface StateEntry {
  readonly key: StateKey;
  readonly bytes: Uint8Array;
  /**
   * Event time after which the entry may be evicted, in milliseconds since 1970; never if it is not
   * given.
   */
  readonly expiresAt?: number;
}

/** Holds the processor's state as bytes, as a store outside the process would. */
export interface StateBackend {
  get(key: StateKey): Uint8Array | undefined;
  getMany(keys: readonly StateKey[]): (Uint8Array | undefined)[];
  put(entry: StateEntry): void;
  putMany(entries: readonly StateEntry[]): void;
  delete(key: StateKey): void;
  /** All entries of a group. */
  scan(group: string): StateEntry[];
  /** Evicts the entries that expired before the given event time and returns their keys. */
  evictExpired(eventTime: number): StateKey[];
}

/** A backend that stores everything in the memory of this process. */
export class InMemoryBackend implements StateBackend {
  readonly #metrics: ProcessorMetrics;
  readonly #groups = new Map<string, Map<string, StateEntry>>();
  readonly #expiries = new TimerQueue<StateEntry>();
  #bytes = 0;

  constructor(metrics: ProcessorMetrics) {
    this.#metrics = metrics;
  }

  /** Bytes of all keys and values held. */
  get bytes(): number {
    return this.#bytes;
  }

  get(key: StateKey): Uint8Array | undefined {
    return this.#measure("get", () => this.#read(key));
  }

  getMany(keys: readonly StateKey[]): (Uint8Array | undefined)[] {
    return this.#measure("batch_get", () => keys.map((key) => this.#read(key)));
  }

  put(entry: StateEntry): void {
    this.#measure("put", () => this.#write(entry));
  }

  putMany(entries: readonly StateEntry[]): void {
    this.#measure("batch_put", () => entries.forEach((entry) => this.#write(entry)));
  }

  delete(key: StateKey): void {
    this.#measure("delete", () => this.#remove(key));
  }

  scan(group: string): StateEntry[] {
    return this.#measure("scan", () => [...this.#groups.get(group)?.values() ?? []]);
  }

  evictExpired(eventTime: number): StateKey[] {
    const evicted: StateKey[] = [];
    let entry: StateEntry | undefined;
    while ((entry = this.#expiries.takeDue(eventTime)) !== undefined) {
      // An entry that was replaced or deleted since is no longer this one.
      if (this.#groups.get(entry.key.group)?.get(entry.key.id) !== entry) continue;
      this.#remove(entry.key);
      evicted.push(entry.key);
    }
    this.#metrics.recordStateEviction(BackendLabel.InMemory, evicted.length);
    return evicted;
  }

  #measure<Result>(operation: OperationLabel, work: () => Result): Result {
    const elapsed = startStopwatch();
    const result = work();
    this.#metrics.recordStateOperation(operation, BackendLabel.InMemory, elapsed());
    this.#metrics.setStateSize(BackendLabel.InMemory, this.#bytes);
    return result;
  }

  #read({ group, id }: StateKey): Uint8Array | undefined {
    return this.#groups.get(group)?.get(id)?.bytes;
  }

  #write(entry: StateEntry): void {
    const { group, id } = entry.key;
    this.#remove(entry.key);
    let entries = this.#groups.get(group);
    if (entries === undefined) this.#groups.set(group, entries = new Map());
    entries.set(id, entry);
    this.#bytes += sizeOf(entry);
    if (entry.expiresAt !== undefined) this.#expiries.add(entry.expiresAt, entry);
  }

  #remove({ group, id }: StateKey): void {
    const entries = this.#groups.get(group);
    const entry = entries?.get(id);
    if (entries === undefined || entry === undefined) return;
    entries.delete(id);
    if (entries.size === 0) this.#groups.delete(group);
    this.#bytes -= sizeOf(entry);
  }
}

/** Keys are plain ASCII, one byte a character. */
function sizeOf({ key, bytes }: StateEntry): number {
  return key.group.length + key.id.length + bytes.length;
}
