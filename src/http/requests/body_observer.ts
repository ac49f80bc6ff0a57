/** How a response ended. */
export interface ResponseEnd {
  /** Whether it was sent to its end: false if the client disconnected or the body failed. */
  readonly complete: boolean;
  /** Size of the body in bytes, if it was counted. */
  readonly bytes?: number;
}

/** A body that reports its end. */
export interface BodyObserver {
  /** The bytes of the observed body. */
  readonly stream: ReadableStream<Uint8Array>;
  /** Resolves once, when nothing more will be read; never, if nobody reads it. */
  readonly end: Promise<ResponseEnd>;
  /** What has been read so far. It lives exactly as long as the stream can be read. */
  readonly progress: BodyProgress;
}

/** What has been read of a body. */
export interface BodyProgress {
  /** The number of bytes. */
  readonly bytes: number;
}

/**
 * Wraps a body to report its end. It is read only on demand, so back pressure reaches its source.
 */
export function observeBody(body: ReadableStream<Uint8Array>): BodyObserver {
  const reader = body.getReader();
  const progress = { bytes: 0 };
  let finish!: (complete: boolean) => void;
  const end = new Promise<ResponseEnd>((resolve) => {
    finish = (complete) => resolve({ complete, bytes: progress.bytes });
  });
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (done) {
          finish(true);
          return controller.close();
        }
        progress.bytes += value.byteLength;
        controller.enqueue(value);
      } catch (error) {
        finish(false);
        throw error;
      }
    },
    cancel(reason) {
      finish(false);
      return reader.cancel(reason);
    },
  }, { highWaterMark: 0 });
  return { stream, end, progress };
}
