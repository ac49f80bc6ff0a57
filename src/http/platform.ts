/** Whether the runtime is Cloudflare Workers. */
export function isWorkers(): boolean {
  return globalThis.navigator?.userAgent === "Cloudflare-Workers";
}

/** Whether the client disconnected before the response, as far as the runtime tells. */
export function isAborted(request: Request): boolean {
  // Deno prints a warning when the signal is read, and aborts it after every response.
  return !("Deno" in globalThis) && request.signal?.aborted === true;
}

/**
 * Whether the body of a response can be replaced. On Workers a compressed one cannot: they would
 * compress it once more.
 */
export function isReplaceable({ headers }: Response): boolean {
  return !(isWorkers() && headers.has("Content-Encoding"));
}
