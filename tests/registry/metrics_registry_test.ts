import { assert, assertEquals, assertStrictEquals, assertStringIncludes } from "@std/assert";
import { test } from "node:test";
import { z } from "zod";
import {
  CollectionError,
  constGauge,
  type Encoder,
  EncodingError,
  type Gathering,
  type MetricFamily,
  MetricsRegistry,
  RegistrationError,
} from "../../mod.ts";
import { collectorOf, collectorThrowing } from "../support/collectors.ts";
import { rethrow } from "../../src/exposition/encoding/encoder.ts";
import { deferred, pause } from "../support/deferred.ts";
import { gaugeOf } from "../support/families.ts";
import { samplesOf, textOf } from "../support/pages.ts";
import { assertRejectsWith, assertThrowsWith } from "../support/rejects.ts";

const jobs = { name: "jobs", help: "Jobs." };

test("MetricsRegistry: an empty registry has an empty page", async () => {
  assertEquals(await new MetricsRegistry().text(), "");
});

test("MetricsRegistry: metrics without labels are on the page from the start, labelled ones by name", async () => {
  const registry = new MetricsRegistry();
  registry.counter({ name: "c", help: "C." });
  registry.gauge({ name: "g", help: "G." });
  registry.histogram({ name: "h", help: "H.", buckets: [1] });
  registry.counter({ name: "l", help: "L.", labels: ["a"] });
  assertEquals(
    await registry.text(),
    `# HELP c C.
# TYPE c counter
c 0
# HELP g G.
# TYPE g gauge
g 0
# HELP h H.
# TYPE h histogram
h_bucket{le="1.0"} 0
h_bucket{le="+Inf"} 0
h_sum 0
h_count 0
# HELP l L.
# TYPE l counter
`,
  );
});

test("MetricsRegistry: families come sorted by name, whatever the order of their making", async () => {
  const registry = new MetricsRegistry();
  for (const name of ["b", "a_b", "a", "B"]) registry.gauge({ name, help: "" });
  assertEquals(await samplesOf(registry), ["B 0", "a 0", "a_b 0", "b 0"]);
});

test("MetricsRegistry: the same definition gives the same instrument", () => {
  const registry = new MetricsRegistry();
  const schema = z.string();
  const definitions = [
    () => registry.counter({ name: "c", help: "C." }),
    () => registry.gauge({ name: "g_seconds", help: "G.", unit: "seconds" }),
    () => registry.histogram({ name: "h", help: "H.", buckets: [1, 2] }),
    () => registry.histogram({ name: "d", help: "D." }),
    () => registry.counter({ name: "cl", help: "C.", labels: ["a", "b"] }),
    () => registry.gauge({ name: "gl", help: "G.", labels: { a: ["1", "2"] } }),
    () => registry.histogram({ name: "hl", help: "H.", labels: { a: schema }, buckets: [1] }),
  ];
  const first = definitions.map((define) => define());
  definitions.forEach((define, at) => assertStrictEquals(define() as unknown, first[at]));
});

test("MetricsRegistry: the default buckets are the same whether they are spelled out or not", () => {
  const registry = new MetricsRegistry();
  const first = registry.histogram(jobs);
  const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
  assertStrictEquals(registry.histogram({ ...jobs, buckets }), first);
});

type Define = (registry: MetricsRegistry) => unknown;

