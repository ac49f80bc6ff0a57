/** An exposition page, ready to be sent. */
export interface Page {
  /** The headers of the response. */
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes, compressed if the headers say so. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Makes the answer with a short page, if a server needs no real `Response` for it. */
export type ShortPage = (page: Page) => Response;
