import type { PushgatewayMethods, PushParameters } from "../entry/methods.ts";
import type { RegistryContentType } from "../entry/types.ts";
import type { PushgatewayOptions } from "../push/pushgateway.ts";
import { classes } from "./classes.ts";
import type { Registry } from "./registry.ts";

const OwnPushgateway: {
  new <Type extends RegistryContentType>(url: string, registry: Registry<Type>): PushgatewayMethods;
  new <Type extends RegistryContentType>(
    url: string,
    options?: Pushgateway.Options | null,
    registry?: Registry<Type>,
  ): PushgatewayMethods;
} = classes.Pushgateway as never;

/**
 * Sends metrics to a Pushgateway, over `node:http` or `node:https`.
 *
 * @example
 * ```ts
 * import { Pushgateway } from "@edgeprom/edgeprom/prometheus-client";
 * import { assertRejects } from "@std/assert";
 *
 * const gateway = new Pushgateway("http://127.0.0.1:1", { timeout: 5000 });
 * await assertRejects(() => gateway.pushAdd({ jobName: "backup" }));
 * ```
 *
 * @category Push
 */
export class Pushgateway<Type extends RegistryContentType> extends OwnPushgateway<Type> {}

export declare namespace Pushgateway {
  /** How metrics are sent: what is here, and any option of `http.request()`. */
  type Options = PushgatewayOptions;
  /** The group of a push. */
  type Parameters = PushParameters;
}
