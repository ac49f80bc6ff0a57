/**
 * Detail of the label `status`: a code such as `404`, or a class such as `4xx`.
 *
 * @category Requests
 */
export type StatusDetail = "code" | "class";

/** Value of a label in place of any that is not allowed. */
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

/** Value of the label `method`. A client may send any word, so all unknown ones share a value. */
export function methodLabel(method: string): string {
  return methods.has(method) ? method : other;
}

/** Value of the label `status`. */
export function statusLabel(status: number, detail: StatusDetail): string {
  return detail === "class" ? `${Math.floor(status / 100)}xx` : String(status);
}
