import type { RegistryContentType } from "../entry/types.ts";
import { classes } from "./classes.ts";
import type { Registry } from "./registry.ts";

/**
 * Sends metrics to a Pushgateway, over `node:http` or `node:https`.
 *
 * @example
 * ```ts
 * import { Pushgateway } from "@edgeprom/edgeprom/prom-client";
 * import { assertRejects } from "@std/assert";
 *
 * const gateway = new Pushgateway("http://127.0.0.1:1", { timeout: 5000 });
 * await assertRejects(() => gateway.pushAdd({ jobName: "backup" }));
 * ```
 *
 * @category Push
 */
export const Pushgateway: {
  /** A gateway that is sent the global registry, unless another is given. */
  new <Type extends RegistryContentType>(
    url: string,
    // deno-lint-ignore no-explicit-any -- as in the client's types: any option of a request
    options?: any,
    registry?: Registry<Type>,
  ): Pushgateway<Type>;
} = classes.Pushgateway;

/**
 * A Pushgateway, as {@linkcode Pushgateway} makes it.
 *
 * @category Push
 */
export interface Pushgateway<Type extends RegistryContentType> {
  /** Replaces the metrics of a group that have the names of those sent. */
  pushAdd(params: Pushgateway.Parameters): Promise<{ resp?: unknown; body?: unknown }>;
  /** Replaces all metrics of a group. */
  push(params: Pushgateway.Parameters): Promise<{ resp?: unknown; body?: unknown }>;
  /** Deletes all metrics of a group. */
  delete(params: Pushgateway.Parameters): Promise<{ resp?: unknown; body?: unknown }>;
}

/**
 * Types of a Pushgateway.
 *
 * @category Push
 */
export declare namespace Pushgateway {
  /** The group of a push. */
  interface Parameters {
    /** The job. */
    jobName: string;
    /** Other labels of the group. */
    groupings?: {
      /** The value of a label. */
      [label: string]: string;
    };
  }
}
