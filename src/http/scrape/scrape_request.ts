/** Characters that a header may have; those of Prometheus have some 500. */
const maxHeaderLength = 2048;

/** Characters that a query may have, enough for a thousand names. */
const maxQueryLength = 65_536;

/** A header, if it is there and of a length that is worth to be read. */
export function headerOf(request: Request, name: string): string | null {
  const value = request.headers.get(name);
  return value !== null && value.length <= maxHeaderLength ? value : null;
}

/** The names in `name[]`; none where all families are wanted, and nothing where it is too long. */
export function namesOf({ url }: Request): ReadonlySet<string> | undefined {
  const start = url.indexOf("?");
  if (start < 0) return new Set();
  if (url.length - start > maxQueryLength) return undefined;
  return new Set(new URLSearchParams(url.slice(start)).getAll("name[]"));
}

/**
 * The seconds that gathering may take: the handler's own, or less where Prometheus says that it
 * waits less long. An offset, half of that time at most, is left for writing and sending the page.
 */
export function secondsFor(request: Request, own: number, offset: number): number {
  const asked = Number(headerOf(request, "X-Prometheus-Scrape-Timeout-Seconds"));
  return asked > 0 ? Math.min(own, asked - Math.min(offset, asked / 2)) : own;
}
