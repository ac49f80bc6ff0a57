/** Maximum length of a header; those of Prometheus have some 500 characters. */
const maxHeaderLength = 2048;

/** Maximum length of a query, enough for a thousand names. */
const maxQueryLength = 65_536;

/** The value of a header, or `null` if it is missing or too long. */
export function headerOf(request: Request, name: string): string | null {
  return shortEnough(request.headers.get(name));
}

/** The value of a header, or `null` if it is too long. */
export function shortEnough(value: string | null): string | null {
  return value !== null && value.length <= maxHeaderLength ? value : null;
}

/** In place of names: no family is left out. */
const allNames: ReadonlySet<string> = /* @__PURE__ */ new Set();

/** The names in `name[]`, empty for all families; `undefined` if the query is too long. */
export function namesOf({ url }: Request): ReadonlySet<string> | undefined {
  const start = url.indexOf("?");
  if (start < 0) return allNames;
  if (url.length - start > maxQueryLength) return undefined;
  return new Set(new URLSearchParams(url.slice(start)).getAll("name[]"));
}

/**
 * The least seconds that a scrape waits for collectors, unless the handler's own timeout is shorter.
 * A timeout of a microsecond would only make pages without their families.
 */
const minSeconds = 0.1;

/**
 * How many seconds a scrape waits for collectors: our own timeout, or that of Prometheus less an
 * offset if that is shorter. The offset, at most half of that timeout, is for encoding and sending
 * the page.
 */
export function secondsFor(request: Request, own: number, offset: number): number {
  const announced = Number(headerOf(request, "X-Prometheus-Scrape-Timeout-Seconds"));
  if (!(announced > 0)) return own;
  return Math.min(own, Math.max(minSeconds, announced - Math.min(offset, announced / 2)));
}
