/** The peers, each pinned to one version and installed as it was published. */
const peers: Readonly<Record<string, string>> = {
  "@prometheus-io/client": "0.16.1",
  "prom-client": "15.1.3",
  "@platformatic/prom-client": "1.0.0",
};

/** OpenTelemetry's 3.x needs Node 22. */
const openTelemetry2: Readonly<Record<string, string>> = {
  "@opentelemetry/api": "1.9.0",
  "@opentelemetry/exporter-prometheus": "0.223.0",
  "@opentelemetry/sdk-metrics": "2.12.0",
};

const openTelemetry3: Readonly<Record<string, string>> = {
  "@opentelemetry/api": "1.10.0",
  "@opentelemetry/exporter-prometheus": "0.301.0",
  "@opentelemetry/sdk-metrics": "3.1.0",
};

/** What runs in front of an application, and what serves it on Node. */
const serving: Readonly<Record<string, string>> = {
  "@hono/node-server": "2.1.8",
  "@hono/prometheus": "1.0.3",
};

/** What is measured beside a part of edgeprom. */
const parts: Readonly<Record<string, string>> = { "snappyjs": "0.7.0" };

/** Measures the size of a minified bundle. */
const tools: Readonly<Record<string, string>> = { "esbuild": "0.28.2" };

/** What is installed for a runtime, by name and exact version. */
export function packagesFor(runtime: string): Readonly<Record<string, string>> {
  const openTelemetry = runtime === "node20" ? openTelemetry2 : openTelemetry3;
  return { ...peers, ...openTelemetry, ...serving, ...parts, ...tools };
}

/** What a user of each contender imports. */
export const specifiers: Readonly<Record<string, readonly string[]>> = {
  "edgeprom": ["@edgeprom/edgeprom"],
  "@prometheus-io/client": ["@prometheus-io/client"],
  "prom-client": ["prom-client"],
  "@platformatic/prom-client": ["@platformatic/prom-client"],
  "opentelemetry": ["@opentelemetry/sdk-metrics", "@opentelemetry/exporter-prometheus"],
};
