import type { Follower } from "./follower.ts";
import { findProperty } from "./replaced_method.ts";

// Kept, because others may patch them.
const NativePromise = Promise;
const nativePrototype = Promise.prototype;
const nativeThen = Promise.prototype.then;

/** What runtimes have that tells them apart. */
interface Host {
  readonly Bun?: unknown;
  readonly navigator?: { readonly userAgent?: string };
  readonly process?: { readonly release?: { readonly name?: string } };
}

let isShown: boolean | undefined;

/**
 * Whether promises are used by JavaScript alone, which shows, as on Node and Deno. Bun and workerd,
 * which call themselves "node" as well, wait in native code for what a handler returns.
 */
function showsUse(): boolean {
  if (isShown !== undefined) return isShown;
  const { Bun, navigator, process } = globalThis as Host;
  return isShown = process?.release?.name === "node" && Bun === undefined &&
    navigator?.userAgent !== "Cloudflare-Workers";
}

/** What is known of a promise's caller. */
interface Watch {
  /** Whether the caller has used the promise, as far as it can be told. */
  isUsed: boolean;
  /** Stands for a rejection that nobody has handled so far. */
  unhandled?: Promise<never>;
}

/** The promises whose use is watched. */
const watches = new WeakMap<object, Watch>();
/** A prototype for each prototype of promises, so that an engine has one shape for all. */
const watchingPrototypes = new WeakMap<object, object>();

/**
 * Follows a native promise, of whatever realm and subclass.
 *
 * Our reaction handles a rejection, so a caller who forgot to would never learn of it. Therefore it
 * rejects a promise of its own, which is unhandled until the caller uses his: every use reads
 * `constructor` (`await`, `then`, `catch`, `finally`, `Promise.all()`), and so meets the getter of a
 * prototype put in between. It takes less than 1 µs a promise (Node 24). An own property would do
 * the same, but V8 then gives up its fast path for all promises of the process. Where a use may not
 * show, as on Bun and workerd, nothing is rejected: a report too few is better than one too many.
 *
 * @returns False if it is no such promise, or has a `then` that is not native and may start work.
 */
export function followPromise(promise: object, follower: Follower): boolean {
  if (!hasNativeThen(promise)) return false;
  const prototype = Object.getPrototypeOf(promise);
  const known = watches.get(promise);
  const watch: Watch = known ?? { isUsed: !showsUse() || Object.hasOwn(promise, "constructor") };
  const fulfilled = (value: unknown) => follower.end({ failed: false }, value);
  const rejected = (error: unknown) => {
    follower.end({ failed: true, error });
    if (watch.isUsed || watch.unhandled !== undefined) return;
    watch.unhandled = new NativePromise<never>((_, reject) => reject(error));
  };
  // Without its own prototype, the constructor of a subclass is not called for our reaction.
  const isSubclass = prototype !== nativePrototype &&
    Reflect.setPrototypeOf(promise, nativePrototype);
  try {
    nativeThen.call(promise as Promise<unknown>, fulfilled, rejected);
  } catch {
    return false; // Not a promise, though it looks like one.
  } finally {
    if (isSubclass) Reflect.setPrototypeOf(promise, prototype);
  }
  if (known === undefined && !watch.isUsed) {
    watches.set(promise, watch);
    // If it is frozen, its use does not show.
    watch.isUsed = !Reflect.setPrototypeOf(promise, watchingPrototype(prototype));
  }
  return true;
}

/** `await` never asks a promise of this realm for its `then`; that of others may be anything. */
function hasNativeThen(promise: object): boolean {
  if (Object.getPrototypeOf(promise) === nativePrototype || watches.has(promise)) return true;
  const then = findProperty(promise, "then");
  if (typeof then?.value !== "function") return false;
  return then.holder === nativePrototype ||
    (findProperty(promise, Symbol.toStringTag)?.value === "Promise" &&
      /^function then\(\)\s*\{\s*\[native code\]\s*\}$/.test(
        Function.prototype.toString.call(then.value),
      ));
}

function watchingPrototype(prototype: object): object {
  const made = watchingPrototypes.get(prototype) ?? Object.create(prototype, {
    constructor: {
      configurable: true,
      get(this: object) {
        use(this);
        return Reflect.get(prototype, "constructor", this);
      },
      set(this: object, value: unknown) {
        use(this);
        const property = { value, writable: true, enumerable: true, configurable: true };
        Object.defineProperty(this, "constructor", property);
      },
    },
  });
  watchingPrototypes.set(prototype, made);
  return made;
}

/** The caller uses a promise: whether its rejection is handled is his affair from here on. */
function use(promise: object): void {
  const watch = watches.get(promise);
  if (watch === undefined) return;
  watch.isUsed = true;
  if (watch.unhandled !== undefined) nativeThen.call(watch.unhandled, undefined, () => {});
}
