import { assertEquals } from "@std/assert";
import type { AggregateStore } from "../../src/aggregate/log/store.ts";

/** Where stores keep what they are given: each one that is opened there goes on from the last. */
export interface StorePlace {
  open(): AggregateStore | Promise<AggregateStore>;
}

/** What every store must do. It throws if the store does not. */
export interface StoreCase {
  readonly name: string;
  run(): Promise<void>;
}

/**
 * What every store must do, each at a place of its own. Imports no test runner, so that it also runs
 * in a Durable Object.
 */
export function storeCases(newPlace: () => StorePlace | Promise<StorePlace>): readonly StoreCase[] {
  return Object.entries(cases).map(([name, run]) => ({
    name,
    run: async () => await run(await newPlace()),
  }));
}

const cases: Readonly<Record<string, (place: StorePlace) => Promise<void>>> = {
  "has nothing at first": async (place) => {
    const store = await place.open();
    assertEquals(await contents(store), { checkpoint: [], entries: [] });
  },

  "keeps entries in their order": async (place) => {
    const store = await opened(place);
    await store.append([bytes(1), bytes(2, 2)]);
    await store.append([]);
    await store.append(Array.from({ length: 300 }, (_, at) => bytes(at % 256, at % 256)));
    const { entries } = await contents(store);
    assertEquals(entries.length, 302);
    assertEquals(entries.slice(0, 3), [[1], [2, 2], [0, 0]]);
    assertEquals(entries[301], [299 % 256, 299 % 256]);
  },

  "keeps every byte, also of a part of a buffer": async (place) => {
    const all = Uint8Array.from({ length: 300 }, (_, at) => at % 256);
    const store = await opened(place);
    await store.append([all, all.subarray(10, 20), new Uint8Array()]);
    await store.replace([all.subarray(290)]);
    await store.append([all, all.subarray(10, 20), new Uint8Array()]);
    assertEquals(await contents(store), {
      checkpoint: [[...all.subarray(290)]],
      entries: [[...all], [...all.subarray(10, 20)], []],
    });
  },

  "goes on where the last one ended": async (place) => {
    const first = await opened(place);
    await first.replace([bytes(1)]);
    await first.append([bytes(2)]);
    await first.close?.();
    const second = await opened(place);
    assertEquals(await contents(second), { checkpoint: [[1]], entries: [[2]] });
    await second.append([bytes(3)]);
    assertEquals(await contents(second), { checkpoint: [[1]], entries: [[2], [3]] });
    await second.close?.();
  },

  "puts a checkpoint in the place of all before it": async (place) => {
    const store = await opened(place);
    await store.append([bytes(1), bytes(2)]);
    await store.replace([bytes(3), bytes(4), bytes(5)]);
    assertEquals(await contents(store), { checkpoint: [[3], [4], [5]], entries: [] });
    await store.append([bytes(6)]);
    await store.replace([bytes(7), bytes(8)]);
    assertEquals(await contents(store), { checkpoint: [[7], [8]], entries: [] });
    await store.replace([]);
    assertEquals(await contents(store), { checkpoint: [], entries: [] });
  },

  "keeps entries and parts as long as it says": async (place) => {
    const store = await opened(place);
    const length = Math.min(store.longestBytes ?? 1024 * 1024, 4 * 1024 * 1024);
    const long = new Uint8Array(length).fill(7);
    await store.replace([long, bytes(1)]);
    await store.append([long, bytes(2)]);
    const { checkpoint, entries } = await store.load();
    assertEquals([...checkpoint, ...entries].map((each) => each.length), [length, 1, length, 1]);
    assertEquals([checkpoint[0].at(-1), entries[0].at(-1)], [7, 7]);
  },

  "appends all entries or none": async (place) => {
    const store = await opened(place);
    await store.append([bytes(1)]);
    let hasFailed = false;
    try {
      await store.append([bytes(2), null as unknown as Uint8Array]);
    } catch {
      hasFailed = true;
    }
    assertEquals((await store.load()).entries.length, hasFailed ? 1 : 3);
    if (!hasFailed) return;
    await store.append([bytes(3)]);
    assertEquals((await contents(store)).entries, [[1], [3]]);
  },

  "replaces everything or nothing": async (place) => {
    const store = await opened(place);
    await store.replace([bytes(1)]);
    await store.append([bytes(2)]);
    let hasFailed = false;
    try {
      await store.replace([bytes(3), null as unknown as Uint8Array]);
    } catch {
      hasFailed = true;
    }
    const { checkpoint, entries } = await store.load();
    assertEquals([checkpoint.length, entries.length], hasFailed ? [1, 1] : [2, 0]);
  },

  "gives what it had when it was asked": async (place) => {
    const store = await opened(place);
    await store.append([bytes(1)]);
    const { entries } = await store.load();
    await store.append([bytes(2)]);
    assertEquals(entries.map((entry) => [...entry]), [[1]]);
  },
};

function bytes(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(values);
}

/** A store that was read, as an aggregator does first. */
async function opened(place: StorePlace): Promise<AggregateStore> {
  const store = await place.open();
  await store.load();
  return store;
}

async function contents(store: AggregateStore) {
  const { checkpoint, entries } = await store.load();
  return {
    checkpoint: checkpoint.map((part) => [...part]),
    entries: entries.map((entry) => [...entry]),
  };
}
