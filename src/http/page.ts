/** An exposition page, ready to be sent. */
export interface Page {
  /** The headers of the response. */
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes, compressed if the headers say so. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /**
   * Allows to write the next page over these bytes. Called at most once, and only when nobody reads
   * them any more; if it is not called, they are garbage with the answer.
   */
  readonly release?: () => void;
}

/** Makes the answer with a short page, if a server needs no real `Response` for it. */
export type ShortPage = (page: Page) => Response;
