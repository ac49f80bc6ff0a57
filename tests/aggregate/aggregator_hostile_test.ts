import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { test } from "node:test";
import {
  constGauge,
  constHistogram,
  constStateSet,
  constSummary,
  type MetricFamily,
} from "../../mod.ts";
import { createAggregatorApp } from "../../src/aggregate.ts";
import { CollectionError } from "../../src/core.ts";
import { inTime, post, replyOf, type Station, stationOf } from "../support/aggregation.ts";
import { deferred, pause, within } from "../support/deferred.ts";
import { samplesOf } from "../simulation/samples.ts";
import {
  assertRefused,
  bytesOf,
  counter,
  frame,
  type Header,
  id,
  populated,
  silent,
} from "../support/hostile_batches.ts";

test("Aggregator refuses what is no batch", async () => {
  const station = await populated();
  const good = frame(bytesOf(counter("bad_total", 1)));
  const bodies: readonly (readonly [string, Uint8Array<ArrayBuffer>])[] = [
    ["nothing", new Uint8Array()],
    ["text", new TextEncoder().encode("jobs_total 5\n")],
    ["JSON", new TextEncoder().encode('{"families":[]}')],
    ["zeros", new Uint8Array(1000)],
    ["ones", new Uint8Array(1000).fill(255)],
    ["a byte more", Uint8Array.from([...good, 0])],
    ["two of them", Uint8Array.from([...good, ...good])],
  ];
  for (const [, body] of bodies) await assertRefused(station, post(body));
  assertEquals((await station.send(good)).result, "applied");
});

test("Aggregator refuses a batch of which any byte is changed, or the end is missing", async () => {
  const station = await populated();
  const good = frame(bytesOf(counter("bad_total", 1, { kind: "a" })));
  const before = await station.page();
  for (let at = 0; at < good.length; at++) {
    for (const flip of [1, 0x80, 0xff]) {
      const bad = good.slice();
      bad[at] ^= flip;
      const { status, result, reason } = await station.send(bad);
      assert(
        result === "refused" && (status === 400 || status === 415),
        `${at}: ${status} ${result}`,
      );
      assert(reason !== undefined);
    }
    const cut = await station.send(good.slice(0, at));
    assertEquals([cut.result, cut.status], ["refused", 400], `cut at ${at}`);
  }
  assertEquals(await station.page(), before);
});

test("Aggregator says of an unknown version that it is one", async () => {
  const station = await populated();
  const good = frame(bytesOf(counter("bad_total", 1)));
  const reasons: string[] = [];
  // Whichever of the first bytes it is.
  for (let at = 0; at < 8; at++) {
    const other = good.slice();
    other[at]++;
    const { status, reason } = await station.send(other);
    if (status === 415 || /version/i.test(reason ?? "")) reasons.push(reason!);
  }
  assert(reasons.some((reason) => /version/i.test(reason)), `reasons: ${reasons}`);
});

