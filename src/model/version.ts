/**
 * The version of this library; the same as in `deno.json`.
 *
 * @example
 * ```ts
 * import { version } from "@edgeprom/edgeprom";
 * import { assertMatch } from "@std/assert";
 *
 * assertMatch(version, /^\d+\.\d+\.\d+$/);
 * ```
 *
 * @category Registry
 */
export const version = "0.1.0";
