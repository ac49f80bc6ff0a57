/** An open socket that answers requests. */
export interface Listener {
  /** The port it listens on. */
  readonly port: number;
  /** Stops accepting connections; resolves when the requests in progress are finished. */
  close(): Promise<void>;
  /** Closes all connections, such as those of stalled readers. On Deno not after `close()`. */
  abort(): Promise<void>;
}

/**
 * Answers requests; never rejects or throws.
 *
 * @param ended Settles when the response was sent, or cannot be; as soon as there is a response if
 * it is left out.
 */
export type FetchHandler = (
  request: Request,
  ended?: Promise<unknown>,
) => Response | Promise<Response>;

/** The URL of a request on a server of ours, whose answers do not depend on a host. */
export function localUrl(target: string): string {
  const path = target.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, "");
  return `http://localhost${path.startsWith("/") ? "" : "/"}${path}`;
}

/**
 * Gives a request a URL that can be read, and whose path is the one that was asked for. A client
 * chooses the host: of a bad one the runtimes make `/metrics`, `http://a b/metrics`, or, from
 * `Host: a/b?`, `http://a/b?/metrics`; and for `CONNECT` there is no path.
 */
export function withReadableUrl(request: Request): Request {
  const { url, headers } = request;
  const host = headers.get("Host") ?? "";
  const moved = /[/?#\\]/.test(host) && url.startsWith(`http://${host}`);
  if (!moved && /^https?:\/\/[^/?#]*\//i.test(url) && URL.canParse(url)) return request;
  const target = moved ? url.slice(`http://${host}`.length) : url;
  return Object.defineProperty(request, "url", { value: localUrl(target) });
}
