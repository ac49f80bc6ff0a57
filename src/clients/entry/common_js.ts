import type { ClientRegistry } from "../registry/registry.ts";

/**
 * What `require()` gives of an entry: its names, of which `contentType` can be set as in the client.
 *
 * @param entry All that it exports.
 */
export function commonJsModule(
  entry: object,
  register: ClientRegistry,
): Record<string, unknown> {
  const names = Object.entries(entry)
    .filter(([name]) => name !== "default" && name !== "module.exports");
  return Object.defineProperty(Object.fromEntries(names), "contentType", {
    enumerable: true,
    get: () => register.contentType,
    set: (type) => register.setContentType(type),
  });
}
