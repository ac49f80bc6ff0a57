import type { ClientName } from "./client.ts";
import { type Program, Ref, type Step } from "./program.ts";

/** A difference from a client that is meant, and how the comparison bears it. */
export interface Difference {
  /** What programs see. */
  readonly what: string;
  readonly because: string;
  readonly clients: readonly ClientName[];
  /**
   * A program that shows it: `adjustments.ts` changes the client so that it does the same as ours. If
   * there is none, no generated program does it.
   */
  readonly example?: Program;
}

const both: readonly ClientName[] = ["prom-client", "@prometheus-io/client"];
const first: readonly ClientName[] = ["prom-client"];
const second: readonly ClientName[] = ["@prometheus-io/client"];

const openMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";

const metric = (kind: string, config: object = {}): Step => ({
  does: "new",
  on: "client",
  name: kind,
  args: [{ name: "m", help: "Some help.", ...config }],
  as: "m",
});

const call = (name: string, ...args: unknown[]): Step => ({ does: "call", on: "m", name, args });

/** Every difference that is meant. What is not here, and not equal, is a mistake. */
export const decided: readonly Difference[] = [
  {
    what: 'A label whose value is `""` is not there.',
    because: "Prometheus takes both for the same; 15 has two series of it.",
    clients: both,
    example: [metric("Counter", { labelNames: ["a"] }), call("inc", { a: "" }), call("get")],
  },
  {
    what: "Labels that are all `undefined` are the series without labels.",
    because: "0.16 has two series of it, but one if a single label has a value.",
    clients: second,
  },
  {
    what: "`null` as a label value is the text `null`, never the series without the label.",
    because: "0.16 writes this text, but counts both as one series.",
    clients: second,
  },
  {
    what: "Two label sets are never one series because of separators in their values.",
    because: "The clients join values by `|`, or by `,` and `:`, and so lose counts.",
    clients: both,
  },
  {
    what: "A label set that is changed after it was passed changes nothing.",
    because: "The clients keep the object, and so write a series under another's labels.",
    clients: both,
  },
  {
    what: "`getMetricsAsJSON()` leaves the series as they are, and hands out copies.",
    because: "The clients write the default labels of a registry into the series themselves.",
    clients: both,
    example: [
      metric("Gauge"),
      { does: "call", on: "register", name: "setDefaultLabels", args: [{ app: "shop" }] },
      { does: "call", on: "register", name: "getMetricsAsJSON", args: [] },
      call("get"),
    ],
  },
  {
    what: "`inc()` of a counter returns nothing.",
    because: "It is not in the types, and an object for each increment costs more than counting.",
    clients: first,
    example: [metric("Counter"), call("inc")],
  },
  {
    what: "`inc(NaN)` of a counter adds nothing.",
    because: "The clients add it, and the counter is `Nan` from then on.",
    clients: both,
    example: [metric("Counter"), call("inc", NaN), call("get")],
  },
  {
    what: "`set()` of a gauge keeps the labels as they were given first.",
    because: "15 takes the last, only here, and so an order of labels that depends on the path.",
    clients: first,
    example: [
      metric("Gauge", { labelNames: ["a"] }),
      call("set", { a: 1 }, 1),
      call("set", { a: "1" }, 2),
      call("get"),
    ],
  },
  {
    what: "Buckets are sorted, finite numbers, each once.",
    because: "Others make the clients count twice, or write `+Inf` twice.",
    clients: both,
    example: [metric("Histogram", { buckets: [2, 1, 1] }), call("get")],
  },
  {
    what: "A metric whose constructor throws is in no registry.",
    because: "The clients leave a half-made one there, which has the name.",
    clients: both,
    example: [
      metric("Histogram", { labelNames: ["le"] }),
      { does: "call", on: "register", name: "getMetricsAsArray", args: [] },
    ],
  },
  {
    what: "Exemplar labels that are too long leave the exemplar as it was.",
    because: "The clients leave `# {} +Inf undefined` on the page, which no server can read.",
    clients: both,
    example: [
      { does: "new", on: "client", name: "Registry", args: [openMetrics], as: "r" },
      metric("Counter", { registers: [new Ref("r")], enableExemplars: true }),
      call("inc", { exemplarLabels: { a: "x".repeat(128) } }),
      call("get"),
    ],
  },
  {
    what: "Sum and count of a summary without labels have `labels: {}`.",
    because: "0.16 has `undefined` there, and 15 has not.",
    clients: second,
    example: [metric("Summary"), call("get")],
  },
  {
    what: "If `labelNames` or `buckets` is `undefined`, that is told before other faults are.",
    because: "The clients stumble over it, and not always at the same place.",
    clients: both,
  },
  {
    what: "A page that fails leaves the series of summaries that would be pruned for it.",
    because: "The clients prune while other metrics still collect, and then give no page.",
    clients: both,
  },
  {
    what: "Values without labels, which only others' metrics have, are aggregated.",
    because: "15 throws an error of the engine, but writes them on a page.",
    clients: first,
  },
  {
    what: "Without its label `constructor`, a metric is one series, whatever records to it.",
    because: "15 looks for the label in the set and above it, but not each time, and has two.",
    clients: first,
  },
  {
    what: "`contentType` is set on what `require()` gives, and not on what `import` gives.",
    because: "The default export is the namespace, so that its types can be named through it.",
    clients: both,
  },
  {
    what:
      "Names are replaced, as mocks do, on what `require()` gives, and not on what `import` gives.",
    because: "What `import` gives is a namespace, which cannot be changed.",
    clients: both,
  },
  {
    what: "Modules of Node are the runtime's own, whatever `jest.mock()` puts in their place.",
    because: "The drop-in asks `process` for them, not `require()`, which bundles do without.",
    clients: both,
  },
  {
    what: "`zero()` refuses labels that the metric does not have.",
    because: "15 writes them, beside a series that has other labels, as 0.16 no longer does.",
    clients: first,
  },
  {
    what: "Children of metrics with exemplars take values and start timers as those of others.",
    because: "In the clients they count another series, or throw at the end of a timer.",
    clients: both,
  },
  {
    what: "`inc()` of a class that extends `Counter` is called, as `observe()` of a `Histogram`.",
    because: "In the clients each metric has its own, which hides that of the class.",
    clients: both,
  },
  {
    what: "A `collect` that records into other metrics is seen on the same page.",
    because: "The clients may have read these before, and show it on the next page.",
    clients: both,
  },
];
