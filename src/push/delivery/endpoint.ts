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
 * Where metrics are sent, and how.
 *
 * @category Push
 */
export interface EndpointOptions {
  /** A token, or a name and a password. They may also stand in the URL. */
  readonly authorization?: Authorization;
  /** Further headers of each request, such as `X-Scope-OrgID`; those of the protocol stay as they are. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sends the requests; the runtime's own `fetch` by default. A service binding's fits. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
}
