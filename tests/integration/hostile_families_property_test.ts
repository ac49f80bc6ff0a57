import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import process from "node:process";
import { after, before, test } from "node:test";
import {
  constGauge,
  constHistogram,
  type Encoder,
  type MetricFamily,
  MetricsRegistry,
  openMetrics,
  openMetrics2,
  prometheusText,
  prometheusText1,
} from "../../mod.ts";
import type { NativeBuckets } from "../../src/core.ts";
import { prometheusProtobuf } from "../../src/exposition/protobuf/prometheus_protobuf.ts";
import { missing } from "../support/components.ts";
import { decodeFamilies } from "../support/protobuf.ts";
import { startPrometheus } from "../support/prometheus.ts";
import { type PythonParser, startPythonParser } from "../support/python_parser.ts";
import { familyOf } from "../support/typed_family.ts";
import { until } from "../support/until.ts";
import { wildFamily } from "../support/wild_families.ts";

/** Number of gatherings; `HOSTILE_RUNS=20000` takes minutes. */
const numRuns = Number(process.env.HOSTILE_RUNS ?? 500);
/** Number of gatherings of which a server scrapes all pages. */
const numScraped = Number(process.env.HOSTILE_PAGES ?? 100);

const formats: Readonly<Record<string, Encoder>> = {
  "text": prometheusText,
  "text 1.0.0": prometheusText1,
  "OpenMetrics": openMetrics(),
  "OpenMetrics, _total appended": openMetrics("1.0.0", { counters: "append-total", created: true }),
  "OpenMetrics 2.0": openMetrics2,
  "protobuf": prometheusProtobuf,
};

const healthy = constGauge({ name: "healthy", help: "Healthy.", samples: [{ value: 42 }] });
const gatherings = fc.array(wildFamily, { minLength: 1, maxLength: 3 });

const sparse: NativeBuckets = {
  schema: 0,
  zeroThreshold: 0,
  zeroCount: 0,
  positive: { indexes: [1, 5], counts: [4, 6] },
  negative: { indexes: [], counts: [] },
  exemplars: [],
};

/** A histogram of ten observations; these native buckets may say something else. */
function nativeOf(native: object, timestamp?: number): MetricFamily {
  const samples = [{ buckets: [10], sum: 7, timestamp }];
  const family = constHistogram({ name: "slip", help: "Slip.", bounds: [], samples });
  return { ...family, native: [{ ...sparse, ...native }] };
}

const traced = { ...familyOf("counter", "slip_total"), exemplars: [] as unknown[] };
const exemplar = { labels: {}, value: 1, timestamp: 1_700_000_000 };

/** Slips of which each loses a page, or a whole server, if nobody checks. */
const slips = [
  nativeOf({ zeroCount: 1 }),
  nativeOf({ schema: 9 }),
  nativeOf({ positive: { indexes: [5, 1], counts: [4, 6] } }),
  nativeOf({ positive: { indexes: [1, 1], counts: [4, 6] } }),
  nativeOf({ positive: { indexes: [1, 2 ** 31], counts: [4, 6] } }),
  nativeOf({ positive: { indexes: [1, 5], counts: [-4, 14] } }),
  nativeOf({}, Date.now() / 1000 + 86_400),
  { ...familyOf("gauge", "slip"), timestamps: Float64Array.of(-1) },
  familyOf("gauge", "sl\0ip"),
  familyOf("gauge", "slip", { labels: { "a\0": "1" } }),
  familyOf("stateset", "__name__"),
  { ...familyOf("summary", "slip"), quantiles: [2], values: Float64Array.of(1) },
  { ...familyOf("stateset", "slip"), values: Float64Array.of(2) },
  { ...traced, exemplars: [{ ...exemplar, labels: { a: "\0" } }] },
  { ...traced, exemplars: [{ ...exemplar, labels: { "a b": "1" } }] },
] as MetricFamily[];

