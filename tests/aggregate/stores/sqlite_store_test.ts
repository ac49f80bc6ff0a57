import { assertEquals } from "@std/assert";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after } from "node:test";
import type { AggregateStore } from "../../../src/aggregate/log/store.ts";
import { StoreError } from "../../../src/aggregate/log/store_error.ts";
import { sqliteStore } from "../../../src/aggregate/stores/sqlite_store.ts";
import { storeCases } from "../../cases/stores.ts";
import { assertThrowsWith } from "../../support/rejects.ts";
import { testsOf } from "../../support/tests_of.ts";

const sqlite = process.getBuiltinModule?.("node:sqlite") as {
  DatabaseSync: new (path: string) => { exec(sql: string): void; close(): void };
} | undefined;

{
  const it = testsOf("sqliteStore", { skip: sqlite === undefined });
  const folder = mkdtempSync(join(tmpdir(), "stores-"));
  const open = new Set<AggregateStore>();
  let files = 0;
  const newFile = () => join(folder, `${files++}.db`);
  const opened = (path: string) => {
    const store = sqliteStore(path);
    open.add(store);
    return store;
  };
  const closed = (store: AggregateStore) => {
    open.delete(store);
    store.close?.();
  };
  after(() => {
    for (const store of open) store.close?.();
    rmSync(folder, { recursive: true });
  });

  const cases = storeCases(() => {
    const path = newFile();
    return {
      open() {
        const store = opened(path);
        return { ...methodsOf(store), close: () => closed(store) };
      },
    };
  });
  for (const { name, run } of cases) it(name, run);

  it("lets no second one use the file until it is closed", () => {
    const path = newFile();
    const [first, second] = [opened(path), opened(path)];
    first.load();
    first.append([Uint8Array.of(1)]);
    for (let tries = 0; tries < 2; tries++) {
      assertThrowsWith(() => second.load(), StoreError, path, "locked", "each its own file");
    }
    first.append([Uint8Array.of(2)]);
    closed(first);
    assertEquals(second.load(), {
      checkpoint: [],
      entries: [Uint8Array.of(1), Uint8Array.of(2)],
    });
    second.append([Uint8Array.of(3)]);
  });

  it("appends nothing in silence if it was not loaded", () => {
    const store = opened(newFile());
    assertThrowsWith(() => store.append([Uint8Array.of(1)]), StoreError, "cannot be written");
  });

  it("names a file that it cannot open", () => {
    const path = join(folder, "no", "such", "folder.db");
    assertThrowsWith(() => sqliteStore(path), StoreError, path, "cannot be opened", "must exist");
    assertThrowsWith(() => sqliteStore(""), StoreError, "the path of a file");
    assertThrowsWith(() => sqliteStore({} as string), StoreError, "the path of a file");
  });

  it("says what to do if it may not write beside the file", () => {
    const path = newFile();
    // As in a folder that cannot be written, which is never so for root.
    mkdirSync(`${path}-wal`);
    assertThrowsWith(() => opened(path).load(), StoreError, path, "write the file, and others");
  });

  it("says what to do with a file that is no database", () => {
    const path = newFile();
    writeFileSync(path, "x".repeat(5000));
    assertThrowsWith(() => opened(path).load(), StoreError, path, "the path of a new file");
    assertEquals(readFileSync(path, "utf8").length, 5000);
  });

  it("refuses a database of another program, and leaves it as it is", () => {
    const path = newFile();
    const other = new sqlite!.DatabaseSync(path);
    other.exec("CREATE TABLE entries (id INTEGER PRIMARY KEY, bytes BLOB)");
    other.close();
    const store = opened(path);
    assertThrowsWith(() => store.load(), StoreError, path, "another program");
    closed(store);
    const again = new sqlite!.DatabaseSync(path);
    again.exec("INSERT INTO entries (bytes) VALUES (x'00')");
    again.close();
  });

  it("refuses tables of a newer version", () => {
    const path = newFile();
    const first = opened(path);
    first.load();
    closed(first);
    const newer = new sqlite!.DatabaseSync(path);
    newer.exec("PRAGMA user_version = 2");
    newer.close();
    assertThrowsWith(() => opened(path).load(), StoreError, path, "version 2", "a newer one");
  });
}

{
  const it = testsOf("sqliteStore without node:sqlite");
  it("says what to use", () => {
    const own = Object.getOwnPropertyDescriptor(process, "getBuiltinModule");
    Object.defineProperty(process, "getBuiltinModule", {
      value: () => undefined,
      configurable: true,
    });
    try {
      assertThrowsWith(() => sqliteStore("x.db"), StoreError, "22.13", "durableObjectStore");
    } finally {
      if (own === undefined) Reflect.deleteProperty(process, "getBuiltinModule");
      else Object.defineProperty(process, "getBuiltinModule", own);
    }
  });
}

function methodsOf(store: AggregateStore): AggregateStore {
  return {
    longestBytes: store.longestBytes,
    load: () => store.load(),
    append: (entries) => store.append(entries),
    replace: (checkpoint) => store.replace(checkpoint),
  };
}
