import { anObject } from "../../model/options.ts";
import { PushError } from "./push_error.ts";

/**
 * How requests are authorized: with a token, or with a name and a password.
 *
 * @category Push
 */
export type Authorization = { readonly bearer: string } | {
  /** The user's name; it has no colon. */
  readonly username: string;
  /** The password. */
  readonly password: string;
};

/**
 * The header `Authorization`. No message shows what was given, as it is secret.
 *
 * @throws {PushError} If it is no authorization, or has characters that no server would get.
 */
export function authorizationHeader(owner: string, authorization: unknown): string {
  const fail = (problem: string): never => {
    throw new PushError(`${owner}: authorization ${problem}`);
  };
  const given = anObject.fits(authorization) ? authorization as Record<string, unknown> : {};
  const names = Object.keys(given).filter((name) => given[name] !== undefined).sort().join();
  if (Object.values(given).some((value) => value !== undefined && typeof value !== "string")) {
    return fail("must hold only strings; it is not shown here");
  }
  const { bearer, username, password } = given as Record<string, string>;
  if (names === "bearer") {
    if (/^[\x21-\x7e]+$/.test(bearer)) return `Bearer ${bearer}`;
    return fail("has a bearer that is empty or has a space, a line feed or another such character");
  }
  if (names !== "password,username") {
    return fail("must be { bearer } or { username, password }; it is not shown here");
  }
  if (username.includes(":")) return fail("has a username with a colon, which Basic cannot send");
  if (hasControl(username)) return fail("has a username with a line feed or a control character");
  if (hasControl(password)) return fail("has a password with a line feed or a control character");
  return `Basic ${base64(`${username}:${password}`)}`;
}

/** The authorization that stands in a URL, if one does; `option` is what messages call the URL. */
export function authorizationOf(
  option: string,
  { username, password }: URL,
): Authorization | undefined {
  if (username === "" && password === "") return undefined;
  try {
    return { username: decodeURIComponent(username), password: decodeURIComponent(password) };
  } catch {
    throw new PushError(
      `${option} has a name or a password with a "%" that is no escape; write it as %25`,
    );
  }
}

/** Whether a text has characters that RFC 7617 forbids, or that have no bytes. */
function hasControl(text: string): boolean {
  // deno-lint-ignore no-control-regex
  return /[\x00-\x1f\x7f]|\p{Surrogate}/u.test(text);
}

/** Base64 of the UTF-8 bytes, as servers read Basic authorization. */
function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