test("Aggregator survives any families in a frame that fits", async () => {
  const station = await populated();
  const native = { schema: 3, zeroThreshold: 0, zeroCount: 1, exemplars: [] };
  const sparse = { indexes: [1, 5, 9], counts: [1, 2, 3] };
  const histogram: MetricFamily = {
    ...constHistogram({
      name: "sizes",
      help: "H.",
      bounds: [1],
      samples: [{ buckets: [6, 1], sum: 9 }],
    }),
    native: [{ ...native, positive: sparse, negative: sparse }],
  };
  const families = bytesOf(
    counter("odd_total", 3, { kind: "b" }),
    histogram,
    constStateSet({ name: "mood", help: "Help.", states: ["a", "b"], samples: [{ on: ["a"] }] }),
  );
  const patterns = [[0], [1], [0x7f], [0x80], [0xff], [0xff, 0xff, 0xff, 0xff, 0x7f], [
    0xff,
    0xff,
    0xff,
    0xff,
    0xff,
    0xff,
    0xff,
    0xff,
    0x7f,
  ]];
  let client = 0;
  let last = await totalsOf(station);
  const begin = performance.now();
  for (let at = 0; at < families.length; at++) {
    for (const pattern of patterns) {
      const bad = Uint8Array.from([
        ...families.subarray(0, at),
        ...pattern,
        ...families.subarray(at + pattern.length),
      ]);
      const header = {
        client: Uint8Array.from(
          { length: 16 },
          (_, byte) => byte < 2 ? client >> 8 * byte & 255 : 7,
        ),
      };
      client++;
      const { status } = await station.send(frame(bad, header));
      assert(status === 200 || status === 400, `at ${at}, ${pattern}: ${status}`);
    }
    if (at % 10 !== 0) continue;
    // Whatever it took, the page can be made, and no total has gone down.
    const totals = await totalsOf(station);
    for (const [series, value] of last) {
      assert(
        (totals.get(series) ?? -1) >= value,
        `${series} at ${at}: ${value}, ${totals.get(series)}`,
      );
    }
    last = totals;
  }
  const milliseconds = performance.now() - begin;
  assert(milliseconds < 5000, `${client} batches took ${milliseconds} ms`);
});

/** The counters, buckets and counts of a page. */
async function totalsOf({ aggregator }: Station): Promise<Map<string, number>> {
  const { families } = await aggregator.gather();
  const { numbers } = samplesOf(families.filter(({ name }) => !name.startsWith("edgeprom_")));
  return new Map(
    [...numbers].filter(([, { kind }]) => kind === "total").map(([key, { value }]) => [key, value]),
  );
}

test("Aggregator applies a batch once, and none whose number jumps or is another client's", () =>
  inTime(async (time) => {
    const station = await populated();
    const start = time.now;
    const send = (header: Header, value = 1) =>
      station.send(
        frame(bytesOf(counter("jobs_total", value, { kind: "a" })), { start, ...header }),
      );
    const jobs = async () => (await station.lines()).find((line) => line.startsWith("jobs_total"));
    const expect = async (
      header: Header,
      result: string,
      statuses: readonly number[],
      value: number,
    ) => {
      const reply = await send(header);
      assert(
        statuses.includes(reply.status),
        `${JSON.stringify(reply)} to ${JSON.stringify(header)}`,
      );
      assertEquals(reply.result, result);
      assertEquals(await jobs(), `jobs_total{kind="a"} ${value}`);
    };
    await expect({}, "applied", [200], 6);
    await expect({}, "duplicate", [200], 6);
    await expect({ sequence: 2 }, "applied", [200], 7);
    await expect({ sequence: 1 }, "duplicate", [200], 7);
    await expect({ sequence: 4 }, "unknown", [409], 7);
    await expect({ sequence: 3 }, "applied", [200], 8);
    // Somebody else with the id of another.
    for (const sequence of [1, 3, 4]) {
      const reply = await send({ sequence, start: start + 1 });
      assert(["unknown", "refused"].includes(reply.result), JSON.stringify(reply));
      assert([400, 409].includes(reply.status));
      assertEquals(await jobs(), 'jobs_total{kind="a"} 8');
    }
    await expect({ sequence: 4 }, "applied", [200], 9);
    // Clients that nobody knows.
    await expect({ client: id(2), sequence: 2 }, "unknown", [409], 9);
    await expect({ client: id(2) }, "applied", [200], 10);
  }));

test("Aggregator refuses headers with numbers that nobody counts with", async () => {
  const station = await populated();
  const families = bytesOf(counter("bad_total", 1));
  const before = await station.page();
  const numbers = [0, -1, 0.5, 2 ** 32, 2 ** 53, Infinity, NaN];
  for (const name of ["sequence", "start", "time"] as const) {
    for (const number of numbers) {
      let bytes;
      try {
        bytes = frame(families, { [name]: number, client: id(numbers.indexOf(number) + 10) });
      } catch {
        continue; // It cannot even be written.
      }
      const { status, result } = await station.send(bytes);
      // Any start is good that no client can have had that was forgotten.
      const isGood = name === "time" || name === "start" && number < 2 ** 32;
      if (isGood && result === "applied") continue;
      assert([400, 409].includes(status), `${name} ${number}: ${status} ${result}`);
    }
  }
  const after = await station.page();
  assert(after === before || after.replace(/^.*bad_total.*\n/gm, "") === before);
});

