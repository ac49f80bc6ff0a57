/**
 * Whether the body of a response is a stream, read from what `Bun.inspect` prints; `undefined` on
 * other runtimes.
 *
 * Bun has no other way to ask. Reading `body` makes it forget the type of a string and send
 * `application/octet-stream` (https://github.com/oven-sh/bun/pull/42064), and loses its fast path.
 * Printing takes 1.6 µs.
 *
 * Bun 1.4.5 prints `  ReadableStream {` for a stream, and for a string `  Blob (18 bytes)`. The two
 * spaces are the indent of a response's own members; headers have a larger one. If a later Bun
 * prints something else, a stream counts as finished at once, and `http_metrics_test.ts` fails.
 */
export function isStreamInBun(response: Response): boolean | undefined {
  const { Bun } = globalThis as { Bun?: { inspect(value: unknown): string } };
  return Bun === undefined ? undefined : /^ {2}ReadableStream/m.test(Bun.inspect(response));
}
