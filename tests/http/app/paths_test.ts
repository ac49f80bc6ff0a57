import { assertEquals } from "@std/assert";
import { test } from "node:test";
import {
  createMetricsApp,
  type MetricsPaths,
  MetricsRegistry,
  ServerStartError,
} from "../../../mod.ts";
import { readPaths } from "../../../src/http/app/paths.ts";
import { assertThrowsWith } from "../../support/rejects.ts";

const defaults = { metrics: "/metrics", health: "/health", ready: "/ready" };

test("readPaths: missing paths are the usual ones", () => {
  const cases: [MetricsPaths | undefined, Required<MetricsPaths>][] = [
    [undefined, defaults],
    [{}, defaults],
    [{ metrics: undefined }, defaults],
    [{ metrics: "/m" }, { ...defaults, metrics: "/m" }],
    [{ health: "/healthz", ready: "/readyz" }, {
      ...defaults,
      health: "/healthz",
      ready: "/readyz",
    }],
    [{ metrics: "/" }, { ...defaults, metrics: "/" }],
  ];
  for (const [paths, complete] of cases) assertEquals(readPaths(paths), complete);
});

const wrong: [unknown, ...string[]][] = [
  [{ metrics: "metrics" }, "metrics", "must begin with a slash"],
  [{ health: "" }, "health", "must begin with a slash"],
  [{ ready: "http://localhost/ready" }, "ready", "must begin with a slash"],
  [{ metrics: 5 }, "metrics"],
  [{ metrics: null }, "metrics"],
  [{ metric: "/m" }, "metric"],
  [{ metrics: "m", health: "h" }, "metrics", "health"],
  ["/metrics", "paths"],
  [null, "paths"],
];

for (const [paths, ...parts] of wrong) {
  test(`readPaths: ${JSON.stringify(paths)} is refused, naming what is wrong`, () => {
    const make = () =>
      createMetricsApp({ registry: new MetricsRegistry(), paths: paths as MetricsPaths });
    assertThrowsWith(make, ServerStartError, "paths", ...parts);
  });
}

test("readPaths: the live page is below the metrics, if there is one", () => {
  const live = (metrics: string) => readPaths({ metrics }, true).live;
  assertEquals(["/metrics", "/", "/m/"].map(live), ["/metrics/live", "/live", "/m/live"]);
  assertEquals(readPaths({ health: "/metrics/live" }).live, undefined);
  for (const paths of [{ health: "/metrics/live" }, { metrics: "/a", ready: "/a/live" }]) {
    assertThrowsWith(() => readPaths(paths, true), ServerStartError, "paths: ", "the live page");
  }
});

test("readPaths: one path for two endpoints is refused, as one of them would never answer", () => {
  for (const paths of [{ metrics: "/health" }, { health: "/x", ready: "/x" }]) {
    assertThrowsWith(() => readPaths(paths), ServerStartError, "paths: ");
  }
});
