import { subscribe } from "node:diagnostics_channel";

type Handler = (request: Request, about: unknown) => unknown;

interface Serving {
  Bun?: { serve(options: { fetch: Handler }): unknown };
  Deno?: { serve(options: object, handler: Handler): unknown };
}

/**
 * Calls back at the begin of each request to servers that are started later, whatever starts them.
 * What changes values stays outside of what is measured so: a gatherer or a collector that does it
 * would take ways of its own.
 */
export function onEachRequest(callback: () => void): void {
  const { Bun, Deno } = globalThis as Serving;
  const after = (handler: Handler): Handler => (request, about) => {
    callback();
    return handler(request, about);
  };
  if (Bun !== undefined) {
    const { serve } = Bun;
    Bun.serve = (options) => serve({ ...options, fetch: after(options.fetch) });
  } else if (Deno !== undefined) {
    const { serve } = Deno;
    Deno.serve = (options, handler) => serve(options, after(handler));
  } else {
    subscribe("http.server.request.start", callback);
  }
}
