import { assertEquals, assertStringIncludes } from "@std/assert";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { CollectionError, MetricsRegistry, RegistrationError } from "../../mod.ts";
import type { Callback, CallbackSample } from "../../mod.ts";
import { deferred, pause } from "../support/deferred.ts";
import { sampleLines, textOf } from "../support/pages.ts";
import { assertThrowsWith } from "../support/rejects.ts";

const definition = { name: "queue_length", help: "Jobs that wait." };
type Samples = Iterable<CallbackSample<{ readonly queue: string }>>;

/** The samples of a page, and why others are missing. */
async function scraped(registry: MetricsRegistry): Promise<[readonly string[], readonly string[]]> {
  const messages: string[] = [];
  const page = await registry.encode(undefined, ({ message }) => messages.push(message));
  return [sampleLines(textOf(page)), messages];
}

function labelled(callback: unknown): MetricsRegistry {
  const registry = new MetricsRegistry();
  registry.gauge({ name: "other", help: "Other." });
  registry.gaugeWithCallback({
    ...definition,
    labels: ["queue"],
    callback: callback as Callback<Samples>,
  });
  return registry;
}

test("callback: a gauge's callback is asked at each scrape", async () => {
  const registry = new MetricsRegistry();
  const values = [3, -0.5, NaN, Infinity];
  registry.gaugeWithCallback({ ...definition, callback: () => values.shift() ?? 0 });
  const pages = [];
  while (values.length > 0) pages.push(await scraped(registry));
  assertEquals(pages, [
    [["queue_length 3"], []],
    [["queue_length -0.5"], []],
    [["queue_length NaN"], []],
    [["queue_length +Inf"], []],
  ]);
});

test("callback: a counter's callback gives the total", async () => {
  const registry = new MetricsRegistry();
  let total = 5;
  registry.counterWithCallback({ ...definition, callback: () => total++ });
  assertEquals(await scraped(registry), [["queue_length 5"], []]);
  assertEquals(await scraped(registry), [["queue_length 6"], []]);
  assertStringIncludes(textOf(await registry.encode()), "# TYPE queue_length counter\n");
});

test("a callback with labels gives its series, and those that it leaves out are gone", async () => {
  const queues = new Map([["a", 1], ["b", 2]]);
  const registry = labelled(() =>
    Array.from(queues, ([queue, value]) => ({ labels: { queue }, value }))
  );
  const a = `queue_length{queue="a"} 1`;
  assertEquals(await scraped(registry), [["other 0", a, `queue_length{queue="b"} 2`], []]);
  queues.delete("b");
  assertEquals(await scraped(registry), [["other 0", a], []]);
  queues.clear();
  assertEquals(await scraped(registry), [["other 0"], []]);
});

test("a callback may give a generator", async () => {
  const registry = labelled(function* () {
    yield { labels: { queue: "a" }, value: 1 };
    yield { labels: { queue: "b" }, value: 2 };
  });
  const [samples] = await scraped(registry);
  assertEquals(samples.slice(1), [`queue_length{queue="a"} 1`, `queue_length{queue="b"} 2`]);
});

test("a callback may answer by a promise", async () => {
  const registry = labelled(() => Promise.resolve([{ labels: { queue: "a" }, value: 1 }]));
  registry.counterWithCallback({ name: "a", help: "A.", callback: () => pause(0).then(() => 7) });
  assertEquals(await scraped(registry), [["a 7", "other 0", `queue_length{queue="a"} 1`], []]);
});

test("callback: a promise of another realm or library is awaited, and a thenable asked once", async () => {
  let asked = 0;
  const answers: unknown[] = [
    runInNewContext("Promise.resolve(5)"),
    runInNewContext("(async () => 5)()"),
    {
      then(fulfilled: (value: number) => void) {
        asked++;
        fulfilled(5);
      },
    },
    new (class extends Promise<number> {})((resolve) => resolve(5)),
  ];
  const registry = new MetricsRegistry();
  const callback = () => answers.shift() as Promise<number>;
  registry.gaugeWithCallback({ ...definition, callback });
  while (answers.length > 0) assertEquals(await scraped(registry), [["queue_length 5"], []]);
  assertEquals(asked, 1);
  const rows = [{ labels: { queue: "a" }, value: 1 }];
  const foreign = labelled(() => runInNewContext("Promise.resolve(rows)", { rows }));
  assertEquals(await scraped(foreign), [["other 0", `queue_length{queue="a"} 1`], []]);
});

test("callback: concurrent scrapes do not mix its results", async () => {
  const ends = [deferred<number>(), deferred<number>()];
  let asked = 0;
  const registry = new MetricsRegistry();
  registry.gaugeWithCallback({ ...definition, callback: () => ends[asked++].promise });
  const scrapes = [scraped(registry), scraped(registry)];
  ends[1].resolve(1);
  await pause(0);
  ends[0].resolve(0);
  assertEquals(await Promise.all(scrapes), [[["queue_length 0"], []], [["queue_length 1"], []]]);
});

