/** A client: what its module exports, of whichever package or version. */
// deno-lint-ignore no-explicit-any -- programs call what is not there, with what is not allowed
export type Client = any;

/** The names of the clients. */
export type ClientName = "prom-client" | "@prometheus-io/client";

/** Loads a client by its specifier or by the address of a file: what `require()` gives of it. */
export async function loadClient(specifier: string): Promise<Client> {
  const module = await import(specifier);
  return module["module.exports"] ?? module.default;
}