test("Aggregator never applies a copy of a first batch twice, however late it comes", () =>
  inTime(async (time) => {
    const station = await populated({ clientSeconds: 100 });
    const first = frame(bytesOf(counter("late_total", 1)));
    assertEquals((await station.send(first)).result, "applied");
    await station.page();
    let sequence = 1;
    for (let step = 0; step < 60; step++) {
      time.advance(7);
      // Others go on, so that it is forgotten at some time.
      const client = id(3);
      await station.send(
        frame(bytesOf(counter("other_total", 1)), {
          client,
          sequence,
          start: time.now - 7 * step - 7,
        }),
      );
      sequence++;
      const { result } = await station.send(first);
      assert(result === "duplicate" || result === "unknown", result);
      assertStringIncludes(await station.page(), "late_total 1\n");
    }
  }));

test("Aggregator never applies a copy twice, though clocks go back and it is restarted", () =>
  inTime(async (time) => {
    const station = await populated({ clientSeconds: 100 });
    const first = frame(bytesOf(counter("late_total", 1)));
    await station.send(first);
    await station.page();
    const other = frame(bytesOf(counter("other_total", 1)), {
      client: id(4),
      start: time.now + 90,
      time: time.now + 90,
    });
    for (const step of [150, -140, 60, 300, -500, 250]) {
      time.advance(step);
      await station.aggregator.maintain();
      await station.send(other);
      assertMatch((await station.send(first)).result, /duplicate|unknown/);
      assertStringIncludes(await station.page(), "late_total 1\n");
    }
  }));

const bad: readonly (readonly [what: string, family: MetricFamily, told?: RegExp])[] = [
  ["a name that is not valid", { ...counter("x", 1), name: "x\0" }],
  ["a name that is empty", { ...counter("x", 1), name: "" }],
  ["a counter that goes down", counter("bad_total", -1), /-1/],
  [
    "a bucket below 0",
    constHistogram({
      name: "bad",
      help: "H.",
      bounds: [1],
      samples: [{ buckets: [1, -1], sum: 1 }],
    }),
    /-1/,
  ],
  [
    "a count below 0",
    constSummary({ name: "bad", help: "H.", samples: [{ count: -2, sum: 1 }] }),
    /-2/,
  ],
  [
    "a bucket that is NaN",
    constHistogram({
      name: "bad",
      help: "H.",
      bounds: [1],
      samples: [{ buckets: [1, NaN], sum: 1 }],
    }),
    /NaN/,
  ],
  [
    "bounds that fall",
    constHistogram({
      name: "bad",
      help: "H.",
      bounds: [2, 1],
      samples: [{ buckets: [1, 1, 1], sum: 1 }],
    }),
  ],
  ["a state of 7", {
    ...constStateSet({ name: "bad", help: "H.", states: ["a"], samples: [{ on: [] }] }),
    values: Float64Array.of(7),
  }],
  [
    "a label that its type has",
    constHistogram({
      name: "bad",
      help: "H.",
      bounds: [1],
      samples: [{ labels: { le: "1" }, buckets: [1, 1], sum: 1 }],
    }),
    /le/,
  ],
  ["a label that is not valid", counter("bad_total", 1, { "": "x" })],
  [
    "another type",
    constGauge({ name: "jobs_total", help: "Help.", samples: [{ value: 1 }] }),
    /counter/,
  ],
  [
    "other bounds",
    constHistogram({
      name: "times",
      help: "H.",
      bounds: [1, 3],
      samples: [{ buckets: [1, 1, 1], sum: 1 }],
    }),
    /3/,
  ],
  [
    "another merge",
    {
      ...constGauge({ name: "depth", help: "H.", samples: [{ value: 1 }] }),
      merge: "max",
    } as MetricFamily,
    /max/,
  ],
  [
    "other states",
    constStateSet({ name: "phase", help: "Help.", states: ["on"], samples: [{ on: ["on"] }] }),
    /off/,
  ],
  ["a suffix of another's samples", counter("times_count", 1), /times/],
];

