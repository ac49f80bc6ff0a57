import { unixSeconds } from "../../model/platform/clock.ts";

/** A longer wait than a day is a slip. */
const mostSeconds = 86_400;

/** A date as HTTP writes it, such as `Sun, 06 Nov 1994 08:49:37 GMT`. `Date.parse()` takes anything. */
const httpDate = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;

/**
 * How long the server asks to wait, in seconds and at most a day; `undefined` if it does not, or
 * not in a way that can be understood.
 *
 * A date is compared with the server's own, so that its clock need not agree with ours.
 */
export function retryAfterOf(headers: Headers): number | undefined {
  const value = headers.get("retry-after")?.trim() ?? "";
  if (/^\d+$/.test(value)) return Math.min(Number(value), mostSeconds);
  const date = parseDate(value);
  if (date === undefined) return undefined;
  const now = parseDate(headers.get("date")?.trim() ?? "") ?? unixSeconds();
  return Math.min(Math.max(date - now, 0), mostSeconds);
}

function parseDate(text: string): number | undefined {
  const date = httpDate.test(text) ? Date.parse(text) / 1000 : NaN;
  return Number.isNaN(date) ? undefined : date;
}
