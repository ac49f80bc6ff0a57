import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ClientTable } from "../../../src/aggregate/log/client_table.ts";
import { testsOf } from "../../support/tests_of.ts";

{
  const it = testsOf("ClientTable");
  it("finds what was recorded last", () => {
    const table = new ClientTable(100);
    assertEquals(table.find(name(1)), -1);
    table.record(name(1), 5.5, 1, 10);
    table.record(name(2), 6.5, 1, 11);
    table.record(name(1), 5.5, 2, 12);
    assertEquals(known(table, 1), [5.5, 2]);
    assertEquals(known(table, 2), [6.5, 1]);
    assertEquals(known(table, 3), undefined);
    assertEquals(table.size, 2);
  });

  it("forgets a client once its start and its last batch are too long ago, and raises the floor", () => {
    const table = new ClientTable(100);
    table.record(name(1), 1000, 1, 1000);
    table.record(name(2), 1050, 1, 1000);
    table.record(name(3), 1000, 1, 1020);
    assertEquals([table.mustSweep(1100), table.mustSweep(1100.5)], [false, true]);
    table.sweep(1100.5);
    assertEquals([known(table, 1), known(table, 2), known(table, 3)], [
      undefined,
      [1050, 1],
      [1000, 1],
    ]);
    assertEquals(table.floor, 1000);
    table.record(name(3), 1000, 2, 1110);
    assertEquals([table.mustSweep(1125), table.mustSweep(1151)], [false, true]);
    table.sweep(1151);
    assertEquals([table.size, table.floor], [1, 1050]);
    table.sweep(1300);
    assertEquals([table.size, table.floor, table.mustSweep(1e9)], [0, 1050, false]);
  });

  it("knows the same as a map, whatever happens", () => {
    const step = fc.oneof(
      fc.record({ client: fc.nat(400), start: fc.nat(100), wait: fc.nat(3) }),
      fc.record({ sweep: fc.nat(60) }),
      fc.record({ restore: fc.constant(true) }),
    );
    fc.assert(
      fc.property(fc.array(step, { size: "max", maxLength: 800 }), (steps) => {
        let table = new ClientTable(50);
        const map = new Map<number, { start: number; sequence: number; seen: number }>();
        let [now, floor] = [0, -Infinity];
        for (const each of steps) {
          if ("client" in each) {
            now += each.wait / 10;
            const old = map.get(each.client);
            const start = old?.start ?? now - each.start;
            const sequence = (old?.sequence ?? 0) + 1;
            map.set(each.client, { start, sequence, seen: now });
            table.record(name(each.client), start, sequence, now);
          } else if ("sweep" in each) {
            now += each.sweep;
            const due = [...map].filter(([, { start, seen }]) => Math.max(start, seen) < now - 50);
            assertEquals(table.mustSweep(now), due.length > 0);
            table.sweep(now);
            for (const [client, { start }] of due) {
              floor = Math.max(floor, start);
              map.delete(client);
            }
          } else table = restored(table, 50, 500);
        }
        assertEquals([table.size, table.floor], [map.size, floor]);
        assertEquals(table.lastSeen, Math.max(...[...map.values()].map(({ seen }) => seen)));
        for (let client = 0; client <= 400; client++) {
          const { start, sequence } = map.get(client) ?? {};
          assertEquals(known(table, client), start === undefined ? undefined : [start, sequence!]);
        }
      }),
      { numRuns: 30 },
    );
  });

  it("comes back from its parts, none longer than allowed", () => {
    const table = new ClientTable(100);
    for (let client = 0; client < 3000; client++) table.record(name(client), client, 7, 3000);
    table.sweep(3101);
    for (let client = 0; client < 3000; client++) table.record(name(client), client, 8, 3200);
    const parts = [...table.dump(1000)];
    assert(parts.every(({ length }) => length <= 1000));
    const copy = restored(table, 100, 1000);
    assertEquals([copy.size, copy.floor], [table.size, table.floor]);
    assertEquals([known(copy, 0), known(copy, 2999)], [[0, 8], [2999, 8]]);
    copy.sweep(3301);
    assertEquals(copy.size, 0);
    assertThrows(() => copy.restore(new Uint8Array(41)), RangeError, "41 bytes");
  });

  it("takes at most 64 bytes a client, and gives them back", () => {
    // Also just above where the index grows, which is the most for each.
    for (const clients of [10_000, 12_300, 98_400, 140_000]) {
      const table = new ClientTable(100);
      for (let client = 0; client < clients; client++) table.record(name(client), 1000, 1, 1000);
      const each = table.bytes / clients;
      assert(each > 40 && each <= 64, `${each} bytes for each of ${clients}`);
      table.sweep(1101);
      assert(table.bytes < 100_000, `${table.bytes} bytes for none`);
    }
  });
}

function name(client: number): Uint8Array {
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setUint32(client % 4 * 4, client + 1);
  return bytes;
}

function known(table: ClientTable, client: number): readonly number[] | undefined {
  const row = table.find(name(client));
  return row === -1 ? undefined : [table.startOf(row), table.sequenceOf(row)];
}

function restored(table: ClientTable, clientSeconds: number, longestBytes: number): ClientTable {
  const copy = new ClientTable(clientSeconds);
  for (const part of table.dump(longestBytes)) copy.restore(part);
  return copy;
}
