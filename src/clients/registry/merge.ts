import type { ClientRegistry } from "./registry.ts";

/**
 * A registry with the metrics of others.
 *
 * @param Registry Its class.
 * @throws {Error} If content types differ, or two metrics have one name.
 */
export function mergeRegistries(
  registers: readonly ClientRegistry[],
  Registry: new (contentType?: string) => ClientRegistry,
): ClientRegistry {
  const { contentType } = registers[0];
  for (const register of registers) {
    if (register.contentType !== contentType) {
      throw new Error("Registers can only be merged if they have the same content type");
    }
  }
  const merged = new Registry(contentType);
  for (const metric of registers.flatMap((register) => register.getMetricsAsArray())) {
    merged.registerMetric(metric);
  }
  return merged;
}
