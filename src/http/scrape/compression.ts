import { parseAccept } from "../../exposition/encoding/accept.ts";
import { canCompress } from "../../exposition/encoding/gzip.ts";
import { Remembered } from "../../exposition/encoding/remembered.ts";
import { headerOf, shortEnough } from "./scrape_request.ts";

/** Bodies below this size are not compressed: they fit into a packet or two as they are. */
const minBytes = 1024;

/**
 * The `Accept-Encoding` of the client itself. On Workers, Cloudflare's edge puts its own into the
 * header, and `wrangler dev` passes on to the client what it did not ask for.
 */
export function acceptedEncoding(request: Request): string | null {
  const { cf } = request as { readonly cf?: { readonly clientAcceptEncoding?: unknown } | null };
  const own = cf?.clientAcceptEncoding;
  return typeof own === "string" ? shortEnough(own) : headerOf(request, "Accept-Encoding");
}

/** Whether to compress a body of this size for a request with this `Accept-Encoding`. */
export function wantsGzip(acceptEncoding: string | null, bytes: number): boolean {
  return bytes >= minBytes && preferences.of(acceptEncoding ?? "") && canCompress();
}

/**
 * Option for the `Response` of a compressed body: without it, Workers would see its
 * `Content-Encoding` and compress it once more. Other runtimes ignore it.
 */
export const encodedAlready = { encodeBody: "manual" } as const;

const preferences = /* @__PURE__ */ new Remembered(prefersGzip);

/** RFC 9110, section 12.5.3: a coding's own weight has precedence over that of `*`. */
function prefersGzip(acceptEncoding: string): boolean {
  const clauses = parseAccept(acceptEncoding);
  const quality = (...codings: string[]) =>
    clauses.find(({ value }) => codings.includes(value))?.quality;
  const gzip = quality("gzip", "x-gzip") ?? quality("*") ?? 0;
  return gzip > 0 && gzip >= (quality("identity") ?? 0);
}
