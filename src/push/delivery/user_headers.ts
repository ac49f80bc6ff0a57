import { anObject } from "../../model/options.ts";
import { display } from "../../model/errors.ts";
import { PushError } from "./push_error.ts";

/** Headers that belong to the protocol or to the connection. */
const reserved: ReadonlySet<string> = new Set([
  "content-type",
  "content-encoding",
  "content-length",
  "x-prometheus-remote-write-version",
  "user-agent",
  "retry-attempt",
  "host",
  "connection",
  "expect",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/**
 * Headers of a user, with names in lower case. No message shows a value, as it may be secret.
 *
 * @throws {PushError} If there is one that cannot be sent, that stands there twice, or that belongs
 * to the protocol.
 */
export function userHeaders(owner: string, headers: unknown): Record<string, string> {
  // A Map or Headers would look as if it was empty.
  if (!anObject.fits(headers) || Symbol.iterator in (headers as object)) {
    throw new PushError(`${owner}: headers must be an object of strings, such as { "X-Id": "a" }`);
  }
  const checked: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers as Record<string, unknown>)) {
    const fail = (problem: string): never => {
      throw new PushError(`${owner}: headers: ${display(name)} ${problem}`);
    };
    const key = name.toLowerCase();
    if (!/^[!#$%&'*+\-.^_`|~\w]+$/.test(name)) fail("is not the name of a header");
    if (reserved.has(key)) fail("belongs to the protocol; leave it out");
    if (Object.hasOwn(checked, key)) fail("stands there twice; names have no case");
    if (typeof value !== "string") {
      fail("must be a string");
    } else if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
      fail("has a value with a line feed or another character that a header cannot have");
    } else {
      checked[key] = value;
    }
  }
  return checked;
}
