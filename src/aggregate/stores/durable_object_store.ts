import { aPositiveNumber, checkOptions } from "../../model/options.ts";
import { display, reasonOf } from "../../model/errors.ts";
import { unixSeconds } from "../../model/platform/clock.ts";
import type { AggregateStore, StoredAggregate } from "../log/store.ts";
import { StoreError } from "../log/store_error.ts";

/**
 * What is used of a Durable Object's `ctx.storage`.
 *
 * @category Aggregation
 */
export interface DurableObjectStorage {
  /** SQL, which only objects that are backed by SQLite have. */
  readonly sql: {
    /** Runs a statement. */
    exec(query: string, ...bindings: unknown[]): {
      /** All rows of the answer. */
      toArray(): Record<string, unknown>[];
    };
  };
  /** Runs statements, all or none. */
  transactionSync<Result>(closure: () => Result): Result;
  /** When the next alarm is due, in milliseconds since 1970. */
  getAlarm(): Promise<number | null>;
  /** Sets the time of the next alarm. */
  setAlarm(time: number): Promise<void>;
}

/**
 * How a store in a Durable Object works.
 *
 * @category Aggregation
 */
export interface DurableObjectStoreOptions {
  /**
   * The longest time in seconds from a batch or a call of `maintain()` to the next alarm, for what
   * `alarm()` does besides, such as sending the metrics on. By default there is an alarm only when
   * something expires.
   */
  readonly alarmSeconds?: number;
}

/** The version of its tables. */
const tablesVersion = 1;

/** The columns of both tables. */
const columns = "(id INTEGER PRIMARY KEY, bytes BLOB NOT NULL)";

/**
 * A store in a Durable Object that is backed by SQLite. An append is one transaction, and as the
 * runtime holds an answer back until what was written before is durable, a batch that was answered
 * `applied` outlives the object.
 *
 * What is billed, as workerd counts it: a row written for each batch that is applied, for each page
 * with new series, and for each alarm. For a checkpoint three rows, and two for each MiB of it; it is
 * made when what came after the last one has more bytes than that, and than 1 MiB. Rows are read only
 * when the object starts: one for each batch since the last checkpoint, and for each MiB of that.
 *
 * The object's `alarm()` must call `Aggregator.maintain()`, so that what expires is removed.
 *
 * Its tables are `edgeprom_entries`, `edgeprom_checkpoint` and `edgeprom_version`. The object has one
 * alarm; if you use it for other things too, call `maintain()` in each.
 *
 * @param storage The object's `ctx.storage`.
 * @throws {StoreError} If the object is not backed by SQLite, or has tables of a newer version.
 *
 * @example
 * ```ts
 * import {
 *   Aggregator,
 *   createAggregatorApp,
 *   type DurableObjectStorage,
 *   durableObjectStore,
 * } from "@edgeprom/edgeprom/aggregate";
 *
 * export class Metrics {
 *   readonly #aggregator: Aggregator;
 *   readonly #app: ReturnType<typeof createAggregatorApp>;
 *
 *   constructor(state: { storage: DurableObjectStorage }, env: { TOKEN: string }) {
 *     this.#aggregator = new Aggregator({ store: durableObjectStore(state.storage) });
 *     const authorize = { bearer: env.TOKEN };
 *     this.#app = createAggregatorApp({ aggregator: this.#aggregator, authorize });
 *   }
 *
 *   async fetch(request: Request): Promise<Response> {
 *     return await this.#app.fetch(request);
 *   }
 *
 *   async alarm(): Promise<void> {
 *     await this.#aggregator.maintain();
 *   }
 * }
 * ```
 *
 * @category Aggregation
 */
export function durableObjectStore(
  storage: DurableObjectStorage,
  options: DurableObjectStoreOptions = {},
): AggregateStore {
  return new DurableObjectStore(storage, options);
}

