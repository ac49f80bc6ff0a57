import { assertEquals } from "@std/assert";
import process from "node:process";
import { StoreError } from "../../../src/aggregate/log/store_error.ts";
import {
  type DurableObjectStorage,
  durableObjectStore,
} from "../../../src/aggregate/stores/durable_object_store.ts";
import { storeCases } from "../../cases/stores.ts";
import { assertThrowsWith } from "../../support/rejects.ts";
import { withWallClock } from "../../support/wall_clock.ts";
import { testsOf } from "../../support/tests_of.ts";

interface Sqlite {
  readonly DatabaseSync: new (path: string) => {
    exec(sql: string): void;
    prepare(sql: string): { all(...values: readonly unknown[]): Record<string, unknown>[] };
  };
}

const sqlite = process.getBuiltinModule?.("node:sqlite") as Sqlite | undefined;

/** The storage of an object, on the SQLite of this process. What is real runs in workerd. */
function newStorage(): DurableObjectStorage & { alarm: number | null; asked: number } {
  const database = new sqlite!.DatabaseSync(":memory:");
  return {
    alarm: null,
    asked: 0,
    sql: {
      exec(query, ...bindings) {
        const rows = database.prepare(query).all(...bindings);
        // Where Node gives a view, an object gives the buffer.
        const given = rows.map((row) =>
          Object.fromEntries(
            Object.entries(row).map(([name, value]) => [
              name,
              value instanceof Uint8Array ? value.slice().buffer : value,
            ]),
          )
        );
        return { toArray: () => given };
      },
    },
    transactionSync(closure) {
      database.exec("BEGIN");
      try {
        const result = closure();
        database.exec("COMMIT");
        return result;
      } catch (error) {
        database.exec("ROLLBACK");
        throw error;
      }
    },
    getAlarm() {
      this.asked++;
      return Promise.resolve(this.alarm);
    },
    setAlarm(time) {
      this.alarm = time;
      return Promise.resolve();
    },
  };
}

{
  const it = testsOf("durableObjectStore", { skip: sqlite === undefined });
  const cases = storeCases(() => {
    const storage = newStorage();
    return { open: () => durableObjectStore(storage) };
  });
  for (const { name, run } of cases) it(name, run);

  it("sets an alarm, unless one is due earlier", async () => {
    await withWallClock(async (clock) => {
      const storage = newStorage();
      const store = durableObjectStore(storage);
      const due = () => storage.alarm === null ? null : storage.alarm / 1000 - clock.now;
      await store.wake?.(Infinity);
      assertEquals(due(), null);
      await store.wake?.(300);
      assertEquals(due(), 300);
      await store.wake?.(400);
      assertEquals([due(), storage.asked], [300, 1]);
      await store.wake?.(100);
      assertEquals([due(), storage.asked], [100, 2]);
      // What the object has set itself stays.
      clock.advance(101);
      storage.alarm = (clock.now + 5) * 1000;
      await store.wake?.(100);
      assertEquals(due(), 5);
    });
  });

  it("sets alarms as often as it is told", async () => {
    await withWallClock(async (clock) => {
      const storage = newStorage();
      await durableObjectStore(storage, { alarmSeconds: 15 }).wake?.(Infinity);
      assertEquals(storage.alarm! / 1000 - clock.now, 15);
    });
  });

  it("refuses tables of a newer version, and leaves them as they are", () => {
    const storage = newStorage();
    durableObjectStore(storage);
    storage.sql.exec("UPDATE edgeprom_version SET version = 2");
    assertThrowsWith(() => durableObjectStore(storage), StoreError, "version 2", "newer one");
    storage.sql.exec("UPDATE edgeprom_version SET version = 1");
    durableObjectStore(storage);
  });
}

{
  const it = testsOf("durableObjectStore without SQL");
  it("says what the object lacks", () => {
    for (const storage of [undefined, {}, { transactionSync: () => {} }]) {
      const wrong = storage as unknown as DurableObjectStorage;
      assertThrowsWith(() => durableObjectStore(wrong), StoreError, "new_sqlite_classes");
    }
    const old = {
      transactionSync: () => {},
      get sql(): never {
        throw new Error("SQL is not enabled for this Durable Object class");
      },
    } as unknown as DurableObjectStorage;
    assertThrowsWith(() => durableObjectStore(old), StoreError, "SQL is not enabled");
  });

  it("refuses options that it does not know", () => {
    const options = { alarmSecond: 1 } as { alarmSeconds?: number };
    const storage = {} as DurableObjectStorage;
    assertThrowsWith(() => durableObjectStore(storage, options), StoreError, "alarmSeconds");
    assertThrowsWith(() => durableObjectStore(storage, { alarmSeconds: 0 }), StoreError, "above 0");
  });
}
