/** The parts of a path that a pattern names. */
export type Names = Readonly<Record<string, string>>;

/** A question that a registry is asked, by the path after its address. */
export interface Route {
  readonly method: "GET" | "POST";
  readonly path: RegExp;
  /** The answer: bytes, something for JSON, or nothing if there is none. */
  answer(names: Names, request: Request): unknown;
}

export async function respond(routes: readonly Route[], request: Request): Promise<Response> {
  const asked = decodeURIComponent(new URL(request.url).pathname.slice(1));
  for (const { method, path, answer } of routes) {
    const names = request.method === method && path.exec(asked)?.groups;
    if (!names) continue;
    const body = await answer({ ...names }, request);
    if (body instanceof Uint8Array) return new Response(Uint8Array.from(body));
    if (body) return Response.json(body);
  }
  return Response.json({ code: "notFound", message: asked }, { status: 404 });
}
