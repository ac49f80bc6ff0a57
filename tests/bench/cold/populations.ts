import type { Instruments } from "../contenders/library.ts";
import { cataloguePopulation } from "../suites/catalogue.ts";
import { sixteenBounds } from "../suites/material.ts";

/** A small app: a metric of each common type, with a label or two, and a value of each. */
export function threeMetrics(library: Instruments): void {
  library.counters("requests_total", ["method", "status"]).inc({ method: "get", status: "200" });
  library.gauges("queue_length", ["queue"]).set({ queue: "mail" }, 3);
  library.histograms("request_seconds", ["method"], sixteenBounds).observe({ method: "get" }, 0.02);
}

/** A stream processor: 37 metrics, and a value of each series. */
export function catalogue(library: Instruments): void {
  cataloguePopulation(library, 1);
}
