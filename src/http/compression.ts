import { parseAccept } from "../exposition/accept.ts";

/** Bodies below this size stay plain: they fit into a packet or two as they are. */
const minimumBytes = 1024;

/** Whether to compress a body of this size for a request with this `Accept-Encoding`. */
export function wantsGzip(acceptEncoding: string | null, bytes: number): boolean {
  return bytes >= minimumBytes && typeof CompressionStream === "function" &&
    prefersGzip(acceptEncoding ?? "");
}

/** Compresses a body as a whole. Prometheus decodes gzip and nothing else. */
export async function gzip(body: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const compressed = new Blob([body]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(compressed).arrayBuffer());
}

/**
 * Goes into the `Response` of a compressed body: Workers would otherwise see its `Content-Encoding`
 * and compress it once more. Elsewhere it means nothing.
 */
export const encodedAlready = { encodeBody: "manual" } as const;

/** RFC 9110, section 12.5.3: a coding's own weight counts before that of `*`. */
function prefersGzip(acceptEncoding: string): boolean {
  const clauses = parseAccept(acceptEncoding);
  const quality = (...codings: string[]) =>
    clauses.find(({ value }) => codings.includes(value))?.quality;
  const gzip = quality("gzip", "x-gzip") ?? quality("*") ?? 0;
  return gzip > 0 && gzip >= (quality("identity") ?? 0);
}
