import { isBun, isDeno, isWorkers } from "../../model/platform/platform.ts";
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

/** That a request is counted, and by what: a counter, which is one for each registry. */
interface Mark {
  readonly counter: object;
  readonly request: MeasuredRequest;
  /** Kept alive with the mark. */
  readonly carrier: object | undefined;
}

/** The part of `AsyncLocalStorage` that is used here. */
interface Storage {
  getStore(): readonly Mark[] | undefined;
  run<Result>(store: readonly Mark[], action: () => Result): Result;
}

interface AsyncHooks {
  readonly AsyncLocalStorage?: new () => Storage;
}

/** The marks of an object, and the storage of the process: all copies of this package share them. */
const marksKey = Symbol.for("edgeprom.requests.v0");
const storageKey = Symbol.for("edgeprom.requests.storage.v0");

/** A property, because two entries in a `WeakMap` cost 10 µs a request in V8, and these 0.1. */
interface Marked {
  [marksKey]?: Mark[];
}

function add(mark: Mark, owner: Marked): void {
  try {
    if (owner[marksKey] === undefined) owner[marksKey] = [mark];
    else owner[marksKey].push(mark);
  } catch {
    // A frozen object takes no mark: such a request is counted by each app that measures it.
  }
}

/** The storage, made when it is first needed; `null` if the runtime has none. */
function storage(): Storage | null {
  const holder = globalThis as { [storageKey]?: Storage | null };
  return holder[storageKey] ??= createStorage();
}

/** The request of a context, if it is counted already: by this context, or by an app around it. */
export function measuredRequest(
  context: HttpContext,
  counter: object,
): { readonly request: MeasuredRequest; readonly isMounted: boolean } | undefined {
  const own = (context as Marked)[marksKey]?.find((mark) => mark.counter === counter);
  if (own !== undefined) return { request: own.request, isMounted: false };
  const carrier = carrierOf(context);
  const around = carrier === undefined ? storage()?.getStore() : carrier[marksKey];
  const mark = around?.findLast((mark) =>
    mark.counter === counter && isPartOf(mark.request, context)
  );
  return mark && { request: mark.request, isMounted: true };
}

/** Marks the request of a context as counted, for as long as the action given to `run()`. */
export function markMeasured(
  context: HttpContext,
  counter: object,
): { readonly request: MeasuredRequest; run<Result>(action: () => Result): Result } {
  const request: MeasuredRequest = { method: context.req.method, path: context.req.path };
  const carrier = carrierOf(context);
  const mark: Mark = { counter, request, carrier };
  add(mark, context as Marked);
  if (carrier !== undefined) add(mark, carrier);
  const store = carrier === undefined ? storage() : null;
  if (store === null) return { request, run: (action) => action() };
  return { request, run: (action) => store.run([...store.getStore() ?? [], mark], action) };
}

/** An app may also ask itself, or another, for something else while it answers. */
function isPartOf({ method, path }: MeasuredRequest, { req }: HttpContext): boolean {
  return method === req.method && (path.endsWith(req.path) || req.path === "/");
}

/**
 * What the contexts of a request and those of apps within its app have in common, and no other
 * request. `app.mount()` makes a new `Request` and passes on the rest of what the server gave.
 */
function carrierOf(context: HttpContext): Marked | undefined {
  const env = (context.env ?? {}) as { readonly incoming?: unknown };
  // Hono's server for Node makes it for each request, and so does Deno: asked for `completed`
  // itself, it would make a promise that nobody handles.
  if (typeof env.incoming === "object" && env.incoming !== null) return env.incoming;
  if (isDeno() && typeof env === "object" && "completed" in env) return env as Marked;
  // Bun's new request has the signal of the old one.
  if (isBun()) return context.req.raw.signal as Marked | undefined;
  return isWorkers() ? executionContextOf(context) : undefined;
}

function executionContextOf(context: HttpContext): Marked | undefined {
  try {
    return (context as { readonly executionCtx?: Marked } & HttpContext).executionCtx;
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
