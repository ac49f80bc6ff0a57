import { decodeInSteps } from "../../deltas/batches/batch_reader.ts";
import { encodeInSteps } from "../../deltas/batches/batch_writer.ts";
import type { FamilyDelta } from "../../deltas/delta.ts";
import { slicesOf } from "../../deltas/slices.ts";
import { CollectionError } from "../../model/errors.ts";
import type { FamilyMap } from "./family_map.ts";
import { rowsPerStep } from "./kept_family.ts";
import type { LivingClient, LivingClients } from "./living_clients.ts";
import { LivingFamily } from "./living_family.ts";
import { Numbers } from "./numbers.ts";

/**
 * The first byte of a part. Parts of a kind belong together, and kinds come in this order.
 *
 * - `state`: the version, and since when there are series without values, as JSON.
 * - `overflows`, `clients`: names, each with numbers, as JSON.
 * - `families`: all families with their totals and latest values, in the order of their names.
 * - `times`: times of their series in this order, as doubles, the lowest byte first.
 * - `values`: the values of living clients.
 */
const kinds = { state: 0, overflows: 1, clients: 2, families: 3, times: 4, values: 5 } as const;

type Kind = keyof typeof kinds;

const version = 1;

/** Times after which other work may run. */
const timesPerStep = 16_384;

/** All parts of sums, in steps; the sums must not change meanwhile. */
export function* dumpInSteps(
  families: FamilyMap,
  clients: LivingClients,
  longestBytes: number,
): Generator<void, readonly Uint8Array<ArrayBuffer>[], void> {
  const room = longestBytes - 1;
  const living = clients.all();
  const places = new Map(living.map((client, place) => [client, place]));
  const { unheldSince } = clients;
  const state = [version, unheldSince === Infinity ? null : unheldSince];
  const all: FamilyDelta[] = [];
  const values: FamilyDelta[] = [];
  for (const family of families.sorted) {
    all.push(yield* family.dump());
    if (family instanceof LivingFamily) values.push(...yield* family.dumpValues(places));
  }
  return [
    part("state", json(state)),
    ...lists("overflows", [...families.budget.overflows], room),
    ...lists("clients", living.map(({ id, seen, generation }) => [id, seen, generation]), room),
    ...(yield* encodeInSteps(all, room)).map(({ bytes }) => part("families", bytes)),
    ...yield* timeParts(families, room),
    ...(yield* encodeInSteps(values, room)).map(({ bytes }) => part("values", bytes)),
  ];
}

/** Makes sums of their parts, in steps. */
export function* restoreInSteps(
  parts: readonly Uint8Array[],
  families: FamilyMap,
  clients: LivingClients,
): Generator<void, void, void> {
  const of = (kind: Kind) =>
    parts.filter(([first]) => first === kinds[kind]).map((bytes) => bytes.subarray(1));
  const [found, unheldSince] = parsed(of("state")).flat();
  if (found !== version) {
    throw new CollectionError(
      `a checkpoint of version ${found} cannot be read, only one of version ${version}; ` +
        `use the release of edgeprom that wrote it, or begin with an empty store`,
    );
  }
  for (const [name, count] of parsed(of("overflows")).flat() as [string, number][]) {
    families.budget.overflows.set(name, count);
  }
  for (const bytes of of("families")) {
    for (const delta of yield* decodeInSteps(bytes)) {
      const { family } = delta;
      const kept = families.get(family.name) ?? families.add(family);
      for (const slice of slicesOf(delta, rowsPerStep)) {
        kept.restore(slice);
        yield;
      }
    }
  }
  const times = timesOf(of("times"));
  for (const family of families.sorted) {
    family.restoreTimes(() => times.next().value as number);
    yield;
  }
  const living = (parsed(of("clients")).flat() as [string, number, number][])
    .map(([id, seen, generation]): LivingClient => ({ id, seen, generation, values: 0 }));
  for (const client of living) clients.touch(client, client.seen);
  for (const bytes of of("values")) {
    for (const delta of yield* decodeInSteps(bytes)) {
      const kept = families.get(delta.family.name) as LivingFamily;
      for (const slice of slicesOf(delta, rowsPerStep)) {
        kept.restoreValues(slice, living);
        yield;
      }
    }
  }
  clients.unheldSince = unheldSince as number | null ?? Infinity;
}

function part(kind: Kind, content: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(content.length + 1);
  bytes[0] = kinds[kind];
  bytes.set(content, 1);
  return bytes;
}

function json(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

function parsed(parts: readonly Uint8Array[]): unknown[][] {
  return parts.map((bytes) => JSON.parse(new TextDecoder().decode(bytes)));
}

/** Names with numbers, in as many parts as need be. */
function lists(
  kind: Kind,
  list: readonly (readonly [name: string, ...numbers: readonly number[]])[],
  room: number,
): Uint8Array<ArrayBuffer>[] {
  if (list.length === 0) return [];
  const bytes = json(list);
  if (bytes.length <= room || list.length === 1) return [part(kind, bytes)];
  const half = list.length >> 1;
  return [...lists(kind, list.slice(0, half), room), ...lists(kind, list.slice(half), room)];
}

function* timeParts(
  families: FamilyMap,
  room: number,
): Generator<void, readonly Uint8Array<ArrayBuffer>[], void> {
  const each = Math.max(1, Math.floor(room / 8));
  const times = new Numbers();
  for (const family of families.sorted) {
    for (const time of family.times()) {
      times.push(time);
      if (times.length % timesPerStep === 0) yield;
    }
  }
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (let first = 0; first < times.length; first += each) {
    const some = times.view().subarray(first, first + each);
    const bytes = new Uint8Array(some.length * 8);
    const view = new DataView(bytes.buffer);
    some.forEach((time, place) => view.setFloat64(place * 8, time, true));
    parts.push(part("times", bytes));
    yield;
  }
  return parts;
}

function* timesOf(parts: readonly Uint8Array[]): Generator<number, undefined> {
  for (const bytes of parts) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at + 8 <= bytes.length; at += 8) yield view.getFloat64(at, true);
  }
  throw new CollectionError("the checkpoint was cut off: times of series are missing");
}
