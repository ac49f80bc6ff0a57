import { isDeno } from "../../model/platform/platform.ts";

/**
 * How old a request is before Deno is asked about its client, in milliseconds. Asking halves the
 * number of requests that Deno serves (35,000 instead of 67,000 a second), so that only those are
 * watched during which a client has the time to disconnect.
 */
const unwatchedMs = 50;

/**
 * The microtasks in which a handler that waits for nothing has answered: it takes three, and eight
 * with two more middlewares. A timer for each of these would take as long as the measurement itself.
 */
const fewMicrotasks = 10;

/** Requests that are young, and those that are watched. */
const young = new Set<Request>();
const watched = new WeakSet<Request>();

// The timers of the runtime, also in a test that sets its own.
const { setTimeout, clearTimeout } = globalThis;
let timer: number | undefined;
let isStarting = false;

/** Watches for the client of a request to disconnect, if the runtime does not do so by itself. */
export function watchClient(request: Request): void {
  if (!isDeno()) return;
  young.add(request);
  if (timer === undefined && !isStarting) void startTimer();
}

/** Whether the client disconnected before the response; ends the watch. */
export function isGone(request: Request): boolean {
  if (!isDeno()) return request.signal?.aborted === true;
  if (young.delete(request) && young.size === 0) {
    clearTimeout(timer);
    timer = undefined;
  }
  return watched.has(request) && request.signal.aborted;
}

/** Starts the timer for those that are not answered in a moment. */
async function startTimer(): Promise<void> {
  isStarting = true;
  for (let microtask = 0; microtask < fewMicrotasks && young.size > 0; microtask++) await undefined;
  isStarting = false;
  if (young.size > 0) timer = setTimeout(watchAll, unwatchedMs) as unknown as number;
}

function watchAll(): void {
  timer = undefined;
  for (const request of young) {
    hideWarning();
    watched.add(request);
    // Deno watches from here on. After the response it aborts the signal in any case.
    void request.signal;
  }
  young.clear();
}

const warning = "Deno.serve: request.signal aborts on successful responses";
let isHidden = false;

/**
 * Hides what Deno writes to the terminal once, after the first request whose signal was read. It is
 * for whom the late abort may surprise, but the host of this library has read no signal.
 */
function hideWarning(): void {
  if (isHidden) return;
  isHidden = true;
  const { warn } = console;
  const filtered = (...parts: unknown[]) => {
    if (!String(parts[0]).startsWith(warning)) return warn.apply(console, parts);
    if (console.warn === filtered) console.warn = warn;
  };
  console.warn = filtered;
}
