import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import { type Gatherer, type MetricFamily, MetricsRegistry, scrape } from "../../../mod.ts";
import { encodingError } from "../../../src/exposition/encoding/encoding_error.ts";
import { chunkedEncoder, type Encoder } from "../../../src/exposition/encoding/encoder.ts";
import { PageReaders } from "../../../src/http/scrape/page_readers.ts";
import { ScrapeMetrics } from "../../../src/http/scrape/scrape_metrics.ts";
import { type PageRequest, SharedPages } from "../../../src/http/scrape/shared_pages.ts";
import { pause } from "../../support/deferred.ts";
import { gaugeOf } from "../../support/families.ts";

const gathering = { families: [gaugeOf("a", {}), gaugeOf("b", {})], errors: [] };

/**
 * An encoder that counts its pages, and those that are being made; each takes a few turns, and does
 * not end while it is held.
 */
function countingEncoder() {
  const counts = { made: 0, running: 0, most: 0, isHeld: false };
  const encoder: Encoder = chunkedEncoder({
    contentType: "text/plain",
    accepts: () => true,
    *chunks(families) {
      counts.made++;
      counts.most = Math.max(counts.most, ++counts.running);
      for (const end = performance.now() + 20; counts.isHeld || performance.now() < end;) yield;
      counts.running--;
      const names = families.map(({ name }: MetricFamily) => name).join(" ");
      return new TextEncoder().encode(`${counts.made}: ${names}`);
    },
  });
  return { encoder, counts };
}

function sharedPages() {
  const { encoder, counts } = countingEncoder();
  const pages = new SharedPages(new ScrapeMetrics(), new PageReaders());
  const ask = (request: Partial<PageRequest> = {}, asked = gathering) =>
    pages.withPage(
      asked,
      {
        encoder,
        escaping: "underscores",
        names: new Set(),
        selfMetrics: false,
        wantsGzip: () => false,
        ...request,
      },
      (page) => Promise.resolve(page),
    );
  return { ask, counts };
}

test("SharedPages: scrapes side by side in one format share one page and one compression", async () => {
  const { ask, counts } = sharedPages();
  const wants = { wantsGzip: () => true };
  counts.isHeld = true;
  const together = [ask(), ask(), ask(wants), ask(wants), ask()];
  await pause(0.01);
  together.push(ask(), ask(wants));
  counts.isHeld = false;
  const pages = await Promise.all(together);
  assertEquals([counts.made, new Set(pages).size], [1, 1]);
  const compressed = await Promise.all(pages.map((page) => page.compressed()));
  assertEquals(new Set(compressed).size, 1);
});

test("SharedPages: a page that all have used is forgotten", async () => {
  const { ask, counts } = sharedPages();
  await ask();
  await ask();
  assertEquals(counts.made, 2);
});

test("SharedPages: what differs is not shared, and is made one after another", async () => {
  const { ask, counts } = sharedPages();
  const { encoder } = countingEncoder();
  const names = (...names: readonly string[]) => ({ names: new Set(names) });
  const pages = await Promise.all([
    ask(),
    ask({ escaping: "dots" }),
    ask({ selfMetrics: true }),
    ask(names("a")),
    ask(names("b")),
    ask({}, { ...gathering, families: [...gathering.families] }),
    ask(names("a", "b")),
    ask(names("b", "a")),
    ask({ encoder }),
  ]);
  const texts = pages.map(({ bytes }) => new TextDecoder().decode(bytes));
  assertEquals(texts[2].startsWith("3: a b edgeprom_"), true);
  assertEquals(texts.filter((_, at) => at !== 2), [
    "1: a b",
    "2: a b",
    "4: a",
    "5: b",
    "6: a b",
    "7: a b",
    "7: a b",
    "1: a b",
  ]);
  assertEquals([counts.made, counts.most], [7, 1]);
});

test("SharedPages: a page that fails fails for all that share it, and for no other", async () => {
  const { ask } = sharedPages();
  const failing = (): never => {
    throw new Error("out of order");
  };
  const encoder = { ...countingEncoder().encoder, chunks: failing };
  const outcomes = [ask({ encoder }), ask({ encoder }), ask()].map((page) =>
    page.then(() => "page", (error) => error.message)
  );
  assertEquals(await Promise.all(outcomes), ["out of order", "out of order", "page"]);
});

test("SharedPages: what cannot be written is a failure of each page, and is counted for each", async () => {
  const { encoder, counts } = countingEncoder();
  const strict: Encoder = {
    ...encoder,
    *chunks(families, options) {
      options?.onError?.(encodingError(families[0], new Error("no")));
      return yield* encoder.chunks!(families, options);
    },
  };
  const { ask } = sharedPages();
  const [one, other] = await Promise.all([ask({ encoder: strict }), ask({ encoder: strict })]);
  assertEquals([one.failures.length, other === one, counts.made], [1, true, 1]);
});

/** A registry with a page of more than a chunk. */
function longRegistry(): MetricsRegistry {
  const registry = new MetricsRegistry();
  const long = registry.counter({ name: "long", help: "Long.", labels: ["a"] });
  for (let a = 0; a < 5000; a++) long.inc({ a: `value number ${a}` });
  return registry;
}

/** The chunks of a page as they are sent; no copies. */
async function chunksOf(gatherer: Gatherer, encoding = "identity") {
  const headers = { "Accept-Encoding": encoding };
  const { body } = await scrape(
    new Request("http://localhost/metrics", { headers }),
    gatherer,
  );
  assert(body !== null);
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const reader = body.getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    chunks.push(read.value);
  }
  return chunks;
}

const last = 'long{a="value number 4999"} 1\n';

test("scrape: clients side by side read the same bytes in memory", async () => {
  const registry = longRegistry();
  const asked = Array.from({ length: 10 }, () => chunksOf(registry));
  const compressed = chunksOf(registry, "gzip");
  const all = await Promise.all(asked);
  assertEquals(new Set(all.flat().map(({ buffer }) => buffer)).size, 1);
  const texts = await Promise.all(all.map((chunks) => new Blob(chunks).text()));
  assertEquals(new Set(texts).size, 1);
  assert(texts[0].includes(last));
  const unzipped = new Blob(await compressed).stream().pipeThrough(new DecompressionStream("gzip"));
  assertEquals(await new Response(unzipped).text(), texts[0]);
});

test("scrape: the long pages of clients that read nothing make room for further pages", async () => {
  const registry = longRegistry();
  const bodies: (ReadableStream | null)[] = [];
  for (let time = 0; time < 6; time++) {
    bodies.push((await scrape(new Request("http://localhost/metrics"), registry)).body);
  }
  const read = bodies.map((body) => new Response(body).text().then(() => "read", () => "cut"));
  assertEquals(await Promise.all(read), ["cut", "cut", "read", "read", "read", "read"]);
});

test("scrape: a client that changes its bytes, or takes them away, spoils no later page", async () => {
  const registry = longRegistry();
  const chunks = await chunksOf(registry);
  for (const chunk of chunks) chunk.fill(0);
  assert((await new Blob(await chunksOf(registry)).text()).includes(last));
  const [{ buffer }] = await chunksOf(registry);
  structuredClone(buffer, { transfer: [buffer] });
  assertEquals(buffer.byteLength, 0);
  assert((await new Blob(await chunksOf(registry)).text()).includes(last));
});
