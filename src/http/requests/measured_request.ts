import { isBun, isWorkers } from "../platform.ts";
import type { HttpContext } from "./http_context.ts";

/** A request that is being measured, as all that measure it see it. */
export interface MeasuredRequest {
  readonly method: string;
  /** The path of the outermost app. */
  readonly path: string;
  /** What an app within another knows of the route. */
  mounted?: MountedRoute;
}

/** The route in an app within another one, by `app.mount()`. */
export interface MountedRoute {
  /** The path as that app sees it. */
  readonly path: string;
  /** The template in that app. */
  readonly route: string;
}

/** Requests by what counts them: a counter, which is one for each registry. */
type Measured = Map<object, MeasuredRequest>;

/** The part of `AsyncLocalStorage` that is used here. */
interface Storage {
  getStore(): Measured | undefined;
  run<Result>(store: Measured, action: () => Result): Result;
}

interface AsyncHooks {
  readonly AsyncLocalStorage?: new () => Storage;
}

/** What all copies of this package in a process share. */
interface Shared {
  /** By whatever is there once for each request: see {@linkcode carrierOf}. */
  readonly requests: WeakMap<object, Measured>;
  /** Made when it is needed; `null` if the runtime has none. */
  storage?: Storage | null;
}

const key = Symbol.for("edgeprom.requests.v0");

function shared(): Shared {
  const holder = globalThis as { [key]?: Shared };
  return holder[key] ??= { requests: new WeakMap() };
}

/** The request of a context, if it is counted already: by this context, or by an app around it. */
export function measuredRequest(
  context: HttpContext,
  counter: object,
): { readonly request: MeasuredRequest; readonly isMounted: boolean } | undefined {
  const { requests, storage } = shared();
  const own = requests.get(context)?.get(counter);
  if (own !== undefined) return { request: own, isMounted: false };
  const carrier = carrierOf(context);
  const measured = carrier === undefined ? storage?.getStore() : requests.get(carrier);
  const request = measured?.get(counter);
  if (request === undefined || !isPartOf(request, context)) return undefined;
  requests.set(context, measured as Measured);
  return { request, isMounted: true };
}

/** Marks the request of a context as counted. */
export function markMeasured(
  context: HttpContext,
  counter: object,
): { readonly request: MeasuredRequest; run<Result>(action: () => Result): Result } {
  const request: MeasuredRequest = { method: context.req.method, path: context.req.path };
  const all = shared();
  const carrier = carrierOf(context);
  const measured: Measured = new Map(all.requests.get(context)).set(counter, request);
  all.requests.set(context, measured);
  if (carrier !== undefined) all.requests.set(carrier, measured);
  const storage = carrier === undefined ? all.storage ??= createStorage() : null;
  return { request, run: (action) => storage === null ? action() : storage.run(measured, action) };
}

/** An app may also ask itself, or another, for something else while it answers. */
function isPartOf({ method, path }: MeasuredRequest, { req }: HttpContext): boolean {
  return method === req.method && (path.endsWith(req.path) || req.path === "/");
}

/**
 * What the contexts of a request and those of apps within its app have in common, and no other
 * request. `app.mount()` makes a new `Request` and passes on the rest of what the server gave.
 */
function carrierOf(context: HttpContext): object | undefined {
  const env = (context.env ?? {}) as { readonly incoming?: unknown };
  // Hono's server for Node makes it for each request, and so does Deno: asked for `completed`
  // itself, it would make a promise that nobody handles.
  if (typeof env.incoming === "object" && env.incoming !== null) return env.incoming;
  if (typeof env === "object" && "completed" in env) return env;
  // Bun's new request has the signal of the old one.
  if (isBun()) return context.req.raw.signal ?? undefined;
  return isWorkers() ? executionContextOf(context) : undefined;
}

function executionContextOf(context: HttpContext): object | undefined {
  try {
    return (context as { readonly executionCtx?: object } & HttpContext).executionCtx;
  } catch {
    return undefined;
  }
}

/**
 * Not imported: bundlers for browsers and Workers warn of Node's modules. Vercel's edge runtime has
 * it as a global.
 */
function createStorage(): Storage | null {
  const scope = globalThis as AsyncHooks & {
    process?: { getBuiltinModule?(name: string): AsyncHooks | undefined };
  };
  const { AsyncLocalStorage } = scope.AsyncLocalStorage === undefined
    ? scope.process?.getBuiltinModule?.("node:async_hooks") ?? {}
    : scope;
  return AsyncLocalStorage === undefined ? null : new AsyncLocalStorage();
}
