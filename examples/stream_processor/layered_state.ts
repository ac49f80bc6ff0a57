import { CacheLayerLabel, type ProcessorMetrics } from "@edgeprom/edgeprom";
import { LruCache } from "./lru_cache.ts";
import type { StateBackend, StateEntry, StateKey } from "./state_backend.ts";

/** How many entries each layer of the cache holds. */
export interface LayerSizes {
  readonly l1: number;
  readonly l2: number;
}

/** One value to put. */
export interface Assignment<Value> {
  readonly key: StateKey;
  readonly value: Value;
  /**
   * Event time after which the entry may be evicted, in milliseconds since 1970; never if it is not
   * given.
   */
  readonly expiresAt?: number;
}

/**
 * State behind two layers of cache. L1 holds few decoded values, L2 more encoded ones: a hit in L2
 * saves the way to the backend, one in L1 the decoding as well. With a backend in the same process
 * L2 costs as much as it saves; it pays off if the backend is a database. Values are
 * written through, so that the backend is never behind.
 *
 * Values are plain data and are not to be changed once they are put: L1 hands out the very object.
 */
export class LayeredState {
  readonly #backend: StateBackend;
  readonly #metrics: ProcessorMetrics;
  readonly #l1: LruCache<unknown>;
  readonly #l2: LruCache<Uint8Array>;

  constructor(backend: StateBackend, sizes: LayerSizes, metrics: ProcessorMetrics) {
    this.#backend = backend;
    this.#metrics = metrics;
    this.#l1 = new LruCache(sizes.l1);
    this.#l2 = new LruCache(sizes.l2);
  }

  get<Value>(key: StateKey): Value | undefined {
    const cached = this.#lookUp<Value>(key);
    if (cached !== undefined) return cached;
    return this.#fill<Value>(key, this.#backend.get(key));
  }

  /** The values of all keys, in one operation of the backend for those that no layer holds. */
  getMany<Value>(keys: readonly StateKey[]): (Value | undefined)[] {
    const values = keys.map((key) => this.#lookUp<Value>(key));
    const missing = keys.filter((_, index) => values[index] === undefined);
    if (missing.length === 0) return values;
    const found = this.#backend.getMany(missing);
    let next = 0;
    return values.map((value, index) => value ?? this.#fill<Value>(keys[index], found[next++]));
  }

  put<Value>(assignment: Assignment<Value>): void {
    this.#backend.put(this.#store(assignment));
  }

  /** Puts all values in one operation of the backend. */
  putMany<Value>(assignments: readonly Assignment<Value>[]): void {
    if (assignments.length === 0) return;
    this.#backend.putMany(assignments.map((assignment) => this.#store(assignment)));
  }

  delete(key: StateKey): void {
    this.#drop(key);
    this.#backend.delete(key);
  }

  /** All values of a group. Only the backend knows them all, so the layers are passed by. */
  scan<Value>(group: string): Value[] {
    return this.#backend.scan(group).map(({ bytes }) => decode<Value>(bytes));
  }

  /** Evicts what expired before the given event time. */
  evictExpired(eventTime: number): void {
    for (const key of this.#backend.evictExpired(eventTime)) this.#drop(key);
  }

  #lookUp<Value>(key: StateKey): Value | undefined {
    const name = nameOf(key);
    const value = this.#l1.get(name) as Value | undefined;
    if (value !== undefined) {
      this.#metrics.recordCacheHit(CacheLayerLabel.L1);
      return value;
    }
    this.#metrics.recordCacheMiss(CacheLayerLabel.L1);

    const bytes = this.#l2.get(name);
    if (bytes === undefined) {
      this.#metrics.recordCacheMiss(CacheLayerLabel.L2);
      return undefined;
    }
    this.#metrics.recordCacheHit(CacheLayerLabel.L2);
    const decoded = decode<Value>(bytes);
    this.#l1.set(name, decoded);
    return decoded;
  }

  #fill<Value>(key: StateKey, bytes: Uint8Array | undefined): Value | undefined {
    if (bytes === undefined) return undefined;
    const value = decode<Value>(bytes);
    this.#l1.set(nameOf(key), value);
    this.#l2.set(nameOf(key), bytes);
    return value;
  }

  #store<Value>({ key, value, expiresAt }: Assignment<Value>): StateEntry {
    const bytes = new TextEncoder().encode(JSON.stringify(value));
    this.#l1.set(nameOf(key), value);
    this.#l2.set(nameOf(key), bytes);
    return { key, bytes, expiresAt };
  }

  #drop(key: StateKey): void {
    this.#l1.delete(nameOf(key));
    this.#l2.delete(nameOf(key));
  }
}

function nameOf({ group, id }: StateKey): string {
  return `${group}/${id}`;
}

/** The bytes are this processor's own, so their type is taken at its word. */
function decode<Value>(bytes: Uint8Array): Value {
  return JSON.parse(new TextDecoder().decode(bytes)) as Value;
}
