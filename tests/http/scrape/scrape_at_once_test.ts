import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import process from "node:process";
import { gunzipSync } from "node:zlib";
import { type Collector, createMetricsApp, type Gatherer, MetricsRegistry } from "../../../mod.ts";
import type { Page } from "../../../src/http/page.ts";
import { copiesItsBody } from "../../../src/http/scrape/copied_body.ts";
import { answerScrape } from "../../../src/http/scrape/scrape.ts";
import type { ScrapeOptions } from "../../../src/http/scrape/scrape_options.ts";
import { prometheusText } from "../../../src/exposition/text/prometheus_text.ts";
import { withClock } from "../../support/clock.ts";
import { pause } from "../../support/deferred.ts";
import { gaugeOf } from "../../support/families.ts";
import { withoutTimers } from "../../support/fake_timers.ts";
import { LateResponse } from "../../support/late_response.ts";

const protobufType = "application/vnd.google.protobuf;" +
  "proto=io.prometheus.client.MetricFamily;encoding=delimited";

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
  readonly accept?: string;
}

/** Asks without the time that a busy machine takes. */
async function ask({ gatherer, encoding = "identity", method, accept = "*/*", ...options }: Asked) {
  const headers = { "Accept-Encoding": encoding, "Accept": accept };
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

test("the app answers a small page without a promise", async () => {
  const app = createMetricsApp({ registry: registryOf(1000) });
  let answer: Response | Promise<Response> | undefined;
  await withClock(() => void (answer = app.fetch(new Request("http://localhost/metrics"))));
  assert(answer instanceof Response);
  assert((await answer.text()).includes("jobs_total"));
});

test("scrape: a long page in one format keeps no other format from being made at once", async () => {
  const registry = new MetricsRegistry();
  const family = registry.histogram({ name: "wait_seconds", help: "Waits.", labels: ["id"] });
  for (let id = 0; id < 150; id++) family.observe({ id: String(id) }, id);
  for (let time = 0; time < 2; time++) {
    const text = await ask({ gatherer: registry });
    const protobuf = await ask({ gatherer: registry, accept: protobufType });
    const lengths = await Promise.all(
      [text, protobuf].map(async ({ response }) => (await response.arrayBuffer()).byteLength),
    );
    assertEquals(lengths.map((length) => length > 65_536), [true, false]);
    assertEquals([text.isAtOnce, protobuf.isAtOnce], [false, true]);
  }
});

test("scrape: a page whose answer fails leaves its gathering once", async () => {
  const registry = registryOf(100_000);
  let asked = 0;
  registry.register({
    collect: () => {
      asked++;
      return [];
    },
  });
  const request = (headers = {}) => new Request("http://localhost/metrics?name[]=x", { headers });
  let answers: (Response | Promise<Response>)[] = [];
  await withClock(() => {
    const long = answerScrape(new Request("http://localhost/metrics"), registry, {});
    const failed = answerScrape(request({ Accept: protobufType }), registry, {}, () => {
      throw new Error("no answer");
    });
    answers = [long, failed, answerScrape(request(), registry, {})];
  });
  const statuses = (await Promise.all(answers)).map(({ status }) => status);
  assertEquals([asked, ...statuses], [1, 200, 500, 200]);
});

test("scrape: a page is written over the last one once that is released, and not before", async () => {
  const registry = new MetricsRegistry();
  const counter = registry.counter({ name: "jobs_total", help: "Jobs." });
  const pages: Page[] = [];
  const next = () => {
    counter.inc();
    const request = new Request("http://localhost/metrics");
    answerScrape(request, registry, { selfMetrics: false }, (page) => {
      pages.push(page);
      return new Response();
    });
  };
  await withClock(() => {
    for (let page = 0; page < 3; page++) next();
    pages[1].release!();
    next();
    next();
  });
  const buffers = pages.map(({ bytes: { buffer } }) => buffer);
  assertEquals(buffers.map((buffer) => buffers.indexOf(buffer)), [0, 1, 2, 1, 4]);
  const values = pages.map(({ bytes }) => new TextDecoder().decode(bytes).match(/\d+\n$/)?.[0]);
  assertEquals(values, ["1\n", "4\n", "3\n", "4\n", "5\n"]);
});

test("scrape: a page is not written over one whose response reads its bytes later", async () => {
  const registry = new MetricsRegistry();
  const counter = registry.counter({ name: "jobs_total", help: "Jobs." });
  const { Response } = globalThis;
  globalThis.Response = LateResponse;
  try {
    for (let time = 0; time < 2; time++) {
      const responses: Response[] = [];
      for (let page = 0; page < 3; page++) {
        counter.inc();
        const { isAtOnce, response } = await ask({ gatherer: registry, selfMetrics: false });
        assert(isAtOnce && response instanceof LateResponse);
        responses.push(response);
      }
      const pages = await Promise.all(responses.map((response) => response.arrayBuffer()));
      const values = pages.map((page) => new TextDecoder().decode(page).match(/\d+\n$/)?.[0]);
      assertEquals(values, [1, 2, 3].map((value) => `${time * 3 + value}\n`));
      // By then it is known that the class does so.
      await pause(0.01);
    }
  } finally {
    globalThis.Response = Response;
  }
});

test("scrape: a page is written over the last one once it is known that responses copy it", async () => {
  for (let turn = 0; turn < 100 && !copiesItsBody(Response); turn++) await pause(0.01);
  const registry = registryOf(20_000);
  const buffers = await buffersOf(async () => {
    for (let time = 0; time < 3; time++) await ask({ gatherer: registry });
  });
  assertEquals(buffers.map((buffer) => buffer !== undefined), [false, true, true]);
  assertEquals(buffers[1]?.buffer, buffers[2]?.buffer);
});

test("scrape: a compressed page leaves its own bytes to the next one", async () => {
  const registry = registryOf(20_000);
  const buffers = await buffersOf(async () => {
    for (let time = 0; time < 3; time++) await ask({ gatherer: registry, encoding: "gzip" });
  });
  assertEquals(buffers.map((buffer) => buffer !== undefined), [false, true, true]);
  assertEquals(buffers[1]?.buffer, buffers[2]?.buffer);
});

test("scrape: the bytes of a long page, and of one that is nearly so, are not kept", async () => {
  const registry = registryOf(67_500);
  const request = { gatherer: registry, encoding: "gzip", selfMetrics: false };
  const buffers = await buffersOf(async () => {
    // The second one has room to grow.
    for (let time = 0; time < 3; time++) assert((await ask(request)).isAtOnce);
  });
  assertEquals(buffers.map((buffer) => buffer?.length).slice(2), [undefined]);
});

test("scrape: the bytes of a page are kept for seconds, however many pages use them", async () => {
  const registry = registryOf(20_000);
  const request = { gatherer: registry, encoding: "gzip" };
  const actions: (() => void)[] = [];
  const timers = { set: (action: () => void) => actions.push(action), clear() {} };
  await withoutTimers(async () => {
    const buffers = await buffersOf(async () => {
      await ask(request);
      const { length } = actions;
      for (let time = 0; time < 2; time++) await ask(request);
      assertEquals(actions.length, length);
      for (const action of actions.splice(0)) action();
      for (let time = 0; time < 2; time++) await ask(request);
      for (const action of actions.splice(0)) action();
      await ask(request);
    });
    assertEquals(
      buffers.map((buffer) => buffer !== undefined),
      [false, true, true, false, true, false],
    );
  }, timers);
});

/** The buffers that pages are given to be written in. */
async function buffersOf(scrapes: () => Promise<void>): Promise<(Uint8Array | undefined)[]> {
  const { chunks } = prometheusText;
  const buffers: (Uint8Array | undefined)[] = [];
  const noted: typeof chunks = (families, options) => {
    buffers.push(options?.buffer);
    return chunks!(families, options);
  };
  Object.assign(prometheusText, { chunks: noted });
  try {
    await scrapes();
  } finally {
    Object.assign(prometheusText, { chunks });
  }
  return buffers;
}
