/** The core without a runtime: no process, no clock but Date, no timers, no web API. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { before, test } from "node:test";
import { runBare, scriptOf } from "../support/sandbox.ts";
import type { Report } from "./programs/core.ts";

/** All that the core may use of its environment. */
const allowed = { TextEncoder, TextDecoder, console };

/** What must be on the page of each format. */
const excerpts = {
  "text/plain; version=0.0.4; charset=utf-8": [
    'shop_orders_total{region="eu",payment="invoice",customer="bob"} 2\n',
    'shop_asked_total{region="eu",whom="somebody"} 2\n',
    'shop_work_seconds_count{region="eu"} 2\n',
    'shop_size{region="eu",quantile="0.99"} 7\n',
  ],
  "text/plain; version=1.0.0; charset=utf-8; escaping=allow-utf-8": [
    '{"shop_größe",region="eu","Straße"="a\\nb"} NaN\n',
  ],
  "application/openmetrics-text; version=1.0.0; charset=utf-8": [
    '# {trace_id="4bf92f3577b34da6",span_id="00f067aa0ba902b7"} 1 ',
    "# EOF\n",
  ],
  "application/openmetrics-text; version=2.0.0; charset=utf-8; escaping=underscores": [
    'shop_work_seconds{region="eu"} {count:2,',
    "# EOF\n",
  ],
  "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited": [
    "shop_work_seconds",
    "00f067aa0ba902b7",
  ],
};

let report: Report;

before(async () => {
  const script = await scriptOf("tests/integration/programs/core.ts");
  report = await runBare(script, { ...allowed }).report;
});

test("the bare context has nothing else in it", () => {
  const others = ["process", "Deno", "Bun", "navigator", "performance", "setTimeout", "fetch"];
  const web = ["CompressionStream", "AbortSignal", "Request", "URL", "crypto", "structuredClone"];
  const { seen } = runBare(
    `seen = ${JSON.stringify([...others, ...web])}.filter((name) => name in globalThis)`,
    { ...allowed },
  );
  assertEquals([...seen], []);
});

for (const [type, lines] of Object.entries(excerpts)) {
  test(`the core encodes ${type} in a bare context`, () => {
    for (const line of lines) assertStringIncludes(report.pages[type], line);
  });
}

test("the core in a bare context reports no error but that of the one collector", () => {
  assertEquals(report.errors.map((message) => message.match(/out of order$/)?.[0]), [
    "out of order",
  ]);
});
