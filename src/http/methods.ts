/** Whether a request uses a method that only reads. */
export function isRead(request: Request): boolean {
  return request.method === "GET" || request.method === "HEAD";
}

/** The response to a method that an endpoint does not support. */
export function methodNotAllowed(request: Request): Response {
  // A client may send any word as a method, of any length.
  const method = request.method.slice(0, 32);
  return new Response(`${method} is not allowed here; use GET or HEAD\n`, {
    status: 405,
    headers: {
      "Allow": "GET, HEAD",
      "Cache-Control": "no-store",
      "Content-Type": "text/plain; charset=utf-8",
    },
  });
}
