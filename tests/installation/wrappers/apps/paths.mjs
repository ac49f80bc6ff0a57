/** Prints how a program reaches the client, besides by importing names. */
import { createRequire } from "node:module";
import * as namespace from "prom-client";

const require = createRequire(import.meta.url);
const client = require("prom-client");
const registry = require("prom-client/lib/registry");
const buckets = require("prom-client/lib/bucketGenerators");

client.contentType = client.openMetricsContentType;

const { hashObject, isObject, removeLabels } = require("prom-client/lib/util");
const gauge = new client.Gauge({ name: "jobs", help: "Jobs.", labelNames: ["b", "a"] });
for (const a of ["x", "y", "z"]) gauge.set({ b: 1, a }, 2);
delete gauge.hashMap[hashObject({ b: 1, a: "x" })];
removeLabels(gauge.hashMap, { b: 1, a: "y", c: 3 }, gauge.sortedLabelNames);
gauge.hashMap[hashObject({ a: "new", b: undefined })] = { value: 4, labels: { a: "new" } };

console.log(JSON.stringify(
  {
    "names to import": ["Counter", "Gauge", "Histogram", "Registry", "Summary", "register"]
      .filter((name) => namespace[name] === client[name]),
    "the default export": namespace.default === client,
    "set by the content type": client.register.contentType === client.openMetricsContentType,
    "lib/registry": [registry === client.Registry, registry.globalRegistry === client.register],
    "lib/bucketGenerators": buckets.linearBuckets(1, 1, 3),
    "lib/counter": require("prom-client/lib/counter") === client.Counter,
    "lib/counter.js": require("prom-client/lib/counter.js") === client.Counter,
    "lib/gauge": require("prom-client/lib/gauge") === client.Gauge,
    "lib/histogram": require("prom-client/lib/histogram") === client.Histogram,
    "lib/summary": require("prom-client/lib/summary") === client.Summary,
    "lib/pushgateway": require("prom-client/lib/pushgateway") === client.Pushgateway,
    "lib/metricAggregators": Object.keys(require("prom-client/lib/metricAggregators").aggregators),
    "lib/util": [isObject({}), isObject(null), (await gauge.get()).values],
    "lib/validation": require("prom-client/lib/validation").validateMetricName("a_b"),
    "index.js": require("prom-client/index.js") === client,
    "lib/cluster": require("prom-client/lib/cluster") === client.AggregatorRegistry,
    "lib/defaultMetrics": require("prom-client/lib/defaultMetrics").metricsList.length,
    "package.json": require("prom-client/package.json").version,
  },
  null,
  2,
));
