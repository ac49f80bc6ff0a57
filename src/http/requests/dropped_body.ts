import type { HttpContext } from "./http_context.ts";

/** What is to be told that the end of a response will never be seen. */
export interface Droppable {
  /** Called at most once for each body; the end may have been seen before. */
  drop(): void;
}

/**
 * Tells when a body will not be read to its end because nobody has it any more.
 *
 * Middleware further out may answer something else, and a server may drop a body unread; neither has
 * to cancel it. A replacement by `context.res` is seen at once. Anything else is seen when the
 * garbage collector finds the body, which is late, but not never.
 *
 * @param life Lives as long as the body can be read.
 * @param whom Must not refer to the body or the context, not even by a closure.
 */
export function whenDropped(
  context: HttpContext,
  body: ReadableStream,
  life: object,
  whom: Droppable,
): void {
  drops()?.register(life, whom);
  whenReplaced(context, body, () => whom.drop());
}

let registry: FinalizationRegistry<Droppable> | undefined;

/** Made for the first body. Absent on Workers with an old compatibility date. */
function drops(): FinalizationRegistry<Droppable> | undefined {
  if (!("FinalizationRegistry" in globalThis)) return undefined;
  return registry ??= new FinalizationRegistry((whom) => whom.drop());
}

/**
 * Reports that a response without the body, or without one made of it, is set in its place. A body
 * that another was made of is locked, by a reader, a pipe, or the other half of a clone.
 */
function whenReplaced(context: HttpContext, body: ReadableStream, report: () => void): void {
  const accessor = accessorOf(context);
  if (accessor?.set === undefined) return;
  let watched: ReadableStream | null = body;
  Object.defineProperty(context, "res", {
    ...accessor,
    configurable: true,
    get: () => accessor.get?.call(context),
    set(response: Response | undefined) {
      accessor.set?.call(context, response);
      // Hono's own way to replace a response without its headers is to unset the old one first.
      if (watched === null || response === undefined) return;
      const { body } = context.res;
      if (body === watched) return;
      if (!watched.locked) {
        watched = null;
        return report();
      }
      watched = body;
    },
  });
}

/** The getter and setter of the response: Hono's, or one that stands before it already. */
function accessorOf(context: object): PropertyDescriptor | undefined {
  for (let owner: object | null = context; owner !== null; owner = Object.getPrototypeOf(owner)) {
    const found = Object.getOwnPropertyDescriptor(owner, "res");
    if (found !== undefined) return found;
  }
  return undefined;
}
