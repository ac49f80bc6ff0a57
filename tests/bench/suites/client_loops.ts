import type { Client } from "../contenders/drop_in.ts";
import type { Work } from "../measure/operation.ts";
import { durations, methods, sixteenBounds } from "./material.ts";

const routes: readonly string[] = Array.from({ length: 100 }, (_, at) => `/items/${at}`);
const codes: readonly number[] = [200, 201, 404, 500];

/** How a program records with the API of prom-client, and the page that must have all of it. */
export interface ClientLoops {
  readonly works: Readonly<Record<string, Work>>;
  page(): Promise<string>;
}

/** The loops that are timed. This module is loaded once a contender, each time with another text. */
export function clientLoops({ Counter, Gauge, Histogram, Registry, Summary }: Client): ClientLoops {
  const registry = new Registry();
  const common = { help: "Made to be measured.", registers: [registry] };
  const labelNames = ["method", "route"] as const;
  const buckets = [...sixteenBounds];

  const plain = new Counter({ ...common, name: "plain_total" });
  const byRoute = new Counter({ ...common, name: "by_route_total", labelNames });
  const byPosition = new Counter({ ...common, name: "by_position_total", labelNames });
  const byMethod = new Counter({ ...common, name: "by_method_total", labelNames });
  const byCode = new Counter({ ...common, name: "by_code_total", labelNames: ["code"] });
  const kept = new Counter({ ...common, name: "kept_total", labelNames });
  const level = new Gauge({ ...common, name: "level", labelNames });
  const took = new Histogram({ ...common, name: "took_seconds", buckets });
  const tookBy = new Histogram({ ...common, name: "took_by_seconds", labelNames, buckets });
  const quantiles = new Summary({ ...common, name: "quantiles_seconds" });

  const children = methods.map((method) => kept.labels(method, routes[0]));
  const observed = methods.map((method) => tookBy.labels(method, routes[0]));
  // 400 label sets; 7 and 100 have no common factor, so all routes come with all methods.
  const route = (i: number) => routes[(i * 7) % 100];
  const method = (i: number) => methods[(i >> 2) & 3];

  const works = {
    "inc": counting("plain_total", (times) => {
      for (let i = 0; i < times; i++) plain.inc();
    }),
    "inc with 2 labels, 400 series": counting("by_route_total", (times) => {
      for (let i = 0; i < times; i++) byRoute.inc({ method: method(i), route: route(i) });
    }),
    "inc of a kept child": counting("kept_total", (times) => {
      for (let i = 0; i < times; i++) children[i & 3].inc();
    }),
    "labels(a, b).inc(), 400 series": counting("by_position_total", (times) => {
      for (let i = 0; i < times; i++) byPosition.labels(method(i), route(i)).inc();
    }),
    "inc with 1 of 2 labels": counting("by_method_total", (times) => {
      for (let i = 0; i < times; i++) byMethod.inc({ method: method(i) });
    }),
    "inc with a number as label": counting("by_code_total", (times) => {
      for (let i = 0; i < times; i++) byCode.inc({ code: codes[i & 3] });
    }),
    "gauge set with 2 labels": loop((times) => {
      for (let i = 0; i < times; i++) {
        level.set({ method: method(i), route: route(i) }, durations[i & 1023]);
      }
    }),
    "observe": loop((times) => {
      for (let i = 0; i < times; i++) took.observe(durations[i & 1023]);
    }),
    "observe with 2 labels, 400 series": loop((times) => {
      for (let i = 0; i < times; i++) {
        tookBy.observe({ method: method(i), route: route(i) }, durations[i & 1023]);
      }
    }),
    "observe of a kept child": loop((times) => {
      for (let i = 0; i < times; i++) observed[i & 3].observe(durations[i & 1023]);
    }),
    "summary observe": loop((times) => {
      for (let i = 0; i < times; i++) quantiles.observe(durations[i & 1023]);
    }),
  };
  return { works, page: async () => await registry.metrics() };
}

function loop(body: (times: number) => void): Work {
  return {
    run(times) {
      body(times);
      return times;
    },
  };
}

/** A loop that adds 1 to a family's counters each time. */
function counting(family: string, body: (times: number) => void): Work {
  const counts = { family, total: 0 };
  return {
    counts,
    run(times) {
      body(times);
      counts.total += times;
      return times;
    },
  };
}