const differing: [string, Define, Define, ...string[]][] = [
  [
    "another type",
    (r) => r.counter(jobs),
    (r) => r.gauge(jobs),
    `counter "Jobs."`,
    `gauge "Jobs."`,
  ],
  ["a simpler type", (r) => r.histogram(jobs), (r) => r.counter(jobs), "histogram", "counter"],
  [
    "another help",
    (r) => r.counter(jobs),
    (r) => r.counter({ ...jobs, help: "X." }),
    `"Jobs."`,
    `"X."`,
  ],
  [
    "another unit",
    (r) => r.gauge({ name: "a_bytes", help: "", unit: "bytes" }),
    (r) => r.gauge({ name: "a_bytes", help: "" }),
    `"bytes"`,
  ],
  [
    "more labels",
    (r) => r.counter({ ...jobs, labels: ["a"] }),
    (r) => r.counter({ ...jobs, labels: ["a", "b"] }),
    "{a}",
    "{a, b}",
  ],
  [
    "other label names",
    (r) => r.counter({ ...jobs, labels: ["a"] }),
    (r) => r.counter({ ...jobs, labels: ["b"] }),
    "{a}",
    "{b}",
  ],
  [
    "no labels",
    (r) => r.counter({ ...jobs, labels: ["a"] }),
    (r) => r.counter(jobs),
    "{a}",
  ],
  [
    "other values",
    (r) => r.counter({ ...jobs, labels: { a: ["x", "y"] } }),
    (r) => r.counter({ ...jobs, labels: { a: ["x", "z"] } }),
    '["x","y"]',
    '["x","z"]',
  ],
  [
    "values that are written alike",
    (r) => r.counter({ ...jobs, labels: { a: ["x", "y"] } }),
    (r) => r.counter({ ...jobs, labels: { a: ["x | y"] } }),
  ],
  [
    "labels that are written alike",
    (r) => r.counter({ ...jobs, labels: { a: ["x"], b: ["y"] } }),
    (r) => r.counter({ ...jobs, labels: { a: ["x, b: y"] } }),
  ],
  [
    "open in place of closed labels",
    (r) => r.counter({ ...jobs, labels: ["a"] }),
    (r) => r.counter({ ...jobs, labels: { a: ["x"] } }),
  ],
  [
    "a schema in place of a list",
    (r) => r.counter({ ...jobs, labels: { a: ["schema"] } }),
    (r) => r.counter({ ...jobs, labels: { a: z.string() } }),
  ],
  [
    "a schema in place of an open label",
    (r) => r.counter({ ...jobs, labels: ["a"] }),
    (r) => r.counter({ ...jobs, labels: { a: z.string() } }),
  ],
  [
    "other buckets",
    (r) => r.histogram({ ...jobs, buckets: [1, 2] }),
    (r) => r.histogram({ ...jobs, buckets: [1, 3] }),
    "[1,2]",
    "[1,3]",
  ],
];

for (const [what, one, other, ...parts] of differing) {
  test(`MetricsRegistry: a definition with ${what} is refused, naming both`, () => {
    for (const [first, second] of [[one, other], [other, one]]) {
      const registry = new MetricsRegistry();
      const present = first(registry);
      const part = "already registered as";
      assertThrowsWith(() => second(registry), RegistrationError, part, "now asked for", ...parts);
      assertStrictEquals(first(registry), present);
    }
  });
}

test("MetricsRegistry: a definition without labels differs from one with an empty list of labels", () => {
  const registry = new MetricsRegistry();
  registry.counter(jobs);
  assertThrowsWith(() => registry.counter({ ...jobs, labels: [] }), RegistrationError, "jobs: ");
});

const incomplete: [unknown, ...string[]][] = [
  [undefined, "a counter needs a definition with a name"],
  [null, "a counter needs a definition with a name"],
  [{}, "a counter needs a definition with a name"],
  ["jobs", "a counter needs a definition with a name"],
  [{ help: "Jobs." }, "a counter needs a definition with a name"],
  [{ name: "jobs" }, "jobs: help is undefined"],
  [{ name: "9", help: "" }, `"9" is not a metric name`],
  [{ ...jobs, labels: null }, "jobs: "],
  [{ ...jobs, labels: 5 }, "jobs: "],
  [{ ...jobs, labels: "ab" }, "jobs: "],
];

for (const [definition, ...parts] of incomplete) {
  test(`MetricsRegistry: the definition ${JSON.stringify(definition)} is refused`, () => {
    const registry = new MetricsRegistry();
    const define = () => registry.counter(definition as typeof jobs);
    assertThrowsWith(define, RegistrationError, ...parts);
  });
}

test("MetricsRegistry: buckets that are not a list are refused", () => {
  for (const [buckets, part] of [[5, "list"], ["1,2", "list"], [{}, "list"], [[1n], "bound 1"]]) {
    const registry = new MetricsRegistry();
    const define = () => registry.histogram({ ...jobs, buckets: buckets as number[] });
    assertThrowsWith(define, RegistrationError, "jobs: ", part as string);
  }
});

