import { MetricsError } from "../../model/errors.ts";

/**
 * A store cannot be used, or what it has kept cannot be read.
 *
 * @example
 * ```ts
 * import { sqliteStore, StoreError } from "@edgeprom/edgeprom/aggregate";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => sqliteStore("no/such/folder/metrics.db"), StoreError, "metrics.db");
 * ```
 *
 * @category Aggregation
 */
export class StoreError extends MetricsError {
  /** The name of the class, also in minified code. */
  override readonly name: string = "StoreError";
}
