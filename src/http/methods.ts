/** Whether a request uses a method that only reads. */
export function isRead(request: Request): boolean {
  return request.method === "GET" || request.method === "HEAD";
}

/** The response to a method that an endpoint does not support. */
export function methodNotAllowed(request: Request): Response {
  // A client may send any word as a method, of any length.
  const method = request.method.slice(0, 32);
  return notice(405, `${method} is not allowed here; use GET or HEAD`, { "Allow": "GET, HEAD" });
}

/** A response that is a line for people to read. */
export function notice(
  status: number,
  line: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(`${line}\n`, {
    status,
    headers: {
      "Cache-Control": "no-store",
      "Content-Type": "text/plain; charset=utf-8",
      ...headers,
    },
  });
}

/**
 * A response to a request that may be a HEAD: that has no body, and the length of the body that a
 * GET would get. Without it, Deno and Bun would say 0.
 */
export function respond(
  { method }: Request,
  body: string | Uint8Array<ArrayBuffer>,
  init: ResponseInit & { readonly headers: HeadersInit },
): Response {
  if (method !== "HEAD") return new Response(body, init);
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const headers = new Headers(init.headers);
  headers.set("Content-Length", String(bytes.length));
  return new Response(null, { ...init, headers });
}

/** The response to a request that may be a HEAD, from that to a GET. */
export async function responseTo(request: Request, response: Response): Promise<Response> {
  if (request.method !== "HEAD") return response;
  // One by one: they are no own properties, which `respond()` would copy.
  const { status, headers } = response;
  return respond(request, await response.text(), { status, headers });
}
