// A server on several threads. Each can be scraped for all of them.
//
// DENO_JOBS=4 deno serve -A --parallel --port 8000 parallel.ts
// Then: curl http://localhost:8000/metrics
import { createMetricsApp } from "@edgeprom/edgeprom";
import { sharedRegistry } from "@edgeprom/edgeprom/workers";

const registry = sharedRegistry();

const requests = registry.counter({
  name: "requests_total",
  help: "Requests served by all threads.",
});
const duration = registry.histogram({
  name: "request_duration_seconds",
  help: "Time to serve a request.",
  unit: "seconds",
});
registry.gauge({ name: "threads", help: "Threads that serve." }).set(1);

const metrics = createMetricsApp({ registry });

const handler: { fetch(request: Request): Response | Promise<Response> } = {
  fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname !== "/") return metrics.fetch(request);
    return duration.time(() => {
      requests.inc();
      return new Response("Hello\n");
    });
  },
};

export default handler;
