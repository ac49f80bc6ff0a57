import type { MetricsRegistry } from "../../../mod.ts";
import { instrumentsOf as edgepromInstruments } from "../contenders/edgeprom.ts";
import type { Instruments } from "../contenders/library.ts";
import { type OpenTelemetry, openTelemetryOf } from "../contenders/opentelemetry.ts";
import { instrumentsOf, type PrometheusClient } from "../contenders/prometheus_client.ts";

/** What a process does that has just begun. */
export interface Program {
  /** Makes a registry and its metrics, each with a value. */
  define(): void;
  /** The first page; as bytes, as a server sends it. */
  page(request: Request | undefined): Promise<unknown>;
}

type Populate = (library: Instruments) => void;

/** Who has a framework, or none, and asks the registry for a page. */
export function encoding(populate: Populate, Registry: typeof MetricsRegistry): Program {
  let registry: MetricsRegistry;
  return {
    define() {
      registry = new Registry();
      populate(edgepromInstruments(registry));
    },
    page: () => registry.encode(),
  };
}

/** Who hands requests to `scrape()`. */
export function scraping(
  populate: Populate,
  Registry: typeof MetricsRegistry,
  scrape: (request: Request, registry: MetricsRegistry) => Promise<Response>,
): Program {
  let registry: MetricsRegistry;
  return {
    define() {
      registry = new Registry();
      populate(edgepromInstruments(registry));
    },
    page: async (request) => (await scrape(request!, registry)).arrayBuffer(),
  };
}

/** A program with prom-client or one of its kin. */
export function prometheusClient(populate: Populate, client: PrometheusClient): Program {
  let registry: InstanceType<PrometheusClient["Registry"]>;
  return {
    define() {
      registry = new client.Registry();
      populate(instrumentsOf(client, registry));
    },
    page: async () => new TextEncoder().encode(await registry.metrics()),
  };
}

/** A program with OpenTelemetry. */
export function openTelemetry(populate: Populate, modules: OpenTelemetry): Program {
  let library: ReturnType<typeof openTelemetryOf>;
  return {
    define() {
      library = openTelemetryOf(modules);
      populate(library);
    },
    page: () => library.page("text/plain"),
  };
}
