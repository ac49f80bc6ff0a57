import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import process from "node:process";
import { gunzipSync } from "node:zlib";
import { type Collector, type Gatherer, MetricsRegistry } from "../../../mod.ts";
import { answerScrape } from "../../../src/http/scrape/scrape.ts";
import type { ScrapeOptions } from "../../../src/http/scrape/scrape_options.ts";
import { prometheusText } from "../../../src/exposition/text/prometheus_text.ts";
import { withClock } from "../../support/clock.ts";
import { gaugeOf } from "../../support/families.ts";

/** A registry with a page of so many bytes, a little more or less. */
function registryOf(bytes: number): MetricsRegistry {
  const registry = new MetricsRegistry();
  const family = registry.counter({ name: "jobs_total", help: "Jobs.", labels: ["id"] });
  for (let id = 0; id < bytes / 25; id++) family.inc({ id: String(1000 + id) });
  return registry;
}

interface Asked extends ScrapeOptions {
  readonly gatherer: Gatherer;
  readonly encoding?: string;
  readonly method?: string;
}

/** Asks without the time that a busy machine takes. */
async function ask({ gatherer, encoding = "identity", method, ...options }: Asked) {
  const headers = { "Accept-Encoding": encoding };
  const request = new Request("http://localhost/metrics", { headers, method });
  let answer: Response | Promise<Response> | undefined;
  await withClock(() => void (answer = answerScrape(request, gatherer, options)));
  return { isAtOnce: answer instanceof Response, response: await answer! };
}

async function textOf(response: Response): Promise<string> {
  if (!response.headers.has("Content-Encoding")) return await response.text();
  return new TextDecoder().decode(gunzipSync(new Uint8Array(await response.arrayBuffer())));
}

test("scrape: a small page of instruments is made at once, the same as one that waits", async () => {
  const registry = registryOf(20_000);
  const options = { selfMetrics: false };
  const waiting: Gatherer = { gather: () => registry.gather() };
  for (const encoding of ["identity", "gzip"]) {
    const quick = await ask({ gatherer: registry, encoding, ...options });
    const slow = await ask({ gatherer: waiting, encoding, ...options });
    assertEquals([quick.isAtOnce, slow.isAtOnce], [true, false]);
    assertEquals([...quick.response.headers], [...slow.response.headers]);
    const [page, other] = await Promise.all([quick, slow].map(({ response }) => textOf(response)));
    assertEquals(page, other);
    assert(page.includes('jobs_total{id="1000"} 1\n'));
  }
});

test("scrape: a page is made in turn if the last one was long", async () => {
  const registry = registryOf(100_000);
  const times = [await ask({ gatherer: registry }), await ask({ gatherer: registry })];
  registry.clear();
  for (let time = 0; time < 2; time++) times.push(await ask({ gatherer: registry }));
  assertEquals(times.map(({ isAtOnce }) => isAtOnce), [false, false, false, true]);
});

test("scrape: what has failed is counted and left out, however the page is made", async () => {
  const registry = registryOf(1000);
  const failing: Collector = {
    collect: () => {
      throw new Error("no connection");
    },
  };
  registry.register(failing);
  registry.register({ collect: () => [gaugeOf("good", {})] });
  const { isAtOnce, response } = await ask({ gatherer: registry });
  const page = await response.text();
  assert(page.includes("\ngood "));
  assertEquals([isAtOnce, page.includes('errors_total{cause="collector"} 1\n')], [false, true]);
  const failed = await ask({ gatherer: registry, errorMode: "http" });
  assertEquals(failed.response.status, 500);
});

test("scrape: a page that was made at once leaves its permit, and is counted", async () => {
  const gatherer = registryOf(1000);
  let page = "";
  for (let time = 0; time < 3; time++) {
    const { isAtOnce, response } = await ask({ gatherer, maxRequestsInFlight: 1 });
    assertEquals([isAtOnce, response.status], [true, 200]);
    page = await response.text();
  }
  assert(page.includes('edgeprom_scrapes_total{code="200"} 2\n'));
  assert(page.includes('edgeprom_series{family="jobs_total"} 40\n'));
});

test("scrape: a page that cannot be compressed at once is made once", async () => {
  const registry = registryOf(20_000);
  const { getBuiltinModule } = process;
  const { chunks } = prometheusText;
  let pages = 0;
  const counted: typeof chunks = (...given) => {
    pages++;
    return chunks!(...given);
  };
  Object.assign(process, { getBuiltinModule: undefined });
  Object.assign(prometheusText, { chunks: counted });
  try {
    const { response } = await ask({ gatherer: registry, encoding: "gzip" });
    assert((await textOf(response)).includes("jobs_total"));
  } finally {
    Object.assign(process, { getBuiltinModule });
    Object.assign(prometheusText, { chunks });
  }
  assertEquals(pages, 1);
});
