import type { FetchHandler } from "./listener.ts";

/**
 * The requests that are being answered, so that a shutdown can end those that take too long. Not
 * every runtime can: Deno fails where a server that shuts down is aborted.
 */
export class RunningRequests {
  readonly #ends = new Set<(response: Response) => void>();

  /** Answers a request with the handler, or when it is ended before, with 503. */
  answer(fetch: FetchHandler, request: Request): Promise<Response> {
    return new Promise((resolve, reject) => {
      this.#ends.add(resolve);
      Promise.resolve(fetch(request)).then(resolve, reject)
        .finally(() => this.#ends.delete(resolve));
    });
  }

  /** Ends all that still run. */
  end(): void {
    for (const end of this.#ends) {
      end(
        new Response("The server shuts down and did not wait longer for this answer\n", {
          status: 503,
          headers: { "Content-Type": "text/plain; charset=utf-8", "Connection": "close" },
        }),
      );
    }
  }
}
