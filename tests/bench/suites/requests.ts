import type { Hono, MiddlewareHandler } from "hono";
import type { Measurement, Operation, Settings, Work } from "../measure/operation.ts";
import { timeAll } from "../measure/timing.ts";

type Edgeprom = typeof import("../../../mod.ts");

interface HonoPrometheus {
  prometheus(): { readonly registerMetrics: MiddlewareHandler };
}

/** From `node_modules`, as every contender; what is named in the source would be bundled. */
const packages = {
  edgeprom: "@edgeprom/edgeprom" as string,
  hono: "hono" as string,
  honoPrometheus: "@hono/prometheus" as string,
};

/** What it costs to measure a request, beside the middleware over prom-client and beside none. */
export async function requests(settings: Settings): Promise<Measurement[]> {
  const operations = [incoming, outgoing].filter(({ name }) => settings.only.test(name));
  return await timeAll(operations, settings);
}

/** With labels for method, route and status, counted and timed, and the body read to its end. */
const incoming: Operation = {
  name: "request through middleware",
  unit: "ns",
  contenders: {
    edgeprom: async () => {
      const { httpMetrics, MetricsRegistry }: Edgeprom = await import(packages.edgeprom);
      const middleware: unknown = httpMetrics({ registry: new MetricsRegistry() });
      return await requestsThrough(middleware as MiddlewareHandler);
    },
    "prom-client": async () => {
      const { prometheus }: HonoPrometheus = await import(packages.honoPrometheus);
      return await requestsThrough(prometheus().registerMetrics);
    },
    floor: () => requestsThrough((_context, next) => next()),
  },
};

async function requestsThrough(middleware: MiddlewareHandler): Promise<Work> {
  const { Hono: App }: { Hono: typeof Hono } = await import(packages.hono);
  const app = new App();
  app.use("*", middleware);
  app.get("/users/:id", (context) => context.text("Ada"));
  const requests = Array.from(
    { length: 8 },
    (_, id) => new Request(`http://localhost/users/${id}`),
  );
  return {
    async run(times) {
      let bytes = 0;
      for (let i = 0; i < times; i++) {
        const response = await app.fetch(requests[i & 7]);
        bytes += (await response.text()).length;
      }
      return bytes;
    },
  };
}

const outgoing: Operation = {
  name: "fetch",
  unit: "ns",
  contenders: {
    edgeprom: async () => {
      const { instrumentFetch, MetricsRegistry }: Edgeprom = await import(packages.edgeprom);
      return fetching(instrumentFetch(upstream, { registry: new MetricsRegistry() }));
    },
    floor: () => fetching(upstream),
  },
};

/** Answers at once: what is left is what measuring costs. */
function upstream(_url: string): Promise<Response> {
  return Promise.resolve(new Response("Ada"));
}

function fetching(fetch: typeof upstream): Work {
  return {
    async run(times) {
      let total = 0;
      for (let i = 0; i < times; i++) {
        total += (await fetch("http://users.example/users/7")).status;
      }
      return total;
    },
  };
}
