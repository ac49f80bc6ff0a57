/**
 * The files of examples/operations fit Prometheus, the operator, each other, and the defaults of
 * MetricsServer, as far as that can be told without Docker, Kubernetes and Grafana.
 */
import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { spawnSync } from "node:child_process";
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { parse } from "yaml";
import { readPaths } from "../../src/http/app/paths.ts";
import { readServerConfiguration } from "../../src/http/server/server_configuration.ts";
import { missing, prometheusExecutable } from "../support/components.ts";
import { answering, freePort } from "../support/network.ts";
import { operatorProblems } from "../support/operator_schemas.ts";
import { start } from "../support/process.ts";
import { root } from "../support/root.ts";

const folder = join(root, "examples/operations");
const read = (name: string) => readFileSync(join(folder, name), "utf8");
// deno-lint-ignore no-explicit-any -- the tests say what there must be
const data = (name: string): any => parse(read(name));

const { port, drainSeconds, shutdownTimeoutSeconds } = readServerConfiguration({}, {});
const paths = readPaths();

const handwritten = globSync("{*,{kubernetes,provisioning}/**/*}.{yaml,yml,Dockerfile,service}", {
  cwd: folder,
}).filter((path) => !path.endsWith("prometheus_rule.yaml")).sort();

test("each file of operations says what of it has been checked", () => {
  assertEquals(handwritten.length, 13);
  for (const path of handwritten) assertMatch(read(path), /^(#.*\n)*# (.* )?Checked: /, path);
});

/** The text with its options that are commented out, such as `# alerting: { … }`, taken in. */
function withOptions(text: string): string {
  return text.replaceAll(/^( *)# (\w+: [[{].*[\]}])$/gm, "$1$2");
}

test("files of YAML parse, also with the options that are commented out", () => {
  const optional = handwritten.filter((path) => /\.ya?ml$/.test(path)).filter((path) => {
    const text = read(path);
    const full = withOptions(text);
    assertEquals(typeof parse(text), "object", path);
    if (full !== text) assertNotEquals(parse(full), parse(text), path);
    return full !== text;
  });
  assertEquals(optional, [
    "kubernetes/service_monitor.yaml",
    "prometheus.yml",
    "provisioning/datasources/prometheus.yaml",
  ]);
});

for (const name of ["prometheus.yml", "compose.prometheus.yml"]) {
  test(`${name} passes promtool check config`, { skip: missing("promtool") }, () => {
    const args = ["check", "config", join(folder, name)];
    const { status, stdout, stderr } = spawnSync("promtool", args, { encoding: "utf8" });
    assertEquals(status, 0, `${stdout}${stderr}`);
    const files = globSync("prometheus/*.rules.yaml", { cwd: folder });
    assertMatch(stdout, new RegExp(`${files.length} rule files found`));
  });
}

/** The only target of a configuration of Prometheus. */
function targetOf(name: string): string {
  const [{ static_configs: [{ targets: [target] }] }] = data(name).scrape_configs;
  return target;
}

test("prometheus.yml scrapes another port than that of Prometheus, that of processor.service", () => {
  const [, scraped] = targetOf("prometheus.yml").split(":");
  assertNotEquals(scraped, "9090");
  assertMatch(read("processor.service"), new RegExp(`METRICS_PORT=${scraped}$`, "m"));
});

const deployment = data("kubernetes/deployment.yaml");
const pod = deployment.spec.template.spec;
const [container] = pod.containers;

test("deployment.yaml names the default port of MetricsServer", () => {
  assertEquals(container.ports, [{ name: "metrics", containerPort: port }]);
});

test("deployment.yaml probes the default paths of MetricsServer on that port", () => {
  const of = (path: string) => ({ path, port: "metrics" });
  assertEquals(container.startupProbe.httpGet, of(paths.health));
  assertEquals(container.livenessProbe.httpGet, of(paths.health));
  assertEquals(container.readinessProbe.httpGet, of(paths.ready));
});

test("the server has more time to end than it takes", () => {
  const needed = drainSeconds + shutdownTimeoutSeconds;
  const [, ofUnit] = read("processor.service").match(/^TimeoutStopSec=(\d+)$/m)!;
  const ofCompose = data("compose.yaml").services.processor.stop_grace_period;
  for (const given of [pod.terminationGracePeriodSeconds, ofUnit, parseInt(ofCompose)]) {
    assert(Number(given) > needed, `${given}`);
  }
});

test("deployment.yaml turns off service links, whose METRICS_PORT would be passed over", () => {
  assertEquals(pod.enableServiceLinks, false);
  const linked = { METRICS_PORT: "tcp://10.96.0.12:9090" };
  assertEquals(readServerConfiguration({}, linked).port, 9090);
});

test("deployment.yaml fits the restricted standard of Kubernetes for pods", () => {
  assertEquals(pod.securityContext.runAsNonRoot, true);
  assertEquals(pod.securityContext.seccompProfile, { type: "RuntimeDefault" });
  assertEquals(container.securityContext, {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
  });
  const [, user] = read("deno.Dockerfile").match(/^USER (\d+)$/m)!;
  assertEquals(pod.securityContext.runAsUser, Number(user));
});

test("the heap has less memory than the container, and than the service", () => {
  const heapLimit = (flags: string) => {
    const code = 'import v8 from "node:v8"; console.log(v8.getHeapStatistics().heap_size_limit)';
    const env = { ...process.env, NO_COLOR: "1", DENO_V8_FLAGS: flags };
    return Number(spawnSync(process.execPath, ["eval", code], { env, encoding: "utf8" }).stdout);
  };
  const [, flags] = read("processor.service").match(/^Environment=DENO_V8_FLAGS=(.*)$/m)!;
  assertEquals(container.env, [{ name: "DENO_V8_FLAGS", value: flags }]);
  assertEquals(container.resources.limits.memory, "512Mi");
  assertMatch(read("processor.service"), /^MemoryMax=512M$/m);
  const limit = heapLimit(flags) / 2 ** 20;
  assert(limit > 300 && limit < 400, `${limit}`);
});

test("the Service and the monitors select the pods, by the name of their port", () => {
  const { labels } = deployment.spec.template.metadata;
  assertEquals(deployment.spec.selector.matchLabels, labels);
  const service = data("kubernetes/service.yaml");
  assertEquals(service.spec.selector, labels);
  assertEquals(service.spec.ports, [{ name: "metrics", port, targetPort: "metrics" }]);
  const monitors = [
    [data("kubernetes/service_monitor.yaml"), "endpoints", service.metadata.labels],
    [data("kubernetes/pod_monitor.yaml"), "podMetricsEndpoints", labels],
  ];
  for (const [{ spec }, endpoints, selected] of monitors) {
    assertEquals(spec.selector.matchLabels, selected);
    const [{ port, path }] = spec[endpoints];
    assertEquals([port, path, spec[endpoints].length], ["metrics", paths.metrics, 1]);
  }
});

test("the objects of the operator have fields that it knows", () => {
  for (const name of ["service_monitor", "pod_monitor", "prometheus_rule"]) {
    const text = read(`kubernetes/${name}.yaml`);
    for (const one of [text, withOptions(text)]) assertEquals(operatorProblems(parse(one)), []);
  }
  const monitor = data("kubernetes/service_monitor.yaml");
  monitor.spec.endpoints[0].scheme_ = "http";
  monitor.spec.endpoints[0].interval = "15 s";
  monitor.spec.scrapeProtocols = ["Protobuf"];
  assertEquals(operatorProblems(monitor), [
    '.spec.endpoints[0].interval: "15 s"',
    ".spec.endpoints[0].scheme_ is unknown",
    '.spec.scrapeProtocols[0]: "Protobuf"',
  ]);
});

test("kustomization.yaml has what lies beside it, but one of the two monitors", () => {
  const { resources, images } = data("kubernetes/kustomization.yaml");
  const others = globSync("kubernetes/*", { cwd: folder })
    .map((path) => path.replace("kubernetes/", ""))
    .filter((name) => !["kustomization.yaml", "pod_monitor.yaml"].includes(name));
  assertEquals(resources.toSorted(), others.sort());
  assertEquals(`${images[0].name}:${images[0].newTag}`, container.image);
});

const { services, volumes } = data("compose.yaml");
const mounts: readonly (readonly [from: string, to: string])[] = Object.values<
  { volumes?: readonly string[] }
>(services)
  .flatMap((service) => service.volumes ?? []).map((volume) => {
    const [from, to] = volume.split(":");
    return [from, to];
  });

test("compose.yaml names files that exist, and volumes that it has", () => {
  const { context, dockerfile } = services.processor.build;
  assertEquals(join(folder, context), join(root));
  assert(existsSync(join(root, dockerfile)));
  for (const [from] of mounts) {
    assert(from.startsWith(".") ? existsSync(join(folder, from)) : from in volumes, from);
  }
});

test("compose.yaml: Prometheus reaches the processor, and Grafana reaches Prometheus", () => {
  assertEquals(targetOf("compose.prometheus.yml"), `processor:${port}`);
  const published = (service: string) => services[service].ports[0].split(":");
  assertEquals(published("processor"), ["127.0.0.1", "9091", String(port)]);
  const { datasources: [source] } = data("provisioning/datasources/prometheus.yaml");
  assertEquals(source.url, `http://prometheus:${published("prometheus")[2]}`);
  const { global } = data("compose.prometheus.yml");
  assertEquals(source.jsonData.timeInterval, global.scrape_interval);
});

test("compose.yaml mounts rules and dashboards where they are looked for", () => {
  const at = new Map(mounts.map(([from, to]) => [to, from]));
  assertEquals(at.get("/etc/prometheus/prometheus.yml"), "./compose.prometheus.yml");
  const [rules] = data("compose.prometheus.yml").rule_files;
  const [, inside] = rules.match(/^(.*)\/\*\.rules\.yaml$/)!;
  assertEquals(at.get(`/etc/prometheus/${inside}`), "./prometheus");
  const { providers: [provider] } = data("provisioning/dashboards/edgeprom.yaml");
  assertEquals(at.get(provider.options.path), "./grafana");
  assertEquals(at.get("/etc/grafana/provisioning"), "./provisioning");
});

test("compose.yaml gives Prometheus flags that it has", { skip: missing("prometheus") }, () => {
  const { stdout, stderr } = spawnSync(prometheusExecutable, ["--help"], { encoding: "utf8" });
  const flags = services.prometheus.command.map((flag: string) => flag.split("=")[0]);
  assertEquals(flags.length, 4);
  for (const flag of flags) assert(`${stdout}${stderr}`.includes(flag.slice(2)), flag);
});

const denoFile = read("deno.Dockerfile");
/** The arguments in a line of a Dockerfile, such as `CMD`. */
function lineOf(file: string, word: string): readonly string[] {
  return JSON.parse(file.match(new RegExp(`${word} (\\[.*\\])$`, "m"))![1]);
}

test("the Dockerfiles copy files that exist", () => {
  for (const name of ["deno.Dockerfile", "node.Dockerfile"]) {
    const copied = [...read(name).matchAll(/^COPY (.*) \S+$/gm)]
      .flatMap(([, sources]) => sources.split(" "));
    assert(copied.length > 0);
    assertEquals(copied.filter((path) => !existsSync(join(root, path))), []);
  }
});

test("the Dockerfiles expose and ask the port of their program", () => {
  const node = read("node.Dockerfile");
  const ports: readonly (readonly [string, number])[] = [
    [denoFile, port],
    [
      node,
      Number(readFileSync(join(root, "examples/node.ts"), "utf8").match(/PORT \?\? (\d+)/)![1]),
    ],
  ];
  for (const [file, port] of ports) {
    assertMatch(file, new RegExp(`^EXPOSE ${port}$`, "m"));
    const check = lineOf(file, "HEALTHCHECK .* CMD").at(-1)!;
    assert(check.includes(`fetch('http://localhost:${port}${paths.health}')`), check);
  }
});

test("node.Dockerfile installs what its program imports", () => {
  const source = readFileSync(join(root, "examples/node.ts"), "utf8");
  const imported = [...source.matchAll(/from "(?!node:)([^"]+)"/g)].map(([, name]) => name);
  const installed = [
    ...read("node.Dockerfile").matchAll(/(?:jsr add|npm install) (.*?)(?: &&|$)/gm),
  ]
    .flatMap(([, names]) => names.split(" "));
  assertEquals(installed.toSorted(), imported.sort());
});

test("the command of deno.Dockerfile serves, with no other permission", async () => {
  const served = await freePort();
  const env = { METRICS_PORT: String(served), METRICS_HOST: "127.0.0.1" };
  const demo = start(process.execPath, lineOf(denoFile, "^CMD"), { cwd: root, env });
  try {
    for (const path of [paths.health, paths.ready, paths.metrics]) {
      await (await answering(`http://127.0.0.1:${served}${path}`)).text();
    }
    const check = lineOf(denoFile, "HEALTHCHECK .* CMD").slice(1)
      .map((arg) => arg.replace(`localhost:${port}`, `127.0.0.1:${served}`));
    assertEquals(spawnSync(process.execPath, check).status, 0);
  } finally {
    // Status of a program that a signal has ended well.
    assertEquals((await demo.stop()).code, 0, demo.output());
  }
});

test("the command of processor.service is that of the image, but for the cache", () => {
  const [, command] = read("processor.service").match(/^ExecStart=\S+ (.*)$/m)!;
  const ofImage = lineOf(denoFile, "^CMD").filter((arg) => arg !== "--cached-only");
  assertEquals(command.split(" "), ofImage);
});

const noSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0
  ? false
  : "systemd-analyze not installed";

test("processor.service passes systemd-analyze verify", { skip: noSystemd }, () => {
  const directory = mkdtempSync(join(tmpdir(), "edgeprom-unit-"));
  const unit = join(directory, "processor.service");
  const here = read("processor.service").replace("/usr/local/bin/deno", process.execPath)
    .replace("/opt/edgeprom", root);
  const verdicts = [here, here.replace("RestartSec=2", "RestartSecs=2")].map((text) => {
    writeFileSync(unit, text);
    const { status, stderr } = spawnSync("systemd-analyze", ["verify", unit], { encoding: "utf8" });
    return { status, isClean: !stderr.includes("processor.service") };
  });
  rmSync(directory, { recursive: true });
  assertEquals(verdicts.map(({ status }) => status)[0], 0);
  assertEquals(verdicts.map(({ isClean }) => isClean), [true, false]);
});
