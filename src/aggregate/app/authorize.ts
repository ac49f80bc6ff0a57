import { timingSafeEqual } from "hono/utils/buffer";
import { anObject, type OptionRule } from "../../model/options.ts";

/**
 * Who may send batches: those with a token, or those of whom a function says so.
 *
 * @category Aggregation
 */
export type Authorize =
  | { readonly bearer: string }
  | (
    /** Says whether a request may send. */
    (request: Request) => boolean | Promise<boolean>
  );

/** The option `authorize`. No message shows a token. */
export const anAuthorize: OptionRule = {
  expected:
    "{ bearer } with a token that is not empty and has no space, or a function; () => true " +
    "lets everybody send",
  fits: (value) =>
    typeof value === "function" ||
    anObject.fits(value) && Object.keys(value as object).join() === "bearer" &&
      isToken((value as { readonly bearer: unknown }).bearer),
};

/** What a header can carry as a token. */
function isToken(token: unknown): boolean {
  return typeof token === "string" && /^[\x21-\x7e]+$/.test(token);
}

/** Whether a request may send batches. */
export async function isAuthorized(request: Request, authorize: Authorize): Promise<boolean> {
  if (typeof authorize === "function") return await authorize(request) === true;
  const [scheme, token = ""] = (request.headers.get("authorization") ?? "").split(" ", 2);
  // The time that it takes says nothing of the token.
  return await timingSafeEqual(token, authorize.bearer) && scheme.toLowerCase() === "bearer";
}