for (const [what, family, told] of bad) {
  test(`Aggregator refuses a family with ${what}, and takes the others of its batch`, async () => {
    const station = await populated();
    const before = await station.page();
    let bytes;
    try {
      bytes = frame(bytesOf(counter("a_total", 1), family, counter("z_total", 2)));
    } catch {
      return; // No writer can write it.
    }
    const reply = await station.send(bytes);
    assertEquals([reply.status, reply.result], [200, "applied"], JSON.stringify(reply));
    assertEquals(reply.refused?.length, 1);
    const [{ family: name, reason }] = reply.refused!;
    assertEquals(name, family.name);
    assertStringIncludes(reason, family.name.split("\0")[0]);
    if (told !== undefined) assertMatch(reason, told);
    await station.page();
    const after = await station.page();
    const without = after.split("\n").filter((line) => !/\b[az]_total/.test(line)).join("\n");
    assertEquals(without, before);
    assertStringIncludes(after, "\na_total 1\n");
    assertStringIncludes(after, "\nz_total 2\n");
    // And the page is one that a scrape shows without an error.
    const { errors } = await station.aggregator.gather();
    assertEquals(errors, []);
  });
}

test("Aggregator takes or refuses a label of a megabyte, and the next batch", async () => {
  const station = await populated();
  for (const length of [100_000, 1_000_000, 1_040_000]) {
    const bytes = frame(bytesOf(counter("long_total", 1, { kind: "x".repeat(length) })), {
      client: id(length % 251),
    });
    const { status } = await station.send(bytes);
    assert(status === 200 || status === 413 || status === 400, `${length}: ${status}`);
  }
  assertEquals(
    (await station.send(frame(bytesOf(counter("jobs_total", 1, { kind: "a" }))))).status,
    200,
  );
  assertStringIncludes(await station.page(), 'jobs_total{kind="a"} 6\n');
});

test("Aggregator believes no length of a body that is not there", async () => {
  const station = await populated();
  const good = frame(bytesOf(counter("jobs_total", 1, { kind: "a" })));
  assertEquals(
    await assertRefused(station, post(new Uint8Array(10), { "content-length": "1073741824" })),
    413,
  );
  const { status } = await replyOf(
    await station.request("/deltas", post(good, { "content-length": "5" })),
  );
  assert([200, 400].includes(status));
});

