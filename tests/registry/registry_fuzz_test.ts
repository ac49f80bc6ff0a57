import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import { MetricsError, MetricsRegistry, openMetrics, prometheusProtobuf } from "../../mod.ts";
import { samplesOf } from "../support/pages.ts";

/** Anything with methods: what they take is wrong more often than not, on purpose. */
type Callee = Readonly<Record<string, (...parameters: unknown[]) => unknown>>;

interface Call {
  /** A number that picks who is called, among the registry, its views and its instruments. */
  readonly callee: number;
  readonly method: string;
  readonly parameters: readonly unknown[];
}

const makers = ["counter", "gauge", "histogram", "summary", "info", "stateSet"];
const withCallback = ["counterWithCallback", "gaugeWithCallback"];

/** What has a message of its own somewhere, and what could trip a look-up by name. */
const oddities = fc.constantFrom<unknown>(
  undefined,
  null,
  "",
  0,
  -1,
  1.5,
  NaN,
  Infinity,
  2 ** 53,
  true,
  10n,
  Symbol("symbol"),
  "__proto__",
  "constructor",
  "le",
  "\ud800",
  [],
  {},
  [[]],
  new Date(NaN),
  new Map([["a", "b"]]),
  Object.create(null),
  () => {},
);
const junk = fc.oneof(oddities, fc.anything({ withBigInt: true, withNullPrototype: true }));

/** Mostly right, so that calls come far. */
const orJunk = (right: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 8, arbitrary: right }, { weight: 1, arbitrary: junk });

const labelName = fc.constantFrom("a", "b", "le", "quantile", "constructor");
const labelValue = fc.oneof(fc.constantFrom<unknown>("x", "y", 1, true, ""), fc.string());
const labelDefinition = fc.oneof(
  fc.constant(undefined),
  fc.uniqueArray(labelName, { maxLength: 3 }),
  fc.dictionary(labelName, orJunk(fc.constant(["x", "y", "1"])), { maxKeys: 2 }),
);
const labelSet = fc.dictionary(labelName, orJunk(labelValue), { maxKeys: 3 });
const number = fc.oneof(fc.double(), fc.nat(100));

const definition = fc.record({
  name: orJunk(fc.constantFrom("a", "b", "c", "d_info", "e_total", "f_seconds", "constructor")),
  help: orJunk(fc.constantFrom("Help.", "", 'A "quoted" \\ help\nin two lines')),
  labels: orJunk(labelDefinition),
  unit: orJunk(fc.constantFrom(undefined, "seconds")),
  buckets: orJunk(fc.constantFrom<unknown>(undefined, [1, 2], [2, 1], [])),
  native: orJunk(fc.constantFrom<unknown>(undefined, true, { factor: 1.5, maxBuckets: 4 })),
  sampleEvery: orJunk(fc.constantFrom(undefined, 1, 3)),
  quantiles: orJunk(fc.constantFrom<unknown>(undefined, [0.5, 0.9])),
  states: orJunk(fc.constantFrom<unknown>(["on", "off"], [])),
  merge: orJunk(fc.constantFrom(undefined, "max")),
  callback: fc.func(
    orJunk(fc.oneof(number, fc.array(fc.record({ labels: labelSet, value: number })))),
  ),
}, { requiredKeys: ["name", "help"] });

const options = fc.record({
  prefix: orJunk(fc.constantFrom("p_", "")),
  labels: orJunk(fc.constantFrom({ app: "x" }, { a: "x" })),
  cardinality: orJunk(fc.constantFrom({ seriesPerFamily: 2 }, { idleSeconds: 1 }, { series: 3 })),
}, { requiredKeys: [] });

const collector = orJunk(
  fc.record(
    { collect: fc.func(orJunk(fc.array(junk))), describe: fc.func(orJunk(fc.array(junk))) },
    {
      requiredKeys: ["collect"],
    },
  ),
);

const call = (method: readonly string[], ...parameters: fc.Arbitrary<unknown>[]) =>
  fc.record({
    callee: fc.nat(),
    method: fc.constantFrom(...method),
    parameters: fc.tuple(...parameters) as fc.Arbitrary<unknown[]>,
  });

