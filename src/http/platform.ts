/** Whether this is Cloudflare's runtime. */
export function isWorkers(): boolean {
  return globalThis.navigator?.userAgent === "Cloudflare-Workers";
}

/** Whether the client has hung up before there was a response, as far as the runtime tells. */
export function isAborted(request: Request): boolean {
  // Deno prints a warning as soon as anyone looks at a signal, and aborts it after every response.
  return !("Deno" in globalThis) && request.signal?.aborted === true;
}

/**
 * Whether a response stays what it is with another body. Workers would take one that is compressed
 * for one that is still to be compressed.
 */
export function isReplaceable({ headers }: Response): boolean {
  return !(isWorkers() && headers.has("Content-Encoding"));
}

/**
 * Whether a body comes little by little, as Bun says it when it prints a response; nothing on other
 * runtimes. To look at `body` instead is enough for Bun to forget the type of a string and to send
 * `application/octet-stream`. Printing takes 1.6 µs.
 */
export function isPrintedAsStream(response: Response): boolean | undefined {
  const { Bun } = globalThis as { Bun?: { inspect(value: unknown): string } };
  return Bun === undefined ? undefined : /^ {2}ReadableStream/m.test(Bun.inspect(response));
}