test("MetricsRegistry: a refused definition leaves no trace", async () => {
  const registry = new MetricsRegistry();
  const refused = [
    () => registry.counter({ name: "9", help: "" }),
    () => registry.counter({ ...jobs, labels: { a: [] } }),
    () => registry.histogram({ ...jobs, buckets: [] }),
  ];
  for (const define of refused) assertThrowsWith(define, RegistrationError);
  assertEquals(await registry.text(), "");
  registry.gauge(jobs);
  assertEquals(await samplesOf(registry), ["jobs 0"]);
});

test("MetricsRegistry: families that would write the same sample are refused in both directions", async () => {
  for (const suffix of ["_bucket", "_sum", "_count"]) {
    const histogram: Define = (registry) => registry.histogram({ name: "x", help: "" });
    const definition = { name: `x${suffix}`, help: "" };
    const others: Define[] = [
      (registry) => registry.counter(definition),
      (registry) => registry.gauge(definition),
      (registry) => registry.histogram(definition),
    ];
    for (const other of others) {
      for (const [one, second] of [[histogram, other], [other, histogram]]) {
        const registry = new MetricsRegistry();
        one(registry);
        assertThrowsWith(() => second(registry), RegistrationError, `"x${suffix}"`, "rename one");
      }
    }
  }
  const registry = new MetricsRegistry();
  const names = ["x", "x_count", "x_created", "x_sum"];
  for (const name of names) registry.counter({ name, help: "" });
  assertEquals(await samplesOf(registry), names.map((name) => `${name} 0`));
});

test("MetricsRegistry.unregister() by name removes a metric from the page and frees its name", async () => {
  const registry = new MetricsRegistry();
  const counter = registry.counter(jobs);
  registry.histogram({ name: "h", help: "" });
  assertEquals([registry.unregister("jobs"), registry.unregister("jobs")], [true, false]);
  assertEquals(registry.unregister("unknown"), false);
  assertEquals(registry.unregister("h"), true);
  assertEquals(await registry.text(), "");
  counter.inc();
  assertEquals(counter.get(), 1);
  registry.gauge({ ...jobs, help: "Other." }).set(5);
  registry.counter({ name: "h_count", help: "" });
  assertEquals(await samplesOf(registry), ["h_count 0", "jobs 5"]);
});

test("MetricsRegistry.unregister() takes the family itself, too", async () => {
  const registry = new MetricsRegistry();
  const family = registry.counter({ ...jobs, labels: ["a"] });
  family.inc({ a: "1" });
  assertEquals([registry.unregister(family), registry.unregister(family)], [true, false]);
  assertEquals(await registry.text(), "");
  const again = registry.counter({ ...jobs, labels: ["a"] });
  assert(again !== family);
  again.inc({ a: "2" });
  assertEquals(await samplesOf(registry), [`jobs{a="2"} 1`]);
});

test("MetricsRegistry.clear() removes everything, and instruments go on without being collected", async () => {
  const registry = new MetricsRegistry();
  const counter = registry.counter(jobs);
  registry.register(collectorOf(gaugeOf("own", {})));
  registry.clear();
  counter.inc();
  assertEquals(await registry.text(), "");
  assert(registry.counter(jobs) !== counter);
  assertEquals(await samplesOf(registry), ["jobs 0"]);
});

test("MetricsRegistry: a collector of one's own is on the page until it is unregistered", async () => {
  const registry = new MetricsRegistry();
  const collector = collectorOf(gaugeOf("b", {}), gaugeOf("a", {}));
  registry.register(collector);
  registry.register(collector);
  assertEquals(await samplesOf(registry), ["a 1", "b 1"]);
  assertEquals([registry.unregister(collector), registry.unregister(collector)], [true, false]);
  assertEquals(await registry.text(), "");
});