/** So many megabytes of zeros, compressed: the same block again and again. */
test("Aggregator tells what it wants of other methods and paths", async () => {
  const station = await populated();
  const good = frame(bytesOf(counter("jobs_total", 1, { kind: "a" })));
  const before = await station.page();
  for (const method of ["GET", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"]) {
    const { headers, body } = post(good);
    const init = method === "GET" || method === "HEAD" ? { headers } : { headers, body };
    const response = await station.request("/deltas", { method, ...init });
    assert(
      [405, 204, 200].includes(response.status) &&
        !(response.status === 200 && method !== "OPTIONS"),
      `${method}: ${response.status}`,
    );
    assertStringIncludes(response.headers.get("allow") ?? "", "POST");
  }
  assertEquals((await station.request("/delta", post(good))).status, 404);
  assertEquals(await station.page(), before);
});

test("Aggregator reads a body for what it is, whatever its type says", async () => {
  const station = await populated();
  for (const [at, type] of ["", "text/plain", "application/json"].entries()) {
    const headers = new Headers(post("").headers);
    if (type === "") headers.delete("content-type");
    else headers.set("content-type", type);
    const send = (body: Uint8Array<ArrayBuffer>) =>
      station.request("/deltas", { method: "POST", headers, body });
    const bytes = frame(bytesOf(counter("jobs_total", 1, { kind: "a" })), { client: id(at + 20) });
    assert([200, 415].includes((await replyOf(await send(bytes))).status));
    assert([400, 415].includes((await replyOf(await send(bytes.slice(1)))).status));
  }
});

test("Aggregator takes nothing if the function that authorizes fails, and does not tell why", async () => {
  const { aggregator, page } = await populated();
  const before = await page();
  const good = frame(bytesOf(counter("jobs_total", 1, { kind: "a" })));
  const authorizes: readonly ((request: Request) => never)[] = [
    () => {
      throw new Error("password of the database: hunter2");
    },
    () => Promise.reject(new Error("hunter2")) as never,
    () => false as never,
    () => Promise.resolve(false) as never,
    () => undefined as never,
    () => "yes" as never,
  ];
  for (const authorize of authorizes) {
    const app = createAggregatorApp({ aggregator, authorize, logger: silent });
    const response = await app.request("/deltas", post(good));
    assert([401, 403, 500, 503].includes(response.status), `status ${response.status}`);
    const text = await response.text();
    assertEquals(text.includes("hunter2"), false);
    assertEquals(typeof JSON.parse(text).reason, "string");
  }
  assertEquals(await page(), before);
});

test("Aggregator reads no body of those who may not send", async () => {
  const station = await populated();
  let pulled = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled++;
      controller.enqueue(new Uint8Array(1000));
    },
  }, { highWaterMark: 0 });
  await assertRefused(station, post(body, { authorization: "Bearer wrong" }));
  assert(pulled <= 1, `${pulled} chunks were read`);
});

test("Aggregator goes on for others while a body is slow, and drops one that breaks off", async () => {
  const station = await populated();
  const bytes = frame(bytesOf(counter("jobs_total", 1, { kind: "a" })), { client: id(5) });
  const rest = deferred<void>();
  const slow = (last: (controller: ReadableStreamDefaultController) => void) =>
    new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(bytes.slice(0, 20)),
      async pull(controller) {
        await rest.promise;
        last(controller);
      },
    });
  const broken = station.request(
    "/deltas",
    post(slow((controller) => controller.error(new Error("reset")))),
  );
  const late = station.request(
    "/deltas",
    post(slow((controller) => {
      controller.enqueue(bytes.slice(20));
      controller.close();
    })),
  );
  await pause(0.01);
  const { result } = await within(
    2,
    station.send(frame(bytesOf(counter("jobs_total", 1, { kind: "a" })))),
  );
  assertEquals(result, "applied");
  assertStringIncludes(await within(2, station.page()), 'jobs_total{kind="a"} 6\n');
  rest.resolve();
  const refused = await replyOf(await within(2, broken));
  assert([400, 408, 499].includes(refused.status), `status ${refused.status}`);
  assertEquals((await replyOf(await within(2, late))).result, "applied");
  assertStringIncludes(await station.page(), 'jobs_total{kind="a"} 7\n');
});

test("Aggregator gives no page without its sums, if its store cannot be read", async () => {
  const load = () => {
    throw new Error("the disk is not there");
  };
  const station = stationOf({ store: { load, append() {}, replace() {} }, logger: silent });
  await assertRejects(() => station.aggregator.gather(), CollectionError, "the disk is not there");
  // A server that scrapes would take series that are not there for ended.
  const response = await station.request("/metrics");
  await response.body?.cancel();
  assert(response.status >= 500, `status ${response.status}`);
});

test("Aggregator applies each of two copies that come at the same time once", async () => {
  const station = await populated();
  const bytes = frame(bytesOf(counter("jobs_total", 1, { kind: "a" })));
  const replies = await Promise.all(Array.from({ length: 20 }, () => station.send(bytes)));
  const results = replies.map(({ result }) => result).sort();
  assertEquals(results, ["applied", ...Array(19).fill("duplicate")]);
  assertStringIncludes(await station.page(), 'jobs_total{kind="a"} 6\n');
});
