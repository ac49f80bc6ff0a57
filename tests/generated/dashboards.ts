import {
  defaultBuckets,
  httpMetrics,
  instrumentFetch,
  type MetricFamily,
  MetricsRegistry,
  ProcessorMetrics,
} from "../../mod.ts";
import { Aggregator, memoryStore } from "../../src/aggregate.ts";
import { ScrapeMetrics } from "../../src/http/scrape/scrape_metrics.ts";
import {
  type DashboardOptions,
  grafanaDashboard,
  type OperationsFamily,
} from "../../src/operations.ts";
import { DeltaMetrics } from "../../src/push/delta_pusher/delta_metrics.ts";
import { PushMetrics } from "../../src/push/remote_writer/push_metrics.ts";
import type { GeneratedFile } from "./generated_file.ts";
import { runtimeFamilies } from "./runtime_families.ts";

/** A dashboard that is a file. */
export interface GeneratedDashboard extends GeneratedFile {
  families(): Promise<readonly OperationsFamily[]>;
}

/** The dashboards of `examples/operations/grafana`. */
export const dashboards: readonly GeneratedDashboard[] = [
  dashboard("stream_processor", streamProcessor, {
    title: "Stream processor",
    uid: "edgeprom-stream-processor",
    description: "The 37 metrics of edgeprom's ProcessorMetrics.",
    tags: ["edgeprom", "stream-processor"],
    rows: [
      {
        title: "Events",
        families: [
          "processor_events_received",
          "processor_events_processed",
          "processor_pipeline_lag_seconds",
          "processor_event_processing_duration_seconds",
          "processor_backpressure_events",
          "processor_pipeline_errors",
        ],
      },
      {
        title: "Watermark",
        families: [
          "processor_watermark_lag_seconds",
          "processor_late_events",
          "processor_out_of_order_events",
          "processor_watermark_updates",
        ],
      },
      {
        title: "Kafka",
        families: [
          "processor_kafka_consumer_lag",
          "processor_kafka_messages_consumed",
          "processor_kafka_messages_produced",
          "processor_kafka_offset_commit_errors",
        ],
      },
      {
        title: "Operators",
        families: ["processor_pipeline_operators_active", "processor_operator_duration_seconds"],
      },
      {
        title: "Windows",
        families: [
          "processor_windows_triggered",
          "processor_windows_active",
          "processor_windows_created",
          "processor_window_size_events",
        ],
      },
      {
        title: "Aggregation",
        families: [
          "processor_aggregations_computed",
          "processor_aggregation_errors",
          "processor_aggregation_duration_seconds",
        ],
      },
      {
        title: "State",
        families: [
          "processor_state_cache_hits",
          "processor_state_cache_misses",
          "processor_state_operations",
          "processor_state_size_bytes",
          "processor_state_evictions",
          "processor_state_operation_duration_seconds",
        ],
      },
      {
        title: "Deduplication",
        families: [
          "processor_dedup_duplicates_found",
          "processor_dedup_events_checked",
          "processor_dedup_cache_size",
          "processor_dedup_cache_evictions",
        ],
      },
      {
        title: "Normalization",
        families: [
          "processor_normalization_events",
          "processor_normalization_fill_operations",
          "processor_normalization_gaps_filled",
          "processor_normalization_outliers_detected",
        ],
      },
    ],
  }),
  dashboard("http_service", httpService, {
    title: "HTTP service",
    uid: "edgeprom-http-service",
    description: "Requests that a service gets and sends, by edgeprom's httpMetrics() and " +
      "instrumentFetch(), with classic or native histograms.",
    tags: ["edgeprom", "http"],
    rows: [
      {
        title: "Requests",
        families: [
          "http_requests_total",
          "http_request_duration_seconds",
          "http_requests_in_flight",
          "http_requests_aborted_total",
        ],
      },
      {
        title: "Outgoing requests",
        families: [
          "http_client_requests_total",
          "http_client_request_duration_seconds",
          "http_client_requests_in_flight",
        ],
      },
      // There are none unless they are asked for.
      { title: "Sizes", families: ["http_re*", "http_client_*"], collapsed: true },
    ],
  }),
  dashboard("runtime", () => Promise.resolve(runtimeFamilies), {
    title: "Node, Deno and Bun",
    uid: "edgeprom-runtime",
    description: "The process and the runtime, by edgeprom's registerRuntimeMetrics().",
    tags: ["edgeprom", "runtime"],
    rows: [
      {
        title: "Process",
        families: [
          "process_cpu_seconds_total",
          "process_resident_memory_bytes",
          "process_open_fds",
          "process_start_time_seconds",
          "process_heap_bytes",
          "process_threads",
          "process_virtual_memory_bytes",
          "process_virtual_memory_max_bytes",
          "process_max_fds",
        ],
      },
      ...Object.entries({ nodejs: "Node.js", deno: "Deno", bun: "Bun" }).map(
        ([prefix, title]) => ({
          title,
          families: [
            `${prefix}_eventloop_delay_seconds`,
            `${prefix}_gc_duration_seconds`,
            `${prefix}_heap_size_used_bytes`,
            `${prefix}_heap_size_total_bytes`,
            `${prefix}_external_memory_bytes`,
            `${prefix}_eventloop_time_seconds_total`,
            `${prefix}_*`,
          ],
          collapsed: true,
        }),
      ),
    ],
  }),
  dashboard("aggregator", aggregator, {
    title: "Aggregator",
    uid: "edgeprom-aggregator",
    description:
      "edgeprom's Aggregator, alone or with shards, and the DeltaPushers that send to it.",
    tags: ["edgeprom", "aggregator"],
    rows: [
      {
        title: "Batches",
        families: [
          "edgeprom_aggregate_batches_total",
          "edgeprom_aggregate_refused_families_total",
          "edgeprom_aggregate_last_batch_timestamp_seconds",
        ],
      },
      {
        title: "Room",
        families: ["edgeprom_aggregate_clients*", "edgeprom_aggregate_series*"],
      },
      {
        title: "Series",
        families: ["edgeprom_series", "edgeprom_series_overflowed_total"],
      },
      {
        title: "Store",
        families: ["edgeprom_aggregate_store_errors_total", "edgeprom_aggregate_store_bytes"],
      },
      {
        title: "Pages",
        families: ["scrape_duration_seconds", "scrape_samples_scraped", "edgeprom_scrapes_total"],
      },
      {
        title: "Isolates, as far as their pushes arrive",
        families: [
          "edgeprom_push_batches_total",
          "edgeprom_push_requests_total",
          "edgeprom_push_duration_seconds",
        ],
      },
    ],
  }),
  dashboard("edgeprom", edgeprom, {
    title: "edgeprom",
    description: "Scrapes of edgeprom's pages, its series and losses, and its pushes.",
    tags: ["edgeprom"],
    rows: [
      {
        title: "Scrapes",
        families: [
          "edgeprom_scrapes_total",
          "edgeprom_scrape_duration_seconds",
          "edgeprom_scrape_errors_total",
        ],
      },
      {
        title: "Series and losses",
        families: [
          "edgeprom_series",
          "edgeprom_series_overflowed_total",
          "edgeprom_invalid_recordings_total",
          "edgeprom_exemplars_dropped_total",
        ],
      },
      {
        title: "Pushes",
        families: [
          "edgeprom_push_last_success_timestamp_seconds",
          "edgeprom_push_requests_total",
          "edgeprom_push_samples_total",
          "edgeprom_push_duration_seconds",
        ],
      },
    ],
  }),
];