test("MetricsRegistry: a collector may be in two registries, and a family of one in another", async () => {
  const [one, other] = [new MetricsRegistry(), new MetricsRegistry()];
  const collector = collectorOf(gaugeOf("own", {}));
  const family = one.counter({ ...jobs, labels: ["a"] });
  other.register(family);
  for (const registry of [one, other]) registry.register(collector);
  family.inc({ a: "1" });
  for (const registry of [one, other]) {
    assertEquals(await samplesOf(registry), [`jobs{a="1"} 1`, "own 1"]);
  }
  one.clear();
  assertEquals(await samplesOf(other), [`jobs{a="1"} 1`, "own 1"]);
});

test("MetricsRegistry: a collector that describes itself clashes at registration", () => {
  const registry = new MetricsRegistry();
  registry.histogram(jobs);
  const description = { type: "counter", help: "", labelNames: [], constantLabels: {} } as const;
  for (const name of ["jobs", "jobs_count"]) {
    const collector = {
      ...collectorOf(gaugeOf(name)),
      describe: () => [{ ...description, name }],
    };
    assertThrowsWith(() => registry.register(collector), RegistrationError, `${name}: `);
  }
});

test("MetricsRegistry: a collector that does not describe itself clashes at the scrape, and loses", async () => {
  const registry = new MetricsRegistry();
  registry.counter(jobs);
  registry.register(collectorOf(gaugeOf("jobs", {}), gaugeOf("own", {})));
  const messages: string[] = [];
  const page = await registry.encode(undefined, ({ message }) => messages.push(message));
  assertStringIncludes(textOf(page), "# TYPE jobs counter\njobs 0\n");
  assertStringIncludes(textOf(page), "own 1\n");
  assertEquals(messages.length, 1);
  assertStringIncludes(messages[0], "jobs: ");
});

test("MetricsRegistry: a family without a description may add series to one with it", async () => {
  const registry = new MetricsRegistry();
  registry.gauge({ ...jobs, labels: ["a"] }).set({ a: "1" }, 1);
  registry.register({
    collect: () => [constGauge({ ...jobs, samples: [{ labels: { b: "2" }, value: 2 }] })],
  });
  assertEquals(await samplesOf(registry), [`jobs{a="1"} 1`, `jobs{b="2"} 2`]);
});

test("MetricsRegistry.encode() leaves out what fails, and says so once on the console", async () => {
  const registry = new MetricsRegistry();
  registry.counter(jobs).inc();
  let isAway = true;
  for (const zone of ["a", "b"]) {
    registry.register({
      collect() {
        if (isAway) throw new Error("no database");
        return [gaugeOf("rows", { zone })];
      },
    });
  }
  const logged: unknown[] = [];
  const own = console.error;
  console.error = (...given: unknown[]) => void logged.push(...given);
  try {
    const page = "# HELP jobs Jobs.\n# TYPE jobs counter\njobs 1\n";
    assertEquals([textOf(await registry.encode()), await registry.text()], [page, page]);
    assertEquals(logged.map((line) => String(line).includes("no database")), [true]);
    isAway = false;
    assertStringIncludes(await registry.text(), 'rows{zone="a"} 1\n');
    isAway = true;
    assertEquals(await registry.text(), page);
  } finally {
    console.error = own;
  }
  assertEquals(logged.length, 2);
});

test("MetricsRegistry.encode() and text() reject if their handler throws", async () => {
  const registry = new MetricsRegistry();
  registry.register(collectorThrowing(new Error("no database")));
  await assertRejectsWith(() => registry.encode(undefined, rethrow), CollectionError, "database");
  await assertRejectsWith(() => registry.text(rethrow), CollectionError, "database");
});

test("MetricsRegistry.encode() writes in the given format", async () => {
  const registry = new MetricsRegistry();
  registry.gauge(jobs);
  const names: Encoder = {
    contentType: "text/plain",
    accepts: () => false,
    encode: (families: readonly MetricFamily[], { onError } = {}) => {
      onError?.(new EncodingError("half of it"));
      return new TextEncoder().encode(families.map(({ name }) => name).join());
    },
  };
  const messages: string[] = [];
  const page = await registry.encode(names, ({ message }) => messages.push(message));
  assertEquals([textOf(page), messages], ["jobs", ["half of it"]]);
  await assertRejectsWith(() => registry.encode(names, rethrow), EncodingError, "half of it");
});

