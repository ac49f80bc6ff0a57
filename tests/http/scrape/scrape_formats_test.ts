import { assertEquals, assertStringIncludes } from "@std/assert";
import { test } from "node:test";
import { type FormatOptions, MetricsRegistry, scrape } from "../../../mod.ts";
import { prometheusProtobuf } from "../../../src/exposition/protobuf/prometheus_protobuf.ts";
import { recordingLogger } from "../../support/recording_logger.ts";
import { sampleLines } from "../../support/pages.ts";

const om = "application/openmetrics-text";
const protobuf =
  "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";
const formats: FormatOptions = { openMetrics: true, openMetrics2: true };

/** A registry with a name that is not legacy-valid, and a counter. */
function registryOf(): MetricsRegistry {
  const registry = new MetricsRegistry({ utf8Names: true });
  registry.counter({ name: "jobs", help: "Jobs." }).inc(3);
  registry.gauge({ name: "queue.length", help: "Q.", labels: ["a.b"] }).set({ "a.b": "1" }, 2);
  return registry;
}

function ask(accept: string, init: RequestInit = {}): Request {
  return new Request("http://localhost/metrics", { headers: { Accept: accept }, ...init });
}

const answers: readonly (readonly [accept: string, contentType: string, ...string[]])[] = [
  ["*/*", "text/plain; version=0.0.4; charset=utf-8", "jobs 3", 'queue_length{a_b="1"} 2'],
  [
    "text/plain;version=0.0.4;escaping=allow-utf-8",
    "text/plain; version=0.0.4; charset=utf-8; escaping=allow-utf-8",
    "jobs 3",
    '{"queue.length","a.b"="1"} 2',
  ],
  [
    "text/plain;version=1.0.0;escaping=values",
    "text/plain; version=1.0.0; charset=utf-8; escaping=values",
    "jobs 3",
    'U__queue_2e_length{U__a_2e_b="1"} 2',
  ],
  [
    `${om};version=1.0.0;escaping=dots`,
    `${om}; version=1.0.0; charset=utf-8; escaping=dots`,
    "jobs 3",
    'queue_dot_length{a_dot_b="1"} 2',
  ],
  [om, `${om}; version=0.0.1; charset=utf-8`, "jobs 3", 'queue_length{a_b="1"} 2'],
];

for (const [accept, contentType, ...lines] of answers) {
  test(`scrape: Accept: ${accept} is answered with its type and its page`, async () => {
    const response = await scrape(ask(accept), registryOf(), { formats });
    assertEquals(response.status, 200);
    assertEquals(response.headers.get("Content-Type"), contentType);
    assertEquals(response.headers.get("Vary"), "Accept, Accept-Encoding");
    assertEquals(response.headers.get("Cache-Control"), "no-store");
    const own = sampleLines(await response.text()).filter((line) => !line.startsWith("edgeprom"));
    assertEquals(own, lines);
  });
}

test("scrape: protobuf is on unless it is switched off, and OpenMetrics off unless it is on", async () => {
  const typeOf = async (accept: string, formats?: FormatOptions) => {
    const { headers } = await scrape(ask(accept), registryOf(), { formats });
    return headers.get("Content-Type")?.split(";")[0];
  };
  assertEquals(await typeOf(protobuf), "application/vnd.google.protobuf");
  assertEquals(await typeOf(protobuf, { protobuf: false }), "text/plain");
  assertEquals(await typeOf(`${om};version=1.0.0`), "text/plain");
  assertEquals(await typeOf(`${om};version=1.0.0`, { openMetrics: true }), om);
  assertEquals(await typeOf(`${om};version=2.0.0`), "text/plain");
  assertEquals(await typeOf(`${om};version=2.0.0`, { openMetrics2: true }), om);
});

test("scrape: protobuf is sent as the bytes that it is, compressed or not", async () => {
  const registry = registryOf();
  const help = "Long. ".repeat(1000);
  registry.gauge({ name: "long", help });
  const { families } = await registry.gather();
  const own = prometheusProtobuf.encode(families);
  for (const encoding of ["identity", "gzip"]) {
    const headers = { Accept: protobuf, "Accept-Encoding": encoding };
    const response = await scrape(ask(protobuf, { headers }), registry);
    const compressed = response.headers.get("Content-Encoding") === "gzip";
    assertEquals(compressed, encoding === "gzip");
    const body = compressed
      ? response.body!.pipeThrough(new DecompressionStream("gzip"))
      : response.body!;
    const bytes = new Uint8Array(await new Response(body).arrayBuffer());
    assertEquals(bytes.subarray(0, own.length), own);
  }
});

test("scrape: HEAD has the headers of GET in each format, and other methods are refused", async () => {
  for (const [accept] of answers) {
    const [head, get] = await Promise.all(
      ["HEAD", "GET"].map((method) =>
        scrape(ask(accept, { method, headers: { Accept: accept } }), registryOf(), {
          formats,
          selfMetrics: false,
        })
      ),
    );
    const { byteLength } = await get.arrayBuffer();
    get.headers.set("Content-Length", String(byteLength));
    assertEquals([...head.headers], [...get.headers]);
    assertEquals(await head.text(), "");
  }
  const refused = await scrape(ask(protobuf, { method: "POST" }), registryOf());
  assertEquals([refused.status, refused.headers.get("Allow")], [405, "GET, HEAD"]);
});

test("scrape: what a format cannot carry is logged and counted, and costs nothing else", async () => {
  const registry = registryOf();
  registry.gauge({ name: "tasks", help: "T." });
  registry.counter({ name: "tasks_total", help: "T." }).inc();
  const logger = recordingLogger();
  const lines = async (accept: string) => {
    const response = await scrape(ask(accept), registry, { formats, logger });
    assertEquals(response.status, 200);
    return sampleLines(await response.text()).map((line) => line.split(/[ {]/)[0]);
  };
  assertEquals((await lines("*/*")).filter((name) => name.startsWith("tasks")), [
    "tasks",
    "tasks_total",
  ]);
  assertEquals(logger.messages, []);
  assertEquals((await lines(om)).filter((name) => name.startsWith("tasks")), ["tasks"]);
  assertEquals(logger.messages.length, 1);
  assertEquals(logger.messages[0].startsWith("warn: scrape: tasks_total: "), true);
  const next = await scrape(new Request("http://localhost/metrics"), registry);
  assertStringIncludes(await next.text(), 'edgeprom_scrape_errors_total{cause="encoding"} 1\n');
});
