import type { FetchHandler } from "./listener.ts";

/**
 * The requests in progress. A shutdown can end those that take too long, which not every runtime
 * can: Deno fails if a server is aborted during its shutdown.
 */
export class RunningRequests {
  readonly #ends = new Set<(response: Response) => void>();

  /** Answers a request with the handler, or with 503 if {@linkcode end} is called first. */
  answer(fetch: FetchHandler, request: Request): Promise<Response> {
    return new Promise((resolve, reject) => {
      this.#ends.add(resolve);
      Promise.resolve(fetch(request)).then(resolve, reject)
        .finally(() => this.#ends.delete(resolve));
    });
  }

  /** Answers all requests in progress with 503. */
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
