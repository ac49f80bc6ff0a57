import { assert, assertEquals, assertStrictEquals, assertStringIncludes } from "@std/assert";
import { test } from "node:test";
import { MetricsRegistry, RegistrationError } from "../../mod.ts";
import { collectorOf } from "../support/collectors.ts";
import { counterOf, gaugeOf } from "../support/families.ts";
import { samplesOf } from "../support/pages.ts";
import { assertThrowsWith } from "../support/rejects.ts";

const jobs = { name: "jobs", help: "Jobs." };

test("MetricsRegistry: a prefix and labels apply to all that it registers", async () => {
  const registry = new MetricsRegistry({ prefix: "app_", labels: { env: "test" } });
  registry.counter(jobs).inc();
  registry.gauge({ name: "queue", help: "", labels: ["a"] }).set({ a: "1" }, 2);
  registry.gaugeWithCallback({ name: "now", help: "", callback: () => 3 });
  registry.register(collectorOf(gaugeOf("own", {}, { a: "1" })));
  assertEquals(await samplesOf(registry), [
    `app_jobs{env="test"} 1`,
    `app_now{env="test"} 3`,
    `app_own{env="test"} 1`,
    `app_own{env="test",a="1"} 2`,
    `app_queue{env="test",a="1"} 2`,
  ]);
});

test("view: its families are on the page of the registry, and those of the registry on its page", async () => {
  const registry = new MetricsRegistry();
  const view = registry.view({ prefix: "app_" });
  view.counter(jobs);
  registry.counter(jobs);
  assertEquals(await samplesOf(registry), ["app_jobs 0", "jobs 0"]);
  assertEquals(await view.text(), await registry.text());
});

test("view: MetricsRegistry.text() of a view is the page of its registry", async () => {
  const registry = new MetricsRegistry({ labels: { env: "test" } });
  const view = registry.view({ prefix: "app_" });
  view.counter(jobs).inc();
  registry.gauge({ name: "size", help: "Size." });
  const page = [
    "# HELP app_jobs Jobs.",
    "# TYPE app_jobs counter",
    'app_jobs{env="test"} 1',
    "# HELP size Size.",
    "# TYPE size gauge",
    'size{env="test"} 0',
    "",
  ].join("\n");
  assertEquals([await view.text(), await registry.text()], [page, page]);
});

test("view: prefixes and labels of nested views add up", async () => {
  const registry = new MetricsRegistry({ prefix: "a_", labels: { x: "1" } });
  const view = registry.view({ prefix: "b_", labels: { y: "2" } })
    .view({ labels: { z: "3" } })
    .view({ prefix: "c_" });
  view.counter({ ...jobs, labels: ["l"] }).inc({ l: "4" });
  registry.view({ labels: { x: "other" } }).gauge({ name: "g", help: "" });
  assertEquals(await samplesOf(registry), [
    `a_b_c_jobs{x="1",y="2",z="3",l="4"} 1`,
    `a_g{x="other"} 0`,
  ]);
});

test("views with other values of the same labels share a family on the page", async () => {
  const registry = new MetricsRegistry();
  const definition = { ...jobs, labels: ["queue"] } as const;
  for (const env of ["test", "live"]) {
    registry.view({ labels: { env } }).counter(definition).inc({ queue: "a" });
    registry.view({ labels: { env } }).histogram({ name: "sizes", help: "", buckets: [1] });
  }
  assertEquals(
    await registry.text(),
    `# HELP jobs Jobs.
# TYPE jobs counter
jobs{env="test",queue="a"} 1
jobs{env="live",queue="a"} 1
# HELP sizes 
# TYPE sizes histogram
sizes_bucket{env="test",le="1.0"} 0
sizes_bucket{env="test",le="+Inf"} 0
sizes_sum{env="test"} 0
sizes_count{env="test"} 0
sizes_bucket{env="live",le="1.0"} 0
sizes_bucket{env="live",le="+Inf"} 0
sizes_sum{env="live"} 0
sizes_count{env="live"} 0
`,
  );
});

test("views with the same prefix and labels have the same instruments", () => {
  const registry = new MetricsRegistry();
  const one = registry.view({ prefix: "app_", labels: { x: "1", y: "2" } });
  const other = registry.view({ labels: { y: "2" } }).view({ prefix: "app_", labels: { x: "1" } });
  assertStrictEquals(one.counter(jobs), other.counter(jobs));
  assert(registry.view({ labels: { x: "1", y: "3" } }).counter(jobs) !== one.counter(jobs));
  assertThrowsWith(() => other.gauge(jobs), RegistrationError, "app_jobs: already registered as");
});

test("view: a name is the same however prefix and name divide it", () => {
  const registry = new MetricsRegistry();
  const counter = registry.counter({ name: "app_jobs", help: "Jobs." });
  assertStrictEquals(registry.view({ prefix: "app_" }).counter(jobs), counter);
});

test("view: no name reaches the instruments of a view from outside", () => {
  const registry = new MetricsRegistry();
  registry.view({ labels: { env: "test" } }).counter(jobs);
  for (const name of ['jobs\0[["env","test"]]', '[["env","test"]]\0jobs']) {
    assertThrowsWith(
      () => registry.counter({ ...jobs, name }),
      RegistrationError,
      "is not a metric name",
    );
    assertEquals(registry.unregister(name), false);
  }
});

test("views share a family in whatever order their labels were given", async () => {
  const registry = new MetricsRegistry();
  registry.view({ labels: { x: "1", y: "2" } }).counter(jobs);
  registry.view({ labels: { y: "3", x: "1" } }).counter(jobs);
  const samples = await samplesOf(registry);
  assertEquals(samples.length, 2);
});

