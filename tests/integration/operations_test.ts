/** The files of examples/operations fit Prometheus, Kubernetes and the defaults of MetricsServer. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readPaths } from "../../src/http/app/paths.ts";
import { readServerConfiguration } from "../../src/http/server/server_configuration.ts";
import { missing } from "../support/components.ts";
import { root } from "../support/root.ts";

const operations = (name: string) => join(root, "examples/operations", name);
const prometheus = readFileSync(operations("prometheus.yml"), "utf8");
const [deployment, podMonitor] = readFileSync(operations("kubernetes.yaml"), "utf8").split(
  "\n---\n",
);

const { port } = readServerConfiguration({}, {});
const paths = readPaths();

/** What the expression finds, which is to be there once. */
function only(text: string, pattern: RegExp): readonly string[] {
  const found = [...text.matchAll(pattern)];
  assertEquals(found.length, 1, `${pattern}: ${found.length} times`);
  return found[0].slice(1);
}

test("prometheus.yml passes promtool check config", { skip: missing("promtool") }, () => {
  const args = ["check", "config", operations("prometheus.yml")];
  const { status, stdout, stderr } = spawnSync("promtool", args);
  assertEquals(status, 0, `${stdout}${stderr}`);
});

test("prometheus.yml scrapes another port than that of Prometheus", () => {
  const [target] = only(prometheus, /targets: \["localhost:(\d+)"\]/g);
  assertNotEquals(Number(target), 9090);
});

test("kubernetes.yaml names the default port of MetricsServer", () => {
  const [name, number] = only(deployment, /- name: (\w+)\n +containerPort: (\d+)$/gm);
  assertEquals([name, Number(number)], ["metrics", port]);
});

test("kubernetes.yaml probes the default paths of MetricsServer on that port", () => {
  const probe = /^ +(\w+)Probe:\n +httpGet: \{ path: (\S+), port: (\w+) \}$/gm;
  const probes = [...deployment.matchAll(probe)].map((found) => found.slice(1));
  assertEquals(probes, [
    ["liveness", paths.health, "metrics"],
    ["readiness", paths.ready, "metrics"],
  ]);
});

test("kubernetes.yaml leaves the server more time to end than it takes", () => {
  const [grace] = only(deployment, /terminationGracePeriodSeconds: (\d+)$/gm);
  const { drainSeconds, shutdownTimeoutSeconds } = readServerConfiguration({}, {});
  assert(Number(grace) > drainSeconds + shutdownTimeoutSeconds);
});

test("kubernetes.yaml turns off service links, whose METRICS_PORT would be passed over", () => {
  only(deployment, /enableServiceLinks: (false)$/gm);
  const linked = { METRICS_PORT: "tcp://10.96.0.12:9090" };
  assertEquals(readServerConfiguration({}, linked).port, 9090);
});

test("the PodMonitor scrapes the pods of the Deployment, by the name of their port", () => {
  const [selected] = only(podMonitor, /matchLabels: (\{.*\})$/gm);
  assertEquals(only(deployment, / labels: (\{.*\})$/gm), [selected]);
  assertEquals(only(deployment, /matchLabels: (\{.*\})$/gm), [selected]);
  assertEquals(only(podMonitor, /- port: (\w+)\n +path: (\S+)$/gm), ["metrics", paths.metrics]);
});
