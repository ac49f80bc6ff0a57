/**
 * The part of Hono's `Context` that measuring needs. Hono's own is one, and can be named where more
 * of it is wanted: `from: (context: Context<MyEnvironment>) => context.get("plan")`.
 */
export interface HttpContext {
  /** The request. */
  readonly req: {
    /** As the runtime gave it. */
    readonly raw: Request;
    /** The method, in capitals as a rule. */
    readonly method: string;
    /** The path that was asked for, as the client wrote it. */
    readonly path: string;
    /** Which of the matched handlers came last. */
    readonly routeIndex: number;
    /** The value of a header. */
    header(name: string): string | undefined;
  };
  /** What the server hands down besides the request. */
  readonly env: unknown;
  /** The response. */
  res: Response;
  /** Whether there is a response. */
  finalized: boolean;
}

/** Middleware as Hono takes it. */
export type HttpMiddleware<Context> = (
  context: Context,
  next: () => Promise<void>,
) => Promise<void>;

/** Puts a response in place of another. Given over one, Hono would merge their headers. */
export function replaceResponse(context: HttpContext, response: Response): void {
  (context as { res: Response | undefined }).res = undefined;
  context.res = response;
}