const calls: fc.Arbitrary<readonly Call[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: call([...makers, ...withCallback], orJunk(definition)) },
    {
      weight: 6,
      arbitrary: call(["inc", "dec", "set", "observe"], orJunk(labelSet), orJunk(number)),
    },
    { weight: 3, arbitrary: call(["inc", "dec", "set", "observe"], orJunk(number), junk) },
    {
      weight: 3,
      arbitrary: call(
        ["labels", "remove", "removeMatching", "set", "select"],
        orJunk(labelSet),
        junk,
      ),
    },
    { weight: 1, arbitrary: call(["view"], orJunk(options)) },
    { weight: 1, arbitrary: call(["init", "clear", "startTimer", "get", "setToCurrentTime"]) },
    { weight: 1, arbitrary: call(["register"], collector) },
    { weight: 1, arbitrary: call(["unregister"], orJunk(fc.constantFrom("a", "b"))) },
    { weight: 1, arbitrary: call(["gather", "cardinality"]) },
  ),
  { maxLength: 60, size: "max" },
);

/** A line of the text format; what comes after `\\` in a label value is one of three characters. */
const line = new RegExp(
  "^(# (HELP|TYPE) [a-zA-Z_:][\\w:]* .*|" +
    '[a-zA-Z_:][\\w:]*(\\{([a-zA-Z_]\\w*="([^"\\\\]|\\\\[\\\\"n])*",?)+\\})? ' +
    "(NaN|[+-]Inf|-?\\d+(\\.\\d+)?(e[+-]?\\d+)?)|)$",
);

test("MetricsRegistry: after any calls it has thrown only its own errors, and its page is valid", async () => {
  const property = fc.asyncProperty(calls, async (calls) => {
    const registry = new MetricsRegistry({ cardinality: { seriesPerFamily: 3, onOverflow() {} } });
    const bystander = registry.counter({ name: "bystander", help: "Minds its own business." });
    const callees = [registry as unknown as Callee];
    let expected = 0;
    for (const { callee, method, parameters } of calls) {
      const able = callees.filter((target) => typeof target[method] === "function");
      if (able.length === 0) continue;
      const target = able[callee % able.length];
      try {
        // `clear()` of a registry is no slip, and would take the bystander along.
        if (target instanceof MetricsRegistry && method === "clear") continue;
        const made = await target[method](...parameters);
        if ([...makers, "view", "labels"].includes(method)) callees.push(made as Callee);
      } catch (error) {
        assert(error instanceof MetricsError, `${method}: ${String(error)}`);
        assert(error.message.length < 2000, error.message);
      }
      bystander.inc();
      expected++;
    }
    const errors: MetricsError[] = [];
    const page = await registry.encode(undefined, (error) => errors.push(error));
    assert(errors.every((error) => error instanceof MetricsError));
    const text = new TextDecoder("utf-8", { fatal: true }).decode(page);
    assert(text.includes(`\nbystander ${expected}\n`));
    for (const written of text.split("\n")) assert(line.test(written), written);
    const series = text.split("\n").filter((written) => written !== "" && !written.startsWith("#"))
      .map((written) => written.slice(0, written.lastIndexOf(" ")));
    assertEquals(series.length, new Set(series).size);
    for (const encoder of [openMetrics(), prometheusProtobuf]) {
      await registry.encode(encoder, () => {});
    }
  });
  await fc.assert(property, { numRuns: 300 });
});

test("MetricsRegistry: a call that fails changes no recorded value", async () => {
  const attempt = fc.record({ set: junk, by: junk });
  await fc.assert(fc.asyncProperty(fc.array(attempt, { maxLength: 20 }), async (attempts) => {
    const registry = new MetricsRegistry();
    const jobs = registry.counter({ name: "jobs", help: "Jobs.", labels: { queue: ["mail"] } });
    jobs.inc({ queue: "mail" }, 5);
    for (const { set, by } of attempts) {
      try {
        (jobs as unknown as Callee).inc(set, by);
      } catch (error) {
        assert(error instanceof MetricsError, String(error));
      }
    }
    assertEquals(await samplesOf(registry), ['jobs{queue="mail"} 5']);
  }));
});
