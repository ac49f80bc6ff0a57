import { StoreError } from "../log/store_error.ts";

/** The part of `node:sqlite` that is used here. */
interface Sqlite {
  readonly DatabaseSync: new (path: string) => Database;
}

/** An open database. */
export interface Database {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  close(): void;
}

/** A prepared statement. */
export interface Statement {
  run(...values: readonly (number | Uint8Array)[]): unknown;
  all(): readonly Readonly<Record<string, unknown>>[];
}

/**
 * The module `node:sqlite`. It is not imported, as bundlers for Workers and browsers look for what
 * is, and need not be told that it exists nowhere but on Node.
 */
export function nodeSqlite(): Sqlite {
  const { process } = globalThis as {
    process?: { getBuiltinModule?(name: string): unknown };
  };
  const sqlite = process?.getBuiltinModule?.("node:sqlite");
  if (sqlite !== undefined) return sqlite as Sqlite;
  throw new StoreError(
    "sqliteStore needs node:sqlite, which Deno, Bun from 1.4 and Node from 22.13 on have; in a " +
      "Durable Object use durableObjectStore(ctx.storage), elsewhere memoryStore() or a store of " +
      "your own",
  );
}
