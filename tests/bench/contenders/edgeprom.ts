import type { CardinalityLimits, MetricsRegistry } from "../../../mod.ts";
import type { FormatOptions } from "../../../src/exposition/formats.ts";
import { prometheus } from "../measure/prometheus_request.ts";
import { help, type Instruments, type Library, type Processor } from "./library.ts";

type Edgeprom = typeof import("../../../mod.ts");
type EdgepromCore = typeof import("../../../src/core.ts");

/** All formats, even those that a request gets only if an option allows them. */
const formats: FormatOptions = { openMetrics: true };

/** The packed library, from `node_modules` as every other contender. */
const specifier: string = "@edgeprom/edgeprom";

/** No other contender has a limit, so that some populations are larger than the default ones. */
const unlimited: CardinalityLimits = { seriesPerFamily: Infinity, series: Infinity };

/** The registry to measure, or what limits a new one has; none by default. */
interface Given {
  readonly registry?: MetricsRegistry;
  readonly cardinality?: CardinalityLimits;
}

export async function edgeprom(given: Given = {}): Promise<Library> {
  const edgeprom: Edgeprom = await import(specifier);
  const { MetricsRegistry, ProcessorMetrics, scrape } = edgeprom;
  const { negotiate }: EdgepromCore = await import(`${specifier}/core`);
  const { cardinality = unlimited } = given;
  const registry = given.registry ?? new MetricsRegistry({ cardinality });
  return {
    ...instrumentsOf(registry),
    nativeHistogram: (name) => registry.histogram({ name, help, native: true }),
    sampledHistogram: (name, buckets) =>
      registry.histogram({ name, help, buckets, sampleEvery: 16 }),
    limitedCounters: (name, labels, seriesPerFamily) =>
      registry.view({ cardinality: { seriesPerFamily, onOverflow() {} } })
        .counter({ name, help, labels }),
    processor: () => new ProcessorMetrics(registry) as Processor,
    offers: (accept) => accept.startsWith(negotiate(accept, formats).contentType.split(";")[0]),
    async page(accept) {
      const { encoder, contentType } = negotiate(accept, formats);
      return { bytes: await registry.encode(encoder), contentType };
    },
    async scrape() {
      const request = new Request("http://localhost/metrics", { headers: prometheus() });
      return await (await scrape(request, registry)).arrayBuffer();
    },
    clear: () => registry.clear(),
  };
}

/** The registry's own instruments. */
export function instrumentsOf(registry: MetricsRegistry): Instruments {
  return {
    counter: (name) => registry.counter({ name, help }),
    counters: (name, labels) => registry.counter({ name, help, labels }),
    gauge: (name) => registry.gauge({ name, help }),
    gauges: (name, labels) => registry.gauge({ name, help, labels }),
    histogram: (name, buckets) => registry.histogram({ name, help, buckets }),
    histograms: (name, labels, buckets) => registry.histogram({ name, help, labels, buckets }),
  };
}