test("MetricsRegistry.encode() writes what gather() of a subclass gives, whatever else that has", async () => {
  class Doubled extends MetricsRegistry {
    begin(): string {
      throw new Error("begin() is not ours");
    }
    override async gather(): Promise<Gathering> {
      const { families, errors } = await super.gather();
      return { families: [...families, gaugeOf("own", {})], errors };
    }
  }
  const registry = new Doubled();
  registry.counter(jobs).inc();
  assertEquals(await samplesOf(registry), ["jobs 1", "own 1"]);
});

test("MetricsRegistry.text() is the page in the text format, in UTF-8", async () => {
  const registry = new MetricsRegistry();
  registry.counter({ name: "jobs", help: "Aufträge 🎉" }).inc(2);
  const page = "# HELP jobs Aufträge 🎉\n# TYPE jobs counter\njobs 2\n";
  assertEquals(await registry.text(), page);
  assertEquals(textOf(await registry.encode()), page);
});

test("MetricsRegistry.global() is the same for all copies of the module", async () => {
  const registry = MetricsRegistry.global();
  assertStrictEquals(MetricsRegistry.global(), registry);
  const key = Symbol.for("edgeprom.registry.v0");
  assertStrictEquals((globalThis as { [key]?: unknown })[key], registry);
  const name = "registry_test_jobs_total";
  const counter = registry.counter({ name, help: "" });
  assertStrictEquals(MetricsRegistry.global().counter({ name, help: "" }), counter);
  assertEquals(await samplesOf(new MetricsRegistry()), []);
  assertEquals(registry.unregister(name), true);
});

test("MetricsRegistry: ten tasks with a hundred updates each lose nothing, while pages are written", async () => {
  const registry = new MetricsRegistry();
  const counter = registry.counter({ ...jobs, labels: ["task"] });
  const sizes = registry.histogram({ name: "sizes", help: "", buckets: [50] });
  registry.register({ collect: () => pause(0).then(() => []) });
  let running = 10;
  const tasks = Array.from({ length: 10 }, async (_, task) => {
    for (let update = 0; update < 100; update++) {
      counter.inc({ task });
      sizes.observe(update);
      await (update % 7 === 0 ? pause(0) : Promise.resolve());
    }
    running--;
  });
  let pages = 0;
  while (running > 0) {
    const samples = await samplesOf(registry);
    const count = (start: string) =>
      samples.filter((line) => line.startsWith(start))
        .reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
    assertEquals(count("jobs{"), count("sizes_count"));
    assertEquals(count(`sizes_bucket{le="+Inf"}`), count("sizes_count"));
    pages++;
  }
  await Promise.all(tasks);
  assert(pages > 1);
  const done = await samplesOf(registry);
  assertEquals(
    done.slice(0, 10),
    Array.from({ length: 10 }, (_, task) => `jobs{task="${task}"} 100`),
  );
  assertStringIncludes(
    done.join("\n"),
    `sizes_bucket{le="50.0"} 510\nsizes_bucket{le="+Inf"} 1000`,
  );
});

test("MetricsRegistry: pages are the same to the byte in whatever order collectors answer", async () => {
  const pages = await Promise.all([[0, 1, 2], [2, 1, 0], [1, 2, 0]].map(async (order) => {
    const registry = new MetricsRegistry();
    const ends = [deferred(), deferred(), deferred()];
    registry.counter(jobs).inc();
    ends.forEach(({ promise }, at) => {
      registry.register({
        collect: () => promise.then(() => [gaugeOf("shared", { at: `${at}` }), gaugeOf(`g${at}`)]),
      });
    });
    const page = registry.text();
    for (const at of order) {
      ends[at].resolve();
      await pause(0);
    }
    return page;
  }));
  assertEquals(new Set(pages).size, 1);
  assertStringIncludes(pages[0], `shared{at="0"} 1\nshared{at="1"} 1\nshared{at="2"} 1\n`);
});
