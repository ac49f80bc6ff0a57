/**
 * An outgoing request, as read from the arguments of `fetch`.
 *
 * @category Requests
 */
export interface OutgoingRequest {
  /** The target; `undefined` if it is not an absolute URL. */
  readonly url: URL | undefined;
  /** The method, in capitals. */
  readonly method: string;
}

/** Reads the arguments of `fetch`: a URL or a `Request`, and options that override it. */
export function readOutgoing(input: unknown, init: RequestInit | undefined): OutgoingRequest {
  const request = requestIn(input);
  const method = String(init?.method ?? request?.method ?? "GET").toUpperCase();
  return { url: parse(request?.url ?? String(input)), method };
}

/** Whether the caller has aborted the request. */
export function isCancelled(input: unknown, init: RequestInit | undefined): boolean {
  return (init?.signal ?? requestIn(input)?.signal)?.aborted === true;
}

/** Size of the body in bytes, if it is known without reading a stream. */
export function bodySize(input: unknown, init: RequestInit | undefined): number | undefined {
  const body: unknown = init?.body ?? requestIn(input)?.body ?? null;
  if (body === null) return 0;
  if (typeof body === "string") return new TextEncoder().encode(body).length;
  if (body instanceof URLSearchParams) return String(body).length;
  if (body instanceof Blob) return body.size;
  return body instanceof ArrayBuffer || ArrayBuffer.isView(body) ? body.byteLength : undefined;
}

/** Any class of requests will do, because servers and tests have their own. */
function requestIn(input: unknown): Request | undefined {
  return typeof (input as Request | undefined)?.url === "string" ? input as Request : undefined;
}

function parse(address: string): URL | undefined {
  try {
    return new URL(address);
  } catch {
    return undefined;
  }
}
