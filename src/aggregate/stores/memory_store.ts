import type { AggregateStore } from "../log/store.ts";

/**
 * A store in memory: for tests, and where it does not matter that a restart begins at 0. It keeps
 * what it is given, so a second aggregator goes on where the first one ended.
 *
 * Its checkpoints are as large as the aggregate, so it takes up to three times the memory.
 *
 * @example
 * ```ts
 * import { Aggregator, memoryStore } from "@edgeprom/edgeprom/aggregate";
 *
 * const aggregator = new Aggregator({ store: memoryStore() });
 * await aggregator.close();
 * ```
 *
 * @category Aggregation
 */
export function memoryStore(): AggregateStore {
  let checkpoint: readonly Uint8Array[] = [];
  let entries: Uint8Array[] = [];
  return {
    load: () => ({ checkpoint, entries: [...entries] }),
    append(added) {
      for (const entry of added) entries.push(entry);
    },
    replace(parts) {
      checkpoint = [...parts];
      entries = [];
    },
  };
}
