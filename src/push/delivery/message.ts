/** A request to be sent to an endpoint. */
export interface Message {
  /** The method. */
  readonly method: "POST" | "PUT" | "DELETE";
  /** Where to: the endpoint's URL. */
  readonly url: string;
  /** The headers of the protocol; the endpoint adds its own. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body, whole, so that it can be sent again. */
  readonly body?: Uint8Array<ArrayBuffer>;
}
