/**
 * The part of Hono's `Context` that measuring needs. A function that needs more can name Hono's own:
 * `from: (context: Context<MyEnvironment>) => context.get("plan")`.
 *
 * @category Requests
 */
export interface HttpContext {
  /** The request. */
  readonly req: {
    /** The request of the runtime. */
    readonly raw: Request;
    /** The method, usually in capitals. */
    readonly method: string;
    /** The requested path, as the client wrote it. */
    readonly path: string;
    /** Index of the handler that ran last among the matched ones. */
    readonly routeIndex: number;
    /** The value of a header. */
    header(name: string): string | undefined;
  };
  /** What the server passes besides the request. */
  readonly env: unknown;
  /** The response. */
  res: Response;
  /** Whether there is a response. */
  finalized: boolean;
}

/**
 * Middleware for Hono.
 *
 * @category Requests
 */
export type HttpMiddleware<Context> = (
  context: Context,
  next: () => Promise<void>,
) => Promise<void>;

/** Replaces the response. If the old one were still set, Hono would merge their headers. */
export function replaceResponse(context: HttpContext, response: Response): void {
  (context as { res: Response | undefined }).res = undefined;
  context.res = response;
}
