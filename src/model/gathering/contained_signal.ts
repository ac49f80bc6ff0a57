import { isThenable, settled } from "../platform/thenable.ts";

/**
 * A controller of a signal for foreign code. What a listener of its signal throws, or rejects with,
 * is reported; on a plain signal it would end the process.
 */
export function containedController(report: (error: unknown) => void): AbortController {
  const controller = new AbortController();
  const { signal } = controller;
  const { addEventListener, removeEventListener } = signal;
  const wrappers = new WeakMap<EventListenerOrEventListenerObject, EventListener>();
  let handler: EventListener | null = null;

  function contained(listener: EventListenerOrEventListenerObject | null): EventListener | null {
    if (!(listener instanceof Object)) return null;
    const wrapper: EventListener = wrappers.get(listener) ?? ((event) => {
      try {
        const result: unknown = typeof listener === "function"
          ? listener.call(signal, event)
          : listener.handleEvent(event);
        if (isThenable(result)) settled(result).catch(report);
      } catch (error) {
        report(error);
      }
    });
    wrappers.set(listener, wrapper);
    return wrapper;
  }

  // The signal itself has to stay a real one, because `fetch()` takes no other.
  type Listen = (
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ) => void;
  const listening: Readonly<Record<"addEventListener" | "removeEventListener", Listen>> = {
    addEventListener: (type, listener, options) =>
      addEventListener.call(signal, type, contained(listener)!, options),
    removeEventListener: (type, listener, options) =>
      removeEventListener.call(signal, type, contained(listener)!, options),
  };
  Object.assign(signal, listening);
  Object.defineProperty(signal, "onabort", {
    get: () => handler,
    set(listener: EventListener | null) {
      signal.removeEventListener("abort", handler!);
      handler = typeof listener === "function" ? listener : null;
      signal.addEventListener("abort", handler!);
    },
  });
  return controller;
}