test("view: the same constants with another definition are refused", () => {
  const registry = new MetricsRegistry();
  registry.view({ labels: { env: "test" } }).counter(jobs);
  const live = registry.view({ labels: { env: "live" } });
  for (
    const define of [
      () => live.gauge(jobs),
      () => live.counter({ ...jobs, help: "Other." }),
      () => live.counter({ ...jobs, labels: ["a"] }),
      () => registry.counter(jobs),
      () => registry.counter({ ...jobs, labels: ["env"] }),
    ]
  ) assertThrowsWith(define, RegistrationError, "jobs: already registered as counter");
});

test("view: suffixes clash through views as well", () => {
  const registry = new MetricsRegistry();
  registry.view({ prefix: "app_" }).histogram(jobs);
  const clash = () => registry.counter({ name: "app_jobs_count", help: "" });
  assertThrowsWith(clash, RegistrationError, "app_jobs_count: ", `"app_jobs"`);
  const view = () => registry.view({ prefix: "app_jobs_" }).gauge({ name: "sum", help: "" });
  assertThrowsWith(view, RegistrationError, "app_jobs_sum: ");
});

test("view: a prefix or label that is not valid shows with the first metric", () => {
  const registry = new MetricsRegistry();
  const cases: [MetricsRegistry, string][] = [
    [registry.view({ prefix: "9" }), `"9jobs" is not a metric name`],
    [registry.view({ labels: { "a-b": "1" } }), `"a-b" is not a label name`],
    [registry.view({ labels: { __env: "1" } }), `label "__env" is reserved`],
  ];
  for (const [view, part] of cases) {
    assertThrowsWith(() => view.counter(jobs), RegistrationError, part);
  }
  const own = registry.view({ labels: { a: "1" } });
  assertThrowsWith(
    () => own.counter({ ...jobs, labels: ["a"] }),
    RegistrationError,
    `jobs: label "a" is constant and variable`,
  );
});

test("MetricsRegistry: the labels of its options are copied", async () => {
  const labels = { env: "test" };
  const registry = new MetricsRegistry({ labels });
  const view = registry.view({ labels });
  labels.env = "live";
  registry.counter(jobs);
  assertStrictEquals(view.counter(jobs), registry.counter(jobs));
  assertEquals(await samplesOf(registry), [`jobs{env="test"} 0`]);
});

test("MetricsRegistry: labels of its options are texts on every series, also if they were cut or are numbers", async () => {
  const labels = { env: "a\ud800", zone: 5 as unknown as string };
  const registry = new MetricsRegistry({ labels });
  registry.counter(jobs);
  registry.register(collectorOf(gaugeOf("own", {})));
  const view = new MetricsRegistry().view({ labels });
  view.counter(jobs);
  assertEquals(await samplesOf(registry), [
    `jobs{env="a\ufffd",zone="5"} 0`,
    `own{env="a\ufffd",zone="5"} 1`,
  ]);
  assertEquals(await samplesOf(view), [`jobs{env="a\ufffd",zone="5"} 0`]);
  assertStrictEquals(
    registry.view({ labels: { zone: "5" } }).counter(jobs),
    registry.view({ labels }).counter(jobs),
  );
});

test("view: unregister() takes a name without the prefix", async () => {
  const registry = new MetricsRegistry();
  const view = registry.view({ prefix: "app_", labels: { env: "test" } });
  view.counter(jobs);
  registry.counter(jobs);
  assertEquals([view.unregister("app_jobs"), registry.unregister("app_jobs")], [false, false]);
  assertEquals(view.unregister("jobs"), true);
  assertEquals(await samplesOf(registry), ["jobs 0"]);
});

test("view: a collector is unregistered through the view that registered it", async () => {
  const registry = new MetricsRegistry();
  const view = registry.view({ prefix: "app_" });
  const collector = collectorOf(gaugeOf("own", {}));
  registry.register(collector);
  view.register(collector);
  view.register(collector);
  assertEquals(await samplesOf(registry), ["app_own 1", "own 1"]);
  assertEquals([view.unregister(collector), view.unregister(collector)], [true, false]);
  assertEquals(await samplesOf(registry), ["own 1"]);
  view.register(collector);
  assertEquals(await samplesOf(registry), ["app_own 1", "own 1"]);
});

test("views with the same prefix and labels know each other's collectors", async () => {
  const registry = new MetricsRegistry();
  const views = [registry.view({ prefix: "app_" }), registry.view({ prefix: "app_" })];
  const collector = collectorOf(gaugeOf("own", {}));
  for (const view of views) view.register(collector);
  assertEquals(await samplesOf(registry), ["app_own 1"]);
  assertEquals(views[1].unregister(collector), true);
  assertEquals(await samplesOf(registry), []);
});

test("view: clear() clears the registry and all views", async () => {
  const registry = new MetricsRegistry();
  registry.counter(jobs);
  registry.view({ prefix: "app_" }).clear();
  assertEquals(await samplesOf(registry), []);
});

test("view: one collector through two views gives one family with the series of both", async () => {
  const registry = new MetricsRegistry();
  const collector = collectorOf(counterOf("own", {}, { a: "1" }));
  for (const env of ["test", "live"]) registry.view({ labels: { env } }).register(collector);
  assertEquals(await samplesOf(registry), [
    `own{env="test"} 1`,
    `own{env="test",a="1"} 2`,
    `own{env="live"} 1`,
    `own{env="live",a="1"} 2`,
  ]);
});

test("view: a collector that has a label of the view is left out, and the error says so", async () => {
  const view = new MetricsRegistry().view({ labels: { env: "test" } });
  view.register(collectorOf(gaugeOf("own", { env: "live" })));
  const { families, errors } = await view.gather();
  assertEquals([families.length, errors.length], [0, 1]);
  assertStringIncludes(errors[0].message, `own: label "env" is there twice`);
});
