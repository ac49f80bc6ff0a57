import { countsByType } from "./counts_by_type.ts";
import type { ProbeContext } from "./probe.ts";

/** Open handles, such as sockets, by class. */
export function processHandles({ host: { process }, families }: ProbeContext): void {
  if (process._getActiveHandles === undefined) return;
  countsByType(
    families,
    {
      name: "nodejs_active_handles",
      help:
        "Number of active libuv handles grouped by handle type. Every handle type is C++ class name.",
    },
    { name: "nodejs_active_handles_total", help: "Total number of active handles." },
    () => process._getActiveHandles!().map(classOf),
  );
}

/** Requests to the system that are under way, by class. */
export function processRequests({ host: { process }, families }: ProbeContext): void {
  if (process._getActiveRequests === undefined) return;
  countsByType(
    families,
    {
      name: "nodejs_active_requests",
      help:
        "Number of active libuv requests grouped by request type. Every request type is C++ class name.",
    },
    { name: "nodejs_active_requests_total", help: "Total number of active requests." },
    () => process._getActiveRequests!().map(classOf),
  );
}

function classOf(object: object | null): string | undefined {
  return object?.constructor?.name;
}
