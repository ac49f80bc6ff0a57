import { display } from "../../model/errors.ts";
import { aFunction, anything, checkOptions, type OptionRules } from "../../model/options.ts";
import { version } from "../../model/version.ts";
import { type Authorization, authorizationHeader, authorizationOf } from "./authorization.ts";
import type { Message } from "./message.ts";
import { PushError } from "./push_error.ts";
import { userHeaders } from "./user_headers.ts";

/**
 * Where metrics are sent, and how.
 *
 * @category Push
 */
export interface EndpointOptions {
  /** A token, or a name and a password. They may also stand in the URL. */
  readonly authorization?: Authorization;
  /** Further headers of each request, such as `X-Scope-OrgID`; those of the protocol stay as they are. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Sends the requests; the runtime's own `fetch` by default. For a service binding of a Worker it is
   * `(url, init) => env.NAME.fetch(url, init)`.
   */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

/**
 * Rules for these options among those of an owner. Whatever may be secret is checked by
 * {@linkcode Endpoint}, whose messages do not show it.
 */
export const endpointRules: OptionRules<EndpointOptions> = {
  authorization: anything,
  headers: anything,
  fetch: aFunction,
};

/** A server that metrics are sent to. */
export class Endpoint {
  /** The URL without user, password and fragment. */
  readonly url: string;
  /** The URL for labels and messages: without a query, which may hold a token. */
  readonly target: string;

  readonly #headers: Readonly<Record<string, string>>;
  /** What no message may show. */
  readonly #secrets: readonly string[];
  readonly #fetch: EndpointOptions["fetch"];

  /**
   * Checks everything that can be checked before a request.
   *
   * @param owner Whose options these are, for the messages: "a RemoteWriter".
   * @param url The option `url`, which may be anything.
   * @param path What follows the path of that URL, as it is written in a URL.
   * @param option The name of the option that is the URL.
   * @throws {PushError} If the URL or an option is not valid. The message shows no credential.
   */
  constructor(
    owner: string,
    url: unknown,
    { authorization, headers, fetch }: EndpointOptions,
    path: string = "",
    option: string = "url",
  ) {
    checkOptions(owner, { authorization, headers, fetch }, endpointRules, PushError);
    const parsed = parseUrl(`${owner}: ${option}`, url);
    const given = userHeaders(owner, headers ?? {});
    const inUrl = authorizationOf(`${owner}: ${option}`, parsed);
    const places = [authorization, inUrl, given.authorization].filter((each) => each !== undefined);
    if (places.length > 1) {
      throw new PushError(
        `${owner}: authorization is given twice; keep one of authorization, ${option} and headers`,
      );
    }
    const own = authorization ?? inUrl;
    this.#headers = {
      ...given,
      ...own !== undefined && { authorization: authorizationHeader(owner, own) },
      "user-agent": `edgeprom/${version}`,
    };
    this.#fetch = fetch;
    this.#secrets = secretsOf(own, this.#headers.authorization);
    parsed.username = parsed.password = parsed.hash = "";
    if (path !== "") parsed.pathname = parsed.pathname.replace(/\/+$/, "") + path;
    this.url = parsed.href;
    this.target = parsed.origin + parsed.pathname;
  }

  /** What others say, without what may be secret: the URL's query, and credentials. */
  conceal(words: string): string {
    return this.#secrets.reduce((text, secret) => text.replaceAll(secret, "***"), words)
      .replaceAll(new URL(this.url).search, "")
      .replace(/:\/\/[^/@\s]*@/g, "://");
  }

  /**
   * Sends a message. It follows no redirect: a `POST` would become a `GET`, and the credentials
   * would go elsewhere.
   */
  async request({ method, url, headers, body }: Message, signal: AbortSignal): Promise<Response> {
    const send = this.#fetch ?? globalThis.fetch;
    return await send(url, {
      method,
      headers: { ...this.#headers, ...headers },
      redirect: "manual",
      signal,
      ...body !== undefined && { body },
    });
  }
}

/** Parts of what is sent that must not be shown; very short ones would be found everywhere. */
function secretsOf(
  authorization: Authorization | undefined,
  header: string | undefined,
): readonly string[] {
  const own = authorization === undefined
    ? []
    : "bearer" in authorization
    ? [authorization.bearer]
    : [authorization.password];
  return [...own, ...header?.split(" ").slice(1) ?? []]
    .filter((secret) => secret.length >= 4);
}

function parseUrl(option: string, url: unknown): URL {
  const text = url instanceof URL ? url.href : url;
  if (typeof text !== "string") {
    throw new PushError(`${option} ${display(url)} must be an address as a string`);
  }
  // No URL.parse(): Node 20 has none. The error of URL would show the URL with its password.
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  if (parsed?.protocol === "http:" || parsed?.protocol === "https:") return parsed;
  throw new PushError(
    `${option} ${shown(text)} must be an address such as "https://example.com:9090/path"`,
  );
}

/** A text that should be a URL, unless it may hold a password or a token. */
function shown(text: string): string {
  return /[@?]/.test(text) ? "is not valid and not shown here; it" : display(text);
}
