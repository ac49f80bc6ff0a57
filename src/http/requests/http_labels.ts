/** How the label `status` is written: `404`, or `4xx`. */
export type StatusDetail = "code" | "class";

/** What a label holds in place of anything that it does not allow. */
export const other = "other";

/** Methods of RFC 9110, PATCH of RFC 5789, and QUERY, which Hono routes as well. */
const methods: ReadonlySet<string> = new Set([
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "PATCH",
  "DELETE",
  "OPTIONS",
  "QUERY",
  "CONNECT",
  "TRACE",
]);

/** The label of a method. A client may send any word as one, so all unknown ones are one value. */
export function methodLabel(method: string): string {
  return methods.has(method) ? method : other;
}

/** The label of a status. */
export function statusLabel(status: number, detail: StatusDetail): string {
  return detail === "class" ? `${Math.floor(status / 100)}xx` : String(status);
}
