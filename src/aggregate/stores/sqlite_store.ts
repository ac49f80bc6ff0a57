import { display, reasonOf } from "../../model/errors.ts";
import type { AggregateStore, StoredAggregate } from "../log/store.ts";
import { StoreError } from "../log/store_error.ts";
import { type Database, nodeSqlite, type Statement } from "./sqlite.ts";

/** Marks a database as one of these stores: "edgp" in ASCII. */
const applicationId = 0x65646770;

/** The version of its tables. */
const tablesVersion = 1;

/**
 * A store in a file, on `node:sqlite`: Deno, Bun from 1.4 on, Node from 22.13 on. What was answered
 * `applied` outlives a crash of the process and of the machine: each append is a transaction that
 * is synced to the disk (`synchronous = FULL`).
 *
 * One aggregator uses a file at a time: two of them would both count wrong. So it holds a lock from
 * its first use until it is closed, or its process ends; while another has the lock, batches are
 * answered 503, are sent again, and are taken once the lock is free. A new process may thus start
 * before the old one has ended. The file must be on a local disk, as locks of network disks often
 * do not hold.
 *
 * Deno needs `--allow-read` and `--allow-write` for the file. Node 22 and 24 print a warning that
 * SQLite is experimental.
 *
 * @param path The file, which is made if there is none. Beside it lies `-wal`, which belongs to it.
 * @throws {StoreError} If there is no `node:sqlite`, or the file cannot be opened.
 *
 * @example
 * ```ts
 * import { Aggregator, sqliteStore } from "@edgeprom/edgeprom/aggregate";
 *
 * const folder = await Deno.makeTempDir();
 * const aggregator = new Aggregator({ store: sqliteStore(`${folder}/metrics.db`) });
 * await aggregator.close();
 * await Deno.remove(folder, { recursive: true });
 * ```
 *
 * @category Aggregation
 */
export function sqliteStore(path: string): AggregateStore {
  return new SqliteStore(path);
}

/** What to do, by what SQLite says. */
const remedies: readonly (readonly [RegExp, string])[] = [
  [
    /database is locked|database table is locked|SQLITE_BUSY/i,
    "another process has it open, and two aggregators on one file would both count wrong: end that " +
    "process, or give each its own file",
  ],
  [
    /disk I\/O error|readonly database|unable to open database/i,
    "its folder must exist, and this process be allowed to write the file, and others beside it, " +
    "into that folder; else the disk may be full or broken",
  ],
  [
    /file is not a database/i,
    "it is of another program, or damaged: give the path of a new file, or bring back a copy of the " +
    "store",
  ],
];

class SqliteStore implements AggregateStore {
  readonly longestBytes = 16 * 1024 * 1024;
  readonly #path: string;
  readonly #database: Database;
  #insertEntry?: Statement;
  #insertPart?: Statement;

  constructor(path: string) {
    if (typeof path !== "string" || path === "") {
      throw new StoreError(`sqliteStore: the path ${display(path)} must be the path of a file`);
    }
    this.#path = path;
    const { DatabaseSync } = nodeSqlite();
    this.#database = this.#naming("cannot be opened", () => new DatabaseSync(path));
  }

  load(): StoredAggregate {
    return this.#naming("cannot be read", () => {
      if (this.#insertEntry === undefined) this.#prepare();
      return {
        checkpoint: this.#blobs("SELECT bytes FROM checkpoint ORDER BY id"),
        entries: this.#blobs("SELECT bytes FROM entries ORDER BY id"),
      };
    });
  }

  append(entries: readonly Uint8Array[]): void {
    this.#naming("cannot be written", () => {
      this.#transaction(() => {
        for (const entry of entries) this.#insertEntry!.run(entry);
      });
    });
  }

  replace(checkpoint: readonly Uint8Array[]): void {
    this.#naming("cannot be written", () => {
      this.#transaction(() => {
        this.#database.exec("DELETE FROM entries; DELETE FROM checkpoint");
        for (const part of checkpoint) this.#insertPart!.run(part);
      });
    });
  }

  close(): void {
    this.#database.close();
  }

  /** Locks the file, and makes the tables if it is new. */
  #prepare(): void {
    const database = this.#database;
    // Exclusive first: then the log of SQLite needs no shared memory, and nobody else can open it.
    database.exec("PRAGMA locking_mode = EXCLUSIVE");
    this.#checkOwner();
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    this.#transaction(() => {
      database.exec(`
        PRAGMA application_id = ${applicationId};
        PRAGMA user_version = ${tablesVersion};
        CREATE TABLE IF NOT EXISTS entries (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
        CREATE TABLE IF NOT EXISTS checkpoint (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
      `);
    });
    this.#insertPart = database.prepare("INSERT INTO checkpoint (bytes) VALUES (?)");
    this.#insertEntry = database.prepare("INSERT INTO entries (bytes) VALUES (?)");
  }

  /** Checks that the file is new, or one of this store in a version that is known here. */
  #checkOwner(): void {
    const owner = this.#number("PRAGMA application_id");
    const version = this.#number("PRAGMA user_version");
    const isNew = owner === 0 && this.#number("SELECT count(*) FROM sqlite_schema") === 0;
    if (!isNew && owner !== applicationId) {
      throw new StoreError("it is a database of another program; give the path of a new file");
    }
    if (version > tablesVersion) {
      throw new StoreError(
        `its tables have version ${version}, and this version of edgeprom knows up to ` +
          `${tablesVersion}; use the version that made it, or a newer one`,
      );
    }
  }

  #number(sql: string): number {
    const [row] = this.#database.prepare(sql).all();
    return Number(Object.values(row)[0]);
  }

  #blobs(sql: string): readonly Uint8Array[] {
    return this.#database.prepare(sql).all().map(({ bytes }) => bytes as Uint8Array);
  }

  #transaction(work: () => void): void {
    this.#database.exec("BEGIN EXCLUSIVE");
    try {
      work();
      this.#database.exec("COMMIT");
    } catch (error) {
      try {
        this.#database.exec("ROLLBACK");
      } catch {
        // If the disk is full SQLite has rolled back by itself. Any other reason fails the next one.
      }
      throw error;
    }
  }

  /** Runs an action, and names the file in its error. */
  #naming<Result>(problem: string, action: () => Result): Result {
    try {
      return action();
    } catch (error) {
      const reason = reasonOf(error);
      const [, remedy] = remedies.find(([pattern]) => pattern.test(reason)) ?? [];
      const advice = remedy === undefined ? "" : `; ${remedy}`;
      throw new StoreError(`sqliteStore: ${this.#path} ${problem}: ${reason}${advice}`);
    }
  }
}