function dashboard(
  name: string,
  families: () => Promise<readonly OperationsFamily[]>,
  options: DashboardOptions,
): GeneratedDashboard {
  return {
    families,
    path: `examples/operations/grafana/${name}.json`,
    text: async () => {
      const made = grafanaDashboard(await families(), options);
      return `${JSON.stringify(made, null, 2)}\n`;
    },
  };
}

async function gathered(registry: MetricsRegistry): Promise<readonly MetricFamily[]> {
  const { families, errors } = await registry.gather();
  if (errors.length > 0) throw errors[0];
  return families;
}

function streamProcessor(): Promise<readonly MetricFamily[]> {
  const registry = new MetricsRegistry();
  new ProcessorMetrics(registry);
  return gathered(registry);
}

function httpService(): Promise<readonly MetricFamily[]> {
  const registry = new MetricsRegistry();
  const shape = { native: true, buckets: defaultBuckets };
  const shapes = { registry, duration: shape, requestSize: shape, responseSize: shape };
  httpMetrics(shapes);
  instrumentFetch(fetch, shapes);
  return gathered(registry);
}

async function edgeprom(): Promise<readonly OperationsFamily[]> {
  const lost = new Map([["jobs_total", 1]]);
  const losses = { overflows: lost, invalid: lost, droppedExemplars: lost };
  const scrapes = await new ScrapeMetrics().collect({ families: [], ...losses });
  const push = new PushMetrics("https://prometheus.example.com/api/v1/write");
  // Those of a time and of the requests are there from the first push on.
  push.attempt("200");
  push.pushed({ written: 1, refused: 0, unsent: 0 }, false, 0.1);
  return [...scrapes, ...push.collect()];
}

/** What a server adds to each scrape: what a page costs, whoever of several isolates has answered. */
const ofServer: readonly OperationsFamily[] = [
  {
    name: "scrape_duration_seconds",
    help: "Time of a scrape, as the server sees it.",
    type: "gauge",
    unit: "seconds",
    labelNames: [],
  },
  {
    name: "scrape_samples_scraped",
    help: "Samples of a page.",
    type: "gauge",
    labelNames: [],
  },
];

async function aggregator(): Promise<readonly OperationsFamily[]> {
  const { families } = await new Aggregator({ store: memoryStore() }).gather();
  // Over shards each gauge is there for each of them; counters are added up.
  const own = families.map((family) => {
    const { name, help, type, unit, labels } = family;
    if (type !== "gauge") return family;
    return { name, help, type, unit, labelNames: [...labels.names, "shard"] };
  });
  const lost = new Map([["jobs_total", 1]]);
  const scrapes = await new ScrapeMetrics().collect({ families: [], overflows: lost });
  const names = ["edgeprom_series", "edgeprom_series_overflowed_total", "edgeprom_scrapes_total"];
  const pushes = new DeltaMetrics("https://metrics.example.com/deltas");
  pushes.attempt("200");
  pushes.ended(0.1, true);
  const shown = pushes.collect().filter(({ name }) => !name.endsWith("_timestamp_seconds"));
  return [...own, ...scrapes.filter(({ name }) => names.includes(name)), ...ofServer, ...shown];
}