test("callback: it gets the signal of the scrape", async () => {
  const deadline = new AbortController();
  const seen: AbortSignal[] = [];
  const registry = new MetricsRegistry();
  registry.gaugeWithCallback({
    ...definition,
    callback(signal) {
      seen.push(signal!);
      return new Promise(() => {});
    },
  });
  const gathering = registry.gather({ signal: deadline.signal });
  assertEquals(seen.map(({ aborted }) => aborted), [false]);
  deadline.abort(new Error("enough"));
  await gathering;
  assertEquals(seen.map(({ aborted, reason }) => [aborted, String(reason)]), [
    [true, "Error: enough"],
  ]);
});

const failing: [string, unknown, ...string[]][] = [
  ["throws", () => {
    throw new Error("no queue");
  }, "no queue"],
  ["rejects", () => Promise.reject(new Error("no queue")), "no queue"],
  ["gives nothing", () => undefined, "undefined is not a number, or a list of series"],
  ["gives null", () => null, "null is not a number, or a list of series"],
  ["gives text", () => "5", `"5" is not a number, or a list of series`],
  ["gives an object", () => ({}), "[object Object] is not a number, or a list of series"],
  ["gives a promise of text", () => Promise.resolve("5"), `"5" is not a number`],
  ["gives a thenable that fails", () => ({
    then() {
      throw new Error("no queue");
    },
  }), "no queue"],
  [
    "gives a promise of another realm that rejects",
    () => runInNewContext("Promise.reject('x')"),
    "x",
  ],
  ["gives a number in place of series", () => 5, "its labels are {queue}"],
  ["gives series of null", () => [null], "null is not a number"],
  ["gives a list of numbers", () => [5], "5 is not a number for a callback to give"],
  ["gives series without labels", () => [{ value: 5 }], "its labels are {queue}"],
  ["gives series without a value", () => [{ labels: { queue: "a" } }], "undefined is not a number"],
  ["gives text for a value", () => [{ labels: { queue: "a" }, value: "5" }], `"5"`, "number"],
  ["misspells a label", () => [{ labels: { queu: "a" }, value: 5 }], "{queu}", "{queue}"],
  [
    "gives a time",
    () => [{ labels: { queue: "a" }, value: 5, timestamp: 1_700_000_000 }],
    "no timestamp",
    "constGauge()",
  ],
  ["gives a series twice", () => twice("a", "a"), "two series with the same labels"],
  ["gives a series twice in two spellings", () => twice("1", 1), "two series with the same labels"],
];

for (const [what, callback, ...parts] of failing) {
  test(`a callback that ${what} costs its own family, and the error says why`, async () => {
    const [samples, messages] = await scraped(labelled(callback));
    assertEquals(samples, ["other 0"]);
    assertEquals(messages.length, 1);
    for (const part of ["queue_length: ", ...parts]) assertStringIncludes(messages[0], part);
  });
}

test("callback: a total that a counter cannot have is refused", async () => {
  for (const value of [-1, NaN, Infinity, "5", 5n]) {
    const registry = new MetricsRegistry();
    registry.counterWithCallback({ ...definition, callback: () => value as number });
    const [samples, messages] = await scraped(registry);
    assertEquals([samples, messages.length], [[], 1]);
    assertStringIncludes(messages[0], "queue_length: ");
  }
});

test("callback: after a failure it is called again, and nothing is left of the failure", async () => {
  const answers: unknown[] = [twice("a", "a"), [{ labels: { queue: "b" }, value: 1 }]];
  const registry = labelled(() => answers.shift());
  assertEquals((await scraped(registry))[1].length, 1);
  assertEquals(await scraped(registry), [["other 0", `queue_length{queue="b"} 1`], []]);
});

test("callback: of the same definition the last callback is asked", async () => {
  const registry = new MetricsRegistry();
  for (const value of [1, 2]) registry.gaugeWithCallback({ ...definition, callback: () => value });
  assertEquals(await scraped(registry), [["queue_length 2"], []]);
});

test("callback: a metric with a callback is another one than a metric without", () => {
  const registry = new MetricsRegistry();
  registry.gaugeWithCallback({ ...definition, callback: () => 1 });
  assertThrowsWith(() => registry.gauge(definition), RegistrationError, "gauge with a callback");
  assertThrowsWith(
    () => registry.counterWithCallback({ ...definition, callback: () => 1 }),
    RegistrationError,
    "queue_length: already registered as gauge with a callback",
    "now asked for as counter with a callback",
  );
});

test("callback: its failure goes to the handler of encode()", async () => {
  const errors: unknown[] = [];
  await labelled(() => null).encode(undefined, (error) => errors.push(error));
  assertEquals(errors.map((error) => error instanceof CollectionError), [true]);
});

function twice(...queues: readonly unknown[]): readonly unknown[] {
  return queues.map((queue) => ({ labels: { queue }, value: 1 }));
}
