import type { ClientRegistry } from "../registry/registry.ts";

/**
 * What `require()` gives of an entry: its names, of which `contentType` can be set as in the client.
 *
 * @param client All that it exports by name.
 */
export function commonJsModule<Client extends { readonly register: object }>(
  client: Client,
): Client {
  const register = client.register as ClientRegistry;
  return Object.defineProperty({ ...client }, "contentType", {
    enumerable: true,
    get: () => register.contentType,
    set: (type) => register.setContentType(type),
  });
}
