/** The tables of the metrics of requests, in the documentation and in README, beside the metrics. */
import { assertEquals } from "@std/assert";
import { Hono } from "hono";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { httpMetrics, instrumentFetch, MetricsRegistry } from "../../mod.ts";
import { tableRows } from "../runner/documents.ts";
import { sampleLines } from "../support/pages.ts";
import { root } from "../support/root.ts";

/** Type and labels of metrics, by name. */
type Table = Readonly<Record<string, string>>;

/** What the tables of a text say of these metrics; `undefined` if it has none. */
function documented(path: string, prefix: string): Table | undefined {
  const text = readFileSync(join(root, path), "utf8").replaceAll(/^ \* /gm, "");
  const name = new RegExp(`^\`(${prefix}_(?:request|response)\\w*)\`$`);
  const entries = tableRows(text).flatMap(([cell, type, labels]) => {
    const [, metric] = cell.match(name) ?? [];
    return metric ? [[metric, [type, ...labels.match(/\w+/g) ?? []].join(" ")]] : [];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** What a registry has. */
async function made(registry: MetricsRegistry): Promise<Table> {
  const lines = sampleLines(await registry.text());
  const { families } = await registry.gather();
  return Object.fromEntries(families.map(({ name, type }) => {
    const line = lines.find((line) => line.match(/^\w+/)?.[0].replace(/_count$/, "") === name);
    const labels = Array.from(line?.matchAll(/(\w+)="/g) ?? [], ([, label]) => label);
    return [name, [type, ...labels].join(" ")];
  }));
}

const sizes = { requestSize: true, responseSize: true };

async function incoming(): Promise<Table> {
  const registry = new MetricsRegistry();
  const app = new Hono();
  app.use(httpMetrics({ registry, ...sizes }));
  app.get("/", () => new Response(new ReadableStream()));
  const { body } = await app.request("/");
  await body!.cancel();
  return await made(registry);
}

async function outgoing(): Promise<Table> {
  const registry = new MetricsRegistry();
  const headers = { "Content-Length": "0" };
  const upstream = (_url: string) => Promise.resolve(new Response(null, { headers }));
  await instrumentFetch(upstream, { registry, ...sizes })("https://api.example.com/");
  return await made(registry);
}

for (
  const [of, path, prefix, measure] of [
    ["httpMetrics", "src/http/requests/http_metrics.ts", "http", incoming],
    ["instrumentFetch", "src/http/requests/instrument_fetch.ts", "http_client", outgoing],
  ] as const
) {
  test(`${of}: its documentation names the metrics that it makes, with type and labels`, async () => {
    const metrics = await measure();
    assertEquals(documented(path, prefix), metrics);
    assertEquals(documented("README.md", prefix) ?? metrics, metrics);
  });
}