/** The pages of a registry with a collector of these families, by format. */
async function pagesOf(families: readonly MetricFamily[]): Promise<Map<string, Uint8Array>> {
  const registry = new MetricsRegistry();
  registry.register({ collect: () => [healthy] });
  registry.register({ collect: () => families });
  const pages = new Map<string, Uint8Array>();
  for (const [format, encoder] of Object.entries(formats)) {
    pages.set(format, await registry.encode(encoder, () => {}));
  }
  return pages;
}

const decoder = new TextDecoder();

function hasHealthy(format: string, page: Uint8Array): boolean {
  return format === "protobuf"
    ? decodeFamilies(page).some(({ name, metric }) =>
      name === "healthy" && metric?.[0].gauge?.value === 42
    )
    : decoder.decode(page).split("\n").includes("healthy 42");
}

const withoutPython = missing("client_python");
let python: PythonParser | undefined;
const { warn } = console;
before(() => {
  console.warn = () => {};
  if (!withoutPython) python = startPythonParser();
});
after(async () => {
  console.warn = warn;
  await python?.stop();
});

test("hostile families: the healthy gauge is on every page, whatever is beside it", async () => {
  const property = fc.asyncProperty(gatherings, async (families) => {
    for (const [format, page] of await pagesOf(families)) assert(hasHealthy(format, page), format);
  });
  await fc.assert(property, { numRuns });
});

test("hostile families: a known slip leaves out no more than itself", async () => {
  for (const family of slips) {
    for (const [format, page] of await pagesOf([family])) {
      assert(hasHealthy(format, page), format);
      if (format === "OpenMetrics") await python?.parse("openmetrics", page);
    }
  }
});

test("hostile families: client_python accepts every page", { skip: withoutPython }, async () => {
  const property = fc.asyncProperty(gatherings, async (families) => {
    for (const [format, page] of await pagesOf(families)) {
      if (format === "protobuf" || format === "OpenMetrics 2.0") continue;
      await python!.parse(format.startsWith("text") ? "text" : "openmetrics", page);
    }
  });
  await fc.assert(property, { numRuns });
});

test(
  "hostile families: Prometheus accepts every page",
  { skip: missing("prometheus") },
  async () => {
    const seed = Number(process.env.HOSTILE_SEED ?? Date.now() % 1e9);
    const samples = fc.sample(gatherings, { seed, numRuns: numScraped });
    const pages: { readonly contentType: string; readonly page: Uint8Array }[] = [];
    for (const families of [...slips.map((slip) => [slip]), ...samples]) {
      for (const [format, page] of await pagesOf(families)) {
        // No server reads it.
        if (format === "OpenMetrics 2.0") continue;
        pages.push({ contentType: formats[format].contentType, page });
      }
    }
    const server = createServer(({ url }, response) => {
      const { contentType, page } = pages[Number(url!.slice(1))];
      response.setHeader("Content-Type", contentType).end(page);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const jobs = pages.map((_, at) =>
      `- { job_name: "${at}", metrics_path: /${at}, static_configs: [{ targets: ["127.0.0.1:${port}"] }], ` +
      `scrape_interval: 3s, scrape_timeout: 3s }`
    );
    const prometheus = await startPrometheus({
      scrapeConfigs: ["scrape_configs:", ...jobs].join("\n"),
      flags: ["--enable-feature=native-histograms,exemplar-storage"],
    });
    try {
      const targets = async () => await prometheus.targets();
      const scraped = await until(
        targets,
        (all) => all.length === pages.length && all.every(({ health }) => health !== "unknown"),
        30,
      );
      const refused = scraped.filter(({ health }) => health !== "up").map(
        ({ scrapeUrl, lastError }) => {
          const { contentType, page } = pages[Number(new URL(scrapeUrl).pathname.slice(1))];
          return { lastError, contentType, page: decoder.decode(page) };
        },
      );
      assertEquals(refused.slice(0, 3), [], `${refused.length} pages, seed ${seed}`);
      const [count] = await prometheus.query("count(healthy == 42)");
      assertEquals(count.value[1], String(pages.length));
    } finally {
      await prometheus.stop();
      server.closeAllConnections();
      server.close();
    }
  },
);