class DurableObjectStore implements AggregateStore {
  /** A row holds 2 MB. */
  readonly longestBytes = 1024 * 1024;
  readonly #storage: DurableObjectStorage;
  readonly #alarmSeconds: number;
  /** When the next alarm is due, as far as it was set here; asking for it costs a read. */
  #alarm = 0;

  constructor(storage: DurableObjectStorage, options: DurableObjectStoreOptions) {
    checkOptions("durableObjectStore", options, { alarmSeconds: aPositiveNumber }, StoreError);
    if (typeof storage?.transactionSync !== "function" || !hasSql(storage)) {
      throw new StoreError(
        `durableObjectStore: ${
          display(storage)
        } must be the ctx.storage of a Durable Object that ` +
          "is backed by SQLite: list its class in new_sqlite_classes of the migrations",
      );
    }
    this.#storage = storage;
    this.#alarmSeconds = options.alarmSeconds ?? Infinity;
    storage.transactionSync(() => this.#prepare());
  }

  load(): StoredAggregate {
    return {
      checkpoint: this.#blobs("SELECT bytes FROM edgeprom_checkpoint ORDER BY id"),
      entries: this.#blobs("SELECT bytes FROM edgeprom_entries ORDER BY id"),
    };
  }

  append(entries: readonly Uint8Array[]): void {
    const { sql } = this.#storage;
    this.#storage.transactionSync(() => {
      for (const entry of entries) {
        sql.exec("INSERT INTO edgeprom_entries (bytes) VALUES (?)", entry);
      }
    });
  }

  replace(checkpoint: readonly Uint8Array[]): void {
    const { sql } = this.#storage;
    this.#storage.transactionSync(() => {
      // A row that is deleted is billed as one that is written; those of a dropped table are not.
      sql.exec("DROP TABLE edgeprom_entries");
      sql.exec(`CREATE TABLE edgeprom_entries ${columns}`);
      sql.exec("DELETE FROM edgeprom_checkpoint");
      for (const part of checkpoint) {
        sql.exec("INSERT INTO edgeprom_checkpoint (bytes) VALUES (?)", part);
      }
    });
  }

  /** Sets an alarm, unless one is due earlier. */
  async wake(seconds: number): Promise<void> {
    const now = unixSeconds() * 1000;
    const time = now + Math.min(seconds, this.#alarmSeconds) * 1000;
    if (time === Infinity || (this.#alarm > now && this.#alarm <= time)) return;
    const set = await this.#storage.getAlarm();
    this.#alarm = set === null || set > time ? time : set;
    if (this.#alarm !== set) await this.#storage.setAlarm(time);
  }

  /** Makes the tables if there are none, and checks that their version is known here. */
  #prepare(): void {
    const { sql } = this.#storage;
    sql.exec("CREATE TABLE IF NOT EXISTS edgeprom_version (version INTEGER NOT NULL)");
    const [row] = sql.exec("SELECT version FROM edgeprom_version").toArray();
    if (row === undefined) {
      sql.exec(`CREATE TABLE edgeprom_entries ${columns}`);
      sql.exec(`CREATE TABLE edgeprom_checkpoint ${columns}`);
      sql.exec("INSERT INTO edgeprom_version (version) VALUES (?)", tablesVersion);
    } else if (Number(row.version) > tablesVersion) {
      throw new StoreError(
        `durableObjectStore: the tables have version ${row.version}, and this version of edgeprom ` +
          `knows up to ${tablesVersion}; deploy the version that made them, or a newer one`,
      );
    }
  }

  #blobs(query: string): readonly Uint8Array[] {
    return this.#storage.sql.exec(query).toArray()
      .map(({ bytes }) => new Uint8Array(bytes as ArrayBuffer));
  }
}

/** Whether it has SQL: the property throws if the object is not backed by SQLite. */
function hasSql(storage: DurableObjectStorage): boolean {
  try {
    return typeof storage.sql?.exec === "function";
  } catch (error) {
    throw new StoreError(`durableObjectStore: ${reasonOf(error)}`);
  }
}
