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

/** That a request is counted, and by what: a counter, which is one for each registry. */
interface Mark {
  readonly counter: object;
  readonly request: MeasuredRequest;
}

/** The part of `AsyncLocalStorage` that is used here. */
interface Storage {
  getStore(): readonly Mark[] | undefined;
  run<Result>(store: readonly Mark[], action: () => Result): Result;
}

interface AsyncHooks {
  readonly AsyncLocalStorage?: new () => Storage;
}

/** What all copies of this package in a process share. */
interface Shared {
  /** By whatever is there once for each request: see {@linkcode carrierOf}. */
  readonly marks: WeakMap<object, Mark[]>;
  /** Made when it is needed; `null` if the runtime has none. */
  storage?: Storage | null;
}

const key = Symbol.for("edgeprom.requests.v0");

function shared(): Shared {
  const holder = globalThis as { [key]?: Shared };
  return holder[key] ??= { marks: new WeakMap() };
}

function add(mark: Mark, owner: object): void {
  const { marks } = shared();
  const present = marks.get(owner);
  if (present === undefined) marks.set(owner, [mark]);
  else present.push(mark);
}

/** The request of a context, if it is counted already: by this context, or by an app around it. */
export function measuredRequest(
  context: HttpContext,
  counter: object,
): { readonly request: MeasuredRequest; readonly isMounted: boolean } | undefined {
  const { marks, storage } = shared();
  const own = marks.get(context)?.find((mark) => mark.counter === counter);
  if (own !== undefined) return { request: own.request, isMounted: false };
  const carrier = carrierOf(context);
  const around = carrier === undefined ? storage?.getStore() : marks.get(carrier);
  const mark = around?.findLast((mark) =>
    mark.counter === counter && isPartOf(mark.request, context)
  );
  if (mark === undefined) return undefined;
  add(mark, context);
  return { request: mark.request, isMounted: true };
}

/** Marks the request of a context as counted, for as long as the action given to `run()`. */
export function markMeasured(
  context: HttpContext,
  counter: object,
): { readonly request: MeasuredRequest; run<Result>(action: () => Result): Result } {
  const request: MeasuredRequest = { method: context.req.method, path: context.req.path };
  const mark: Mark = { counter, request };
  add(mark, context);
  const carrier = carrierOf(context);
  if (carrier !== undefined) {
    add(mark, carrier);
    return { request, run: (action) => action() };
  }
  const storage = shared().storage ??= createStorage();
  if (storage === null) return { request, run: (action) => action() };
  return { request, run: (action) => storage.run([...storage.getStore() ?? [], mark], action) };
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
