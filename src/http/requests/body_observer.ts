/** How a response ended. */
export interface ResponseEnd {
  /** Whether it got to its end; not where the client hung up or the body failed. */
  readonly complete: boolean;
  /** The bytes of the body, where they were counted. */
  readonly bytes?: number;
}

/** A body that tells when it is over. */
export interface BodyObserver {
  /** The same bytes. */
  readonly stream: ReadableStream<Uint8Array>;
  /** Resolves once, when nothing more will be read. */
  readonly end: Promise<ResponseEnd>;
}

/**
 * Passes a body on as it is asked for, so that back pressure reaches its source, and tells when it is
 * over.
 */
export function observeBody(body: ReadableStream<Uint8Array>): BodyObserver {
  const reader = body.getReader();
  let bytes = 0;
  let over!: (complete: boolean) => void;
  const end = new Promise<ResponseEnd>((resolve) => {
    over = (complete) => resolve({ complete, bytes });
  });
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (done) {
          over(true);
          return controller.close();
        }
        bytes += value.byteLength;
        controller.enqueue(value);
      } catch (error) {
        over(false);
        throw error;
      }
    },
    cancel(reason) {
      over(false);
      return reader.cancel(reason);
    },
  }, { highWaterMark: 0 });
  return { stream, end };
}
