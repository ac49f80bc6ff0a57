import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { test } from "node:test";
import {
  constCounter,
  constGauge,
  constHistogram,
  createMetricsApp,
  openMetrics,
  prometheusProtobuf,
  prometheusText,
} from "../../mod.ts";
import { pushAfterResponse } from "../../src/push.ts";
import type { NativeBuckets } from "../../src/core.ts";
import { Aggregator, memoryStore } from "../../src/aggregate.ts";
import { type Client, inTime, type Station, stationOf } from "../support/aggregation.ts";
import { textOf } from "../support/pages.ts";
import { recordingLogger } from "../support/recording_logger.ts";

/** Flushes clients, one after the other; each must be applied as a whole. */
async function flush(...clients: readonly Client[]): Promise<void> {
  for (const { pusher } of clients) {
    const report = await pusher.flush();
    assertEquals(report.errors, []);
  }
}

/** The samples of the page after the one on which series are 0. */
async function settled(station: Station): Promise<readonly string[]> {
  await station.page();
  return await station.lines();
}

/** Two clients with the same instrument. */
function pairOf<T>(station: Station, make: (registry: Client["registry"]) => T) {
  return [station.client(), station.client()].map((client) => ({
    ...client,
    instrument: make(client.registry),
  }));
}

test("Aggregator adds up what the counters of all clients have counted", async () => {
  const station = stationOf();
  const [one, other] = pairOf(
    station,
    (registry) => registry.counter({ name: "jobs_total", help: "Jobs.", labels: ["kind"] }),
  );
  one.instrument.inc({ kind: "a" }, 2);
  other.instrument.inc({ kind: "a" }, 3);
  other.instrument.inc({ kind: "b" }, 0.5);
  await flush(one, other);
  assertEquals(await settled(station), ['jobs_total{kind="a"} 5', 'jobs_total{kind="b"} 0.5']);
  one.instrument.inc({ kind: "a" }, 10);
  await flush(one, other);
  await flush(one, other);
  assertEquals(await station.lines(), ['jobs_total{kind="a"} 15', 'jobs_total{kind="b"} 0.5']);
});

test("Aggregator rounds a sum once, whatever the order", async () => {
  for (const parts of [Array(10).fill(0.1), [1e16, 1, 1, 1], [1, 1, 1, 1e16], [1e300, 1e-300, 7]]) {
    const station = stationOf();
    for (const part of parts) {
      const client = station.client();
      client.registry.counter({ name: "work_total", help: "Work." }).inc(part);
      await flush(client);
    }
    const exact = parts.length === 10 ? 1 : parts.includes(1e16) ? 1e16 + 4 : 1e300;
    const [line] = await settled(station);
    // 1e16 + 3 lies between two doubles; the even one is nearer to none, so the rule decides.
    assertEquals(Number(line.split(" ")[1]), exact);
  }
});

test("Aggregator shows 0 before the first value of a series, and for a new one later on", async () => {
  const station = stationOf();
  const client = station.client();
  const jobs = client.registry.counter({ name: "jobs_total", help: "Jobs.", labels: ["kind"] });
  const times = client.registry.histogram({ name: "times", help: "Times.", buckets: [1] });
  const depth = client.registry.gauge({ name: "depth", help: "Depth." });
  jobs.inc({ kind: "a" }, 2);
  times.observe(0.5);
  depth.set(7);
  await flush(client);
  jobs.inc({ kind: "a" }, 3);
  await flush(client);
  assertEquals(await station.lines(), [
    "depth 7",
    'jobs_total{kind="a"} 0',
    'times_bucket{le="1.0"} 0',
    'times_bucket{le="+Inf"} 0',
    "times_sum 0",
    "times_count 0",
  ]);
  jobs.inc({ kind: "b" });
  await flush(client);
  assertEquals(await station.lines(), [
    "depth 7",
    'jobs_total{kind="a"} 5',
    'jobs_total{kind="b"} 0',
    'times_bucket{le="1.0"} 1',
    'times_bucket{le="+Inf"} 1',
    "times_sum 0.5",
    "times_count 1",
  ]);
  assertStringIncludes(await station.page(), 'jobs_total{kind="b"} 1\n');
});

test("Aggregator keeps series at 0 for zeroSeconds after their first page", () =>
  inTime(async (time) => {
    const station = stationOf({ zeroSeconds: 30 });
    const client = station.client();
    client.registry.counter({ name: "jobs_total", help: "Jobs." }).inc(4);
    await flush(client);
    time.advance(1000);
    assertEquals(await station.lines(), ["jobs_total 0"]);
    time.advance(29);
    assertEquals(await station.lines(), ["jobs_total 0"]);
    time.advance(2);
    assertEquals(await station.lines(), ["jobs_total 4"]);
  }));

for (
  const [merge, expected] of [
    ["sum", 7],
    ["liveSum", 7],
    ["max", 5],
    ["liveMax", 5],
    ["min", 2],
    ["liveMin", 2],
    ["mostRecent", 2],
    ["liveMostRecent", 2],
    [undefined, 2],
  ] as const
) {
  const name = merge ?? "no merge";
  test(`Aggregator combines gauges with ${name} over clients, and clients that end`, () =>
    inTime(async (time) => {
      const station = stationOf({ staleSeconds: 300 });
      const [one, other] = pairOf(
        station,
        (registry) => registry.gauge({ name: "depth", help: "Depth.", merge }),
      );
      one.instrument.set(5);
      await flush(one);
      time.advance(1);
      other.instrument.set(2);
      await flush(other);
      assertEquals(await station.lines(), [`depth ${expected}`]);

      // The other ends.
      time.advance(200);
      await flush(one);
      time.advance(150);
      const outlives = merge === undefined || merge === "mostRecent";
      assertEquals(await station.lines(), [`depth ${outlives ? 2 : 5}`]);

      // Nobody is left.
      time.advance(400);
      assertEquals(await station.lines(), outlives ? ["depth 2"] : []);

      // The first comes back: what has not changed counts again.
      await flush(one);
      await flush(one);
      assertEquals(await station.lines(), [`depth ${outlives ? 2 : 5}`]);
    }));
}

test("Aggregator takes a client to live that flushes, though its gauges stay the same", () =>
  inTime(async (time) => {
    const station = stationOf({ staleSeconds: 300 });
    const client = station.client();
    client.registry.gauge({ name: "depth", help: "Depth.", merge: "sum" }).set(3);
    client.registry.stateSet({ name: "phase", help: "Phase.", states: ["on", "off"] }).select("on");
    for (let minute = 0; minute < 30; minute++) {
      await flush(client);
      assertEquals(await station.lines(), [
        "depth 3",
        'phase{phase="on"} 1',
        'phase{phase="off"} 0',
      ]);
      time.advance(60);
    }
    // A heartbeat is not a batch for each flush.
    assert(client.sent.length < 30, `${client.sent.length} requests`);
    assertEquals((await station.lines()).length, 3);
  }));

test("Aggregator drops the living values of a series that its client has removed", async () => {
  const station = stationOf();
  const [one, other] = pairOf(
    station,
    (registry) =>
      registry.gauge({ name: "depth", help: "Depth.", labels: ["queue"], merge: "sum" }),
  );
  one.instrument.set({ queue: "a" }, 1);
  one.instrument.set({ queue: "b" }, 2);
  other.instrument.set({ queue: "a" }, 10);
  await flush(one, other);
  assertEquals(await station.lines(), ['depth{queue="a"} 11', 'depth{queue="b"} 2']);
  one.instrument.clear();
  await flush(one);
  assertEquals(await station.lines(), ['depth{queue="a"} 10']);
});

test("Aggregator shows the newest value of a gauge with mostRecent, whichever came last", () =>
  inTime(async (time) => {
    const station = stationOf();
    const [one, other] = pairOf(
      station,
      (registry) => registry.gauge({ name: "config", help: "Version.", merge: "mostRecent" }),
    );
    one.instrument.set(1);
    time.advance(10);
    other.instrument.set(2);
    await flush(other, one);
    assertEquals(await station.lines(), ["config 2"]);
    time.advance(10);
    one.instrument.set(3);
    time.advance(10);
    await flush(one);
    assertEquals(await station.lines(), ["config 3"]);
  }));

test("Aggregator does not let a client whose clock is ahead win for ever", () =>
  inTime(async (time) => {
    const station = stationOf();
    const own = Date.now;
    // Only the client's clock is ahead.
    const fetch = (url: string | URL | Request, init?: RequestInit) => {
      Date.now = own;
      return station.request(new URL(url as string).pathname, init);
    };
    const [one, other] = [station.client({ target: { fetch } }), station.client()]
      .map((client) => ({
        ...client,
        gauge: client.registry.gauge({ name: "config", help: "Version.", merge: "mostRecent" }),
      }));
    Date.now = () => own() + 5_000_000;
    one.gauge.set(1);
    await flush(one);
    assertEquals(await station.lines(), ["config 1"]);
    time.advance(1);
    other.gauge.set(2);
    await flush(other);
    assertEquals(await station.lines(), ["config 2"]);
  }));

test("Aggregator forgets series to which nobody has sent for idleSeconds", () =>
  inTime(async (time) => {
    const station = stationOf({ cardinality: { idleSeconds: 600 } });
    const client = station.client();
    const jobs = client.registry.counter({ name: "jobs_total", help: "Jobs.", labels: ["kind"] });
    jobs.inc({ kind: "a" }, 5);
    jobs.inc({ kind: "b" }, 5);
    await flush(client);
    await station.page();
    time.advance(500);
    jobs.inc({ kind: "b" });
    await flush(client);
    time.advance(200);
    assertEquals(await station.lines(), ['jobs_total{kind="b"} 6']);
    // It comes back as a new series, with what is new.
    jobs.inc({ kind: "a" }, 2);
    await flush(client);
    assertEquals(await station.lines(), ['jobs_total{kind="b"} 6', 'jobs_total{kind="a"} 0']);
    assertEquals(await station.lines(), ['jobs_total{kind="b"} 6', 'jobs_total{kind="a"} 2']);
  }));

test("Aggregator keeps the infos and gauges of clients that flush, though they stay the same", () =>
  inTime(async (time) => {
    const station = stationOf({ cardinality: { idleSeconds: 600 } });
    const client = station.client();
    client.registry.info({ name: "build_info", help: "Build.", labels: ["version"] })
      .set({ version: "1" });
    client.registry.gauge({ name: "config", help: "Config.", merge: "mostRecent" }).set(1);
    const lines = ['build_info{version="1"} 1', "config 1"];
    for (let minute = 0; minute < 60; minute++) {
      await flush(client);
      assertEquals(await station.lines(), lines);
      time.advance(60);
    }
    time.advance(700);
    assertEquals(await station.lines(), []);
  }));

test("Aggregator counts label sets without room together", async () => {
  const overflows: string[] = [];
  const station = stationOf({
    cardinality: { seriesPerFamily: 2, onOverflow: ({ family }) => void overflows.push(family) },
  });
  const clients = pairOf(
    station,
    (registry) => registry.counter({ name: "visits_total", help: "Visits.", labels: ["user"] }),
  );
  const [one, other] = clients;
  for (const user of ["ann", "bob", "cid"]) one.instrument.inc({ user });
  for (const user of ["dan", "eve", "ann"]) other.instrument.inc({ user }, 10);
  await flush(...clients);
  assertEquals(await settled(station), [
    'visits_total{user="ann"} 11',
    'visits_total{user="bob"} 1',
    'visits_total{otel_metric_overflow="true"} 21',
  ]);
  assertEquals(overflows.filter((family) => !family.startsWith("edgeprom_")), ["visits_total"]);
  const { overflows: counted } = await station.aggregator.gather();
  assert((counted?.get("visits_total") ?? 0) > 0);
});

test("Aggregator has a limit for all families together", async () => {
  const station = stationOf({ cardinality: { series: 3, onOverflow: () => {} } });
  const client = station.client();
  for (const name of ["a_total", "b_total"]) {
    const family = client.registry.counter({ name, help: "Help.", labels: ["user"] });
    for (const user of ["1", "2", "3"]) family.inc({ user });
  }
  await client.pusher.flush();
  const lines = await settled(station);
  assertEquals(lines.filter((line) => !line.includes("overflow")).length, 3);
  assertEquals(lines.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0), 6);
});

test("Aggregator keeps the first HELP, and takes the numbers under another one", async () => {
  const station = stationOf();
  for (const help of ["First.", "Second."]) {
    const client = station.client();
    client.registry.counter({ name: "jobs_total", help }).inc();
    await flush(client);
  }
  await station.page();
  assertEquals(
    await station.page(),
    "# HELP jobs_total First.\n# TYPE jobs_total counter\njobs_total 2\n",
  );
});

const clashes: readonly (readonly [
  what: string,
  first: (registry: Client["registry"]) => void,
  second: (registry: Client["registry"]) => void,
  told: readonly RegExp[],
])[] = [
  [
    "type",
    (registry) => registry.counter({ name: "thing", help: "Help." }).inc(),
    (registry) => registry.gauge({ name: "thing", help: "Help." }).set(100),
    [/counter/, /gauge/],
  ],
  [
    "unit",
    (registry) => registry.counter({ name: "thing_seconds", help: "Help.", unit: "seconds" }).inc(),
    (registry) => registry.counter({ name: "thing_seconds", help: "Help." }).inc(100),
    [/seconds/],
  ],
  [
    "bounds",
    (registry) => registry.histogram({ name: "thing", help: "Help.", buckets: [1, 2] }).observe(1),
    (registry) =>
      registry.histogram({ name: "thing", help: "Help.", buckets: [1, 3] }).observe(100),
    [/1, ?2/, /1, ?3/],
  ],
  [
    "merge",
    (registry) => registry.gauge({ name: "thing", help: "Help.", merge: "max" }).set(1),
    (registry) => registry.gauge({ name: "thing", help: "Help.", merge: "min" }).set(100),
    [/max/, /min/],
  ],
  [
    "states",
    (registry) => registry.stateSet({ name: "thing", help: "H.", states: ["a", "b"] }).select("a"),
    (registry) => registry.stateSet({ name: "thing", help: "H.", states: ["a", "c"] }).select("c"),
    [/a.*b/, /a.*c/],
  ],
];

for (const [what, first, second, told] of clashes) {
  test(`Aggregator refuses a family with another ${what} than others have, and no other`, async () => {
    const station = stationOf();
    const [one, other] = [station.client(), station.client()];
    first(one.registry);
    await flush(one);
    await station.page();
    const before = await station.page();

    second(other.registry);
    const good = other.registry.counter({ name: "a_good_total", help: "Good." });
    good.inc(2);
    const { errors } = await other.pusher.flush();
    assertEquals(errors.length, 1);
    const [{ message }] = errors;
    assertMatch(message, /thing/);
    assertMatch(message, new RegExp(what === "merge" ? "merge" : what.slice(0, -1)));
    for (const each of told) assertMatch(message, each);
    await station.page();
    const after = "# HELP a_good_total Good.\n# TYPE a_good_total counter\na_good_total 2\n" +
      before;
    assertEquals(await station.page(), after);

    good.inc();
    await other.pusher.flush();
    assertEquals(await station.page(), after.replace("total 2", "total 3"));
  });
}

test("Aggregator takes a refused family in full as soon as it fits", async () => {
  const station = stationOf();
  const client = station.client();
  const jobs = client.registry.counter({ name: "jobs", help: "Jobs." });
  // Another version of the app has it as a gauge, until nobody has.
  const other = station.client();
  other.registry.gauge({ name: "jobs", help: "Jobs.", merge: "sum" }).set(1);
  await inTime(async (time) => {
    await flush(other);
    jobs.inc(5);
    assertEquals((await client.pusher.flush()).errors.length, 1);
    jobs.inc(5);
    assertEquals((await client.pusher.flush()).errors.length, 1);
    time.advance(100_000);
    await station.page();
    jobs.inc(1);
    const { errors } = await client.pusher.flush();
    if (errors.length > 0) return; // A definition may outlive its series: then it stays refused.
    assertEquals(await settled(station), ["jobs 11"]);
  });
});

for (const merge of ["all", "liveAll"] as const) {
  test(`Aggregator refuses a gauge with ${merge}, as each client would have a series`, async () => {
    const station = stationOf();
    const client = station.client();
    client.registry.gauge({ name: "depth", help: "Depth.", merge }).set(1);
    client.registry.counter({ name: "jobs_total", help: "Jobs." }).inc();
    const { errors } = await client.pusher.flush();
    assertEquals(errors.length, 1);
    assertMatch(errors[0].message, /depth/);
    assertMatch(errors[0].message, new RegExp(merge));
    assertEquals(await settled(station), ["jobs_total 1"]);
  });
}

async function nativesOf({ aggregator }: Station, name: string): Promise<NativeBuckets> {
  await aggregator.gather();
  const { families } = await aggregator.gather();
  const family = families.find((family) => family.name === name);
  assert(family?.type === "histogram" && family.native !== undefined);
  return family.native[0];
}

test("Aggregator merges native histograms of different resolutions at the lower one", async () => {
  const station = stationOf();
  const [fine, coarse] = [1.1, 2].map((factor) => {
    const client = station.client();
    const sizes = client.registry.histogram({ name: "sizes", help: "Sizes.", native: { factor } });
    return { ...client, sizes };
  });
  for (const value of [1, 1.1, 1.5, 3, 0, -5]) fine.sizes.observe(value);
  await flush(fine);
  const alone = await nativesOf(station, "sizes");
  assertEquals([alone.schema, alone.zeroCount, alone.positive.counts], [3, 1, [1, 1, 1, 1]]);
  for (const value of [1.7, 3.5, 3.9]) coarse.sizes.observe(value);
  await flush(coarse);
  const both = await nativesOf(station, "sizes");
  assertEquals(both.schema, 0);
  assertEquals(both.positive, { indexes: [0, 1, 2], counts: [1, 3, 3] });
  assertEquals(both.negative, { indexes: [3], counts: [1] });
  assertEquals(both.zeroCount, 1);
  // The fine one goes on to send at its own resolution.
  fine.sizes.observe(3);
  await flush(fine);
  assertEquals((await nativesOf(station, "sizes")).positive.counts, [1, 3, 4]);
});

test("Aggregator counts on through a native histogram's loss of resolution", async () => {
  const station = stationOf();
  const client = station.client();
  const sizes = client.registry.histogram({
    name: "sizes",
    help: "Sizes.",
    native: { maxBuckets: 4 },
  });
  let count = 0;
  for (let power = 0; power < 12; power++) {
    for (let times = 0; times <= power; times++) sizes.observe(2 ** power), count++;
    await flush(client);
    const { positive } = await nativesOf(station, "sizes");
    assertEquals(positive.counts.reduce((sum, each) => sum + each, 0), count);
  }
});

test("Aggregator counts on through a native histogram's reset", () =>
  inTime(async (time) => {
    const station = stationOf();
    const client = station.client();
    const sizes = client.registry.histogram({
      name: "sizes",
      help: "Sizes.",
      native: { maxBuckets: 3, minResetSeconds: 1 },
    });
    let count = 0;
    for (let power = 0; power < 12; power++) {
      time.advance(10);
      sizes.observe(2 ** power);
      count++;
      await flush(client);
      const { positive } = await nativesOf(station, "sizes");
      assertEquals(positive.counts.reduce((sum, each) => sum + each, 0), count, `after ${count}`);
    }
  }));

test("Aggregator shows the newest exemplar of all clients", () =>
  inTime(async (time) => {
    const station = stationOf();
    const clients = pairOf(station, (registry) => ({
      jobs: registry.counter({ name: "jobs_total", help: "Jobs." }),
      times: registry.histogram({ name: "times", help: "Times.", buckets: [1] }),
    }));
    const record = ({ instrument: { jobs, times } }: typeof clients[number], id: string) => {
      jobs.inc(1, { exemplar: { trace_id: id } });
      times.observe(0.5, { exemplar: { trace_id: id } });
      time.advance(1);
    };
    record(clients[1], "old");
    record(clients[0], "new");
    // The newer one arrives first.
    await flush(clients[0], clients[1]);
    await station.aggregator.gather();
    const page = async () =>
      textOf(openMetrics().encode((await station.aggregator.gather()).families));
    assertMatch(await page(), /^jobs_total 2(?:\.0)? # \{trace_id="new"\}/m);
    assertMatch(await page(), /^times_bucket\{le="1\.0"\} 2 # \{trace_id="new"\}/m);
    record(clients[1], "newest");
    await flush(clients[1]);
    assertMatch(await page(), /^jobs_total 3(?:\.0)? # \{trace_id="newest"\}/m);
    // One without an exemplar leaves it.
    clients[0].instrument.jobs.inc();
    await flush(clients[0]);
    assertMatch(await page(), /^jobs_total 4(?:\.0)? # \{trace_id="newest"\}/m);
  }));

test("Aggregator shows the infos of all versions that run", async () => {
  const station = stationOf();
  for (const version of ["1", "2", "1"]) {
    const client = station.client();
    client.registry.info({ name: "build_info", help: "Build.", labels: ["version"] })
      .set({ version });
    await flush(client);
  }
  const lines = ['build_info{version="1"} 1', 'build_info{version="2"} 1'];
  assertEquals(await station.lines(), lines);
});

test("Aggregator has a state on if any client that lives has it on", () =>
  inTime(async (time) => {
    const station = stationOf({ staleSeconds: 100 });
    const [one, other] = pairOf(station, (registry) =>
      registry.stateSet({ name: "phase", help: "Phase.", states: ["idle", "busy", "ended"] }));
    one.instrument.select("idle");
    other.instrument.select("busy");
    await flush(one, other);
    const states = async () =>
      (await station.lines()).map((line) =>
        line.split(" ")[1]
      ).join("");
    assertEquals(await states(), "110");
    other.instrument.select("ended");
    await flush(other);
    assertEquals(await states(), "101");
    time.advance(60);
    await flush(one);
    time.advance(60);
    assertEquals(await states(), "100");
  }));

test("Aggregator tells in OpenMetrics since when it has a series, by its own clock", () =>
  inTime(async (time) => {
    const station = stationOf();
    const client = station.client();
    const jobs = client.registry.counter({ name: "jobs_total", help: "Jobs." });
    jobs.inc();
    time.advance(100);
    const born = time.now;
    await flush(client);
    time.advance(100);
    jobs.inc();
    await flush(client);
    await station.aggregator.gather();
    const created = async () => {
      const { families } = await station.aggregator.gather();
      const family = families.find(({ name }) => name === "jobs_total");
      return family?.type === "counter" ? family.created?.[0] : undefined;
    };
    assertEquals(await created(), born);
    const { families } = await station.aggregator.gather();
    const page = textOf(openMetrics("1.0.0", { created: true }).encode(families));
    assertMatch(page, /^jobs_total 2(?:\.0)?$/m);
    assertMatch(page, new RegExp(`^jobs_created ${born}(?:\\.0)?$`, "m"));
  }));

test("Aggregator goes on after a restart as if nothing had happened", () =>
  inTime(async (time) => {
    const store = memoryStore();
    const options = {
      staleSeconds: 300,
      cardinality: { seriesPerFamily: 3, onOverflow: () => {} },
    };
    const first = stationOf({ store, ...options });
    let station = first;
    const request = (path: string, init?: RequestInit) => station.request(path, init);
    const fetch = (url: string | URL | Request, init?: RequestInit) =>
      request(new URL(url as string).pathname, init);
    const client = station.client({ target: { fetch } });
    const { registry } = client;
    const jobs = registry.counter({ name: "jobs_total", help: "Jobs.", labels: ["kind"] });
    for (const kind of ["a", "b", "c", "d", "e"]) {
      jobs.inc({ kind }, 0.1, { exemplar: { trace_id: kind } });
    }
    registry.histogram({ name: "times", help: "Times.", buckets: [1], native: true }).observe(0.3);
    registry.summary({ name: "calls", help: "Calls." }).observe(0.3);
    registry.info({ name: "build_info", help: "Build.", labels: ["version"] }).set({
      version: "1",
    });
    registry.stateSet({ name: "phase", help: "Phase.", states: ["on", "off"] }).select("on");
    registry.gauge({ name: "depth", help: "Depth.", merge: "sum" }).set(3);
    registry.gauge({ name: "config", help: "Config.", merge: "mostRecent" }).set(4);
    await flush(client);
    const restart = async () => {
      await station.aggregator.close();
      station = stationOf({ store, ...options });
    };
    const pages = () =>
      Promise.all([openMetrics(), prometheusProtobuf].map(async (format) =>
        format.encode((await station.aggregator.gather()).families)
      ));

    // Nobody has seen the series yet: they are 0 on their first page.
    await restart();
    assertEquals(
      (await station.lines()).find((line) =>
        line.startsWith("calls_count")
      ),
      "calls_count 0",
    );
    await restart();
    const before = await pages();
    assertStringIncludes(textOf(before[0]), "calls_count 1\n");
    time.advance(50);
    await restart();
    assertEquals(await pages(), before);

    jobs.inc({ kind: "a" }, 0.2);
    await flush(client);
    assertStringIncludes(await station.page(), `jobs_total{kind="a"} ${0.1 + 0.2}`);
    time.advance(299);
    await restart();
    assertStringIncludes(await station.page(), "depth 3");
    time.advance(2);
    await restart();
    assertEquals((await station.page()).includes("depth 3"), false);
  }));

test("Aggregator that has lost everything is told all anew, and nothing twice", async () => {
  let station = stationOf();
  const fetch = (url: string | URL | Request, init?: RequestInit) =>
    station.request(new URL(url as string).pathname, init);
  const client = station.client({ target: { fetch } });
  const jobs = client.registry.counter({ name: "jobs_total", help: "Jobs." });
  client.registry.gauge({ name: "depth", help: "Depth.", merge: "sum" }).set(3);
  jobs.inc(5);
  await flush(client);
  station = stationOf();
  jobs.inc(2);
  await client.pusher.flush();
  await client.pusher.flush();
  // What the lost one had is lost; what is new is not, and gauges are there again.
  assertEquals(await settled(station), ["depth 3", "jobs_total 2"]);
  assertEquals((await client.pusher.flush()).uncertain, 0);
});

test("Aggregator counts on if a client's series begins anew", () =>
  inTime(async (time) => {
    const station = stationOf();
    const client = station.client();
    const jobs = client.registry.counter({ name: "jobs_total", help: "Jobs.", labels: ["kind"] });
    const expect = async (value: number) => {
      await flush(client);
      assertEquals(await settled(station), [`jobs_total{kind="a"} ${value}`]);
    };
    jobs.inc({ kind: "a" }, 5);
    await expect(5);
    // Less than before.
    time.advance(1);
    jobs.remove({ kind: "a" });
    jobs.inc({ kind: "a" }, 2);
    await expect(7);
    // More than before: its start tells.
    time.advance(1);
    jobs.remove({ kind: "a" });
    jobs.inc({ kind: "a" }, 3);
    await expect(10);
    // Gone for a flush.
    jobs.remove({ kind: "a" });
    await expect(10);
    time.advance(1);
    jobs.inc({ kind: "a" }, 4);
    await expect(14);
    time.advance(1);
    client.registry.reset();
    await expect(14);
    jobs.inc({ kind: "a" }, 1);
    await expect(15);
  }));

test("Aggregator counts nothing twice if a collector fails for one flush", async () => {
  const station = stationOf();
  const client = station.client();
  let value = 5;
  let fails = false;
  client.registry.register({
    collect() {
      if (fails) throw new Error("not now");
      return [
        constCounter({ name: "made_total", help: "Made.", samples: [{ value }] }),
        constHistogram({
          name: "sizes",
          help: "S.",
          bounds: [1],
          samples: [{ buckets: [value, 0], sum: value }],
        }),
        { ...constGauge({ name: "depth", help: "Depth.", samples: [{ value }] }), merge: "sum" },
      ];
    },
  });
  await flush(client);
  fails = true;
  const { errors } = await client.pusher.flush();
  assertMatch(errors.map(({ message }) => message).join(), /not now/);
  fails = false;
  value = 6;
  await flush(client);
  await station.page();
  const lines = await station.lines();
  assertStringIncludes(lines.join("\n"), "made_total 6");
  assertStringIncludes(lines.join("\n"), "sizes_count 6");
  assertStringIncludes(lines.join("\n"), "depth 6");
});

/** A client whose answers can be lost. */
function lossyClient(station: Station, options = {}) {
  const line = { isLossy: false, isDead: false };
  const copies: (() => Promise<unknown>)[] = [];
  const fetch = async (url: string | URL | Request, init?: RequestInit) => {
    const path = new URL(url as string).pathname;
    const copy = new Uint8Array(await new Response(init?.body).arrayBuffer());
    const send = () => station.request(path, { ...init, body: copy, signal: null });
    copies.push(send);
    if (line.isDead) throw new TypeError("timed out");
    const response = await send();
    if (line.isLossy) throw new TypeError("connection reset");
    return response;
  };
  return { ...station.client({ target: { fetch }, maxAttempts: 1, ...options }), line, copies };
}

test("Aggregator counts once what was applied, though its answer was lost", async () => {
  const station = stationOf();
  const client = lossyClient(station);
  const jobs = client.registry.counter({ name: "jobs_total", help: "Jobs." });
  client.line.isLossy = true;
  for (let time = 0; time < 3; time++) {
    jobs.inc();
    const { errors } = await client.pusher.flush();
    assert(errors.length > 0);
  }
  client.line.isLossy = false;
  jobs.inc();
  await flush(client);
  assertEquals(await settled(station), ["jobs_total 4"]);
});

test("Aggregator has a batch that was given up at most once, and is told how many there were", () =>
  inTime(async (time) => {
    for (const isApplied of [false, true]) {
      const station = stationOf();
      const client = lossyClient(station, { giveUpSeconds: 60 });
      client.registry.register(client.pusher);
      const jobs = client.registry.counter({ name: "jobs_total", help: "Jobs." });
      const depth = client.registry.gauge({ name: "depth", help: "Depth.", merge: "sum" });
      jobs.inc(1);
      depth.set(3);
      await flush(client);
      client.line.isDead = true;
      jobs.inc(10);
      assertEquals((await client.pusher.flush()).uncertain, 0);
      const late = client.copies.at(-1)!;
      time.advance(100);
      jobs.inc(100);
      const { uncertain } = await client.pusher.flush();
      client.line.isDead = false;
      assert(uncertain > 0);
      if (isApplied) await late();
      await late();
      jobs.inc(1000);
      await client.pusher.flush();
      await station.page();
      const lines = await station.lines();
      const of = (start: string) => lines.filter((line) => line.startsWith(start)).join();
      // The copy that was late comes once in any case.
      assertEquals(of("jobs_total"), "jobs_total 1111");
      assertMatch(
        of('edgeprom_push_batches_total{result="uncertain"') || (await selfMetrics(station)),
        /"uncertain".* 1$/m,
      );
      time.advance(301);
      await client.pusher.flush();
      await client.pusher.flush();
      assertMatch(await station.page(), /^depth 3$/m);
    }
  }));

test("Aggregator counts the gauges of a client once that goes on under another name", () =>
  inTime(async (time) => {
    const station = stationOf();
    const client = lossyClient(station, { giveUpSeconds: 60 });
    const depth = client.registry.gauge({ name: "depth", help: "Depth.", merge: "sum" });
    depth.set(3);
    await flush(client);
    client.line.isDead = true;
    depth.set(4);
    await client.pusher.flush();
    time.advance(100);
    assert((await client.pusher.flush()).uncertain > 0);
    client.line.isDead = false;
    depth.set(5);
    await client.pusher.flush();
    assertMatch(await station.page(), /^depth 5$/m);
  }));

/** The lines of the page that are about pushes. */
async function selfMetrics({ aggregator }: Station): Promise<string> {
  const { families } = await aggregator.gather();
  return textOf(
    prometheusText.encode(families.filter(({ name }) => name.startsWith("edgeprom_push"))),
  );
}

test("Aggregator takes each of several flushes at the same time once", async () => {
  const station = stationOf();
  const client = station.client();
  const jobs = client.registry.counter({ name: "jobs_total", help: "Jobs." });
  await Promise.all(Array.from({ length: 10 }, () => (jobs.inc(), client.pusher.flush())));
  await flush(client);
  assertEquals(await settled(station), ["jobs_total 10"]);
});

test("Aggregator sets right the clock of a client that is a day off, and loses nothing", () =>
  inTime(async () => {
    const station = stationOf();
    const own = Date.now;
    for (const days of [-1, 1]) {
      const fetch = (url: string | URL | Request, init?: RequestInit) => {
        Date.now = own;
        return station.request(new URL(url as string).pathname, init);
      };
      const client = station.client({ target: { fetch } });
      client.registry.counter({ name: "jobs_total", help: "Jobs." }).inc();
      Date.now = () => own() + days * 86_400_000;
      const { errors } = await client.pusher.flush();
      Date.now = own;
      assertEquals(errors, []);
    }
    assertEquals(await settled(station), ["jobs_total 2"]);
  }));

test("Aggregator is told after a response, by the middleware", async () => {
  const station = stationOf();
  const client = station.client();
  const jobs = client.registry.counter({ name: "jobs_total", help: "Jobs." });
  const pushes: Promise<unknown>[] = [];
  const executionCtx = { waitUntil: (push: Promise<unknown>) => void pushes.push(push) };
  await pushAfterResponse(client.pusher)({ executionCtx }, () => Promise.resolve(jobs.inc()));
  assertEquals(client.sent.length, 0);
  await Promise.all(pushes);
  assertEquals(await settled(station), ["jobs_total 1"]);
});

test("Aggregator adds infinities and NaN as IEEE 754 does, and goes on", async () => {
  const station = stationOf();
  const client = station.client();
  const sums = client.registry.summary({ name: "sums", help: "Sums.", labels: ["kind"] });
  sums.observe({ kind: "a" }, 1);
  sums.observe({ kind: "b" }, 1);
  await flush(client);
  sums.observe({ kind: "a" }, Infinity);
  await flush(client);
  sums.observe({ kind: "a" }, 5);
  sums.observe({ kind: "b" }, 5);
  await flush(client);
  assertEquals(await settled(station), [
    'sums_sum{kind="a"} +Inf',
    'sums_count{kind="a"} 3',
    'sums_sum{kind="b"} 6',
    'sums_count{kind="b"} 2',
  ]);
  sums.observe({ kind: "a" }, -Infinity);
  await flush(client);
  assertStringIncludes(await station.page(), 'sums_sum{kind="a"} NaN\n');
  assertStringIncludes(await station.page(), 'sums_count{kind="a"} 4\n');
});

test("Aggregator leaves out quantiles, which do not add up", async () => {
  const station = stationOf();
  const client = station.client();
  client.registry.summary({ name: "calls", help: "Calls.", quantiles: [0.5, 0.9] }).observe(2);
  await flush(client);
  assertEquals(await settled(station), ["calls_sum 2", "calls_count 1"]);
});

test("Aggregator is scraped in every format, and by its own app", async () => {
  const station = stationOf();
  const client = station.client();
  client.registry.counter({ name: "jobs_total", help: "Jobs." }).inc(3);
  await flush(client);
  await station.page();
  const apps = [
    station.request,
    createMetricsApp({ registry: station.aggregator, formats: { openMetrics: true } }).request,
  ];
  for (const request of apps) {
    const response = await request("/metrics");
    assertEquals(response.status, 200);
    assertStringIncludes(await response.text(), "\njobs_total 3\n");
    for (const accept of [openMetrics().contentType, prometheusProtobuf.contentType]) {
      const { status, headers } = await request("/metrics", { headers: { accept } });
      assertEquals(status, 200);
      assertEquals(headers.get("content-type")?.split(";")[0], accept.split(";")[0]);
    }
    assertEquals((await request("/health")).status, 200);
    assertEquals((await request("/ready")).status, 200);
  }
});

test("Aggregator gets no request from a client of which nothing has changed", async () => {
  const station = stationOf();
  // Compressors differ, also between versions of a runtime.
  const client = station.client({ compress: false });
  const jobs = client.registry.counter({ name: "jobs_total", help: "Jobs.", labels: ["kind"] });
  for (let kind = 0; kind < 1000; kind++) jobs.inc({ kind: String(kind) });
  await flush(client, client);
  assertEquals(client.sent.length, 1);
  jobs.inc({ kind: "7" });
  await flush(client, client);
  assertEquals(client.sent.length, 2);
  // What changed is what it costs, not what there is.
  const [first, second] = client.sent.map(({ length }) => length);
  assert(second < 700 && first > 5 * second, `${second} bytes after ${first}`);
});

test("Aggregator gets a flush of more than a batch can hold in several, each once", async () => {
  const station = stationOf();
  const client = station.client();
  const long = "x".repeat(1000);
  const jobs = client.registry.counter({ name: "jobs_total", help: "Jobs.", labels: ["kind"] });
  for (let kind = 0; kind < 5000; kind++) jobs.inc({ kind: `${kind}${long}` });
  await flush(client);
  await flush(client);
  assert(client.sent.length > 1, "one batch of 5 MB");
  await station.page();
  const lines = await station.lines();
  assertEquals(lines.length, 5000);
  assertEquals(lines.every((line) => line.endsWith(" 1")), true);
});

test("Aggregator takes what collectors make, of every type", async () => {
  const station = stationOf();
  const client = station.client();
  let value = 1;
  client.registry.register({
    collect: () => [constCounter({ name: "made_total", help: "Made.", samples: [{ value }] })],
  });
  await flush(client);
  value = 4;
  await flush(client);
  assertEquals(await settled(station), ["made_total 4"]);
});

test("Aggregator refuses names of its own metrics, counts and tells that, and has its own", async () => {
  const logger = recordingLogger();
  const station = stationOf({ logger });
  const client = station.client();
  client.registry.counter({ name: "edgeprom_aggregate_clients", help: "Mine." }).inc(99);
  const { errors: [error] } = await client.pusher.flush();
  assertStringIncludes(String(error), "edgeprom_aggregate_clients: names that begin with");
  await client.pusher.flush();
  const { families } = await station.aggregator.gather();
  const lines = textOf(prometheusText.encode(families, { onError() {} })).split("\n");
  assert(lines.includes("edgeprom_aggregate_clients 1"));
  assert(lines.includes("edgeprom_aggregate_refused_families_total 2"), lines.join("\n"));
  assertEquals(logger.messages.length, 1);
  assertMatch(logger.messages[0], /^warn: Aggregator: a family of a client is refused: edgeprom_a/);
});

test("Aggregator takes another definition of a family that was removed", async () => {
  const station = stationOf();
  const [old, next] = [station.client(), station.client()];
  old.registry.histogram({ name: "times", help: "Times.", buckets: [1] }).observe(0.5);
  await flush(old);
  next.registry.histogram({ name: "times", help: "Times.", buckets: [2] }).observe(0.5);
  const { errors: [error] } = await next.pusher.flush();
  assertStringIncludes(String(error), 'aggregator.remove("times")');
  assertEquals(await station.aggregator.remove("times"), true);
  assertEquals(await station.aggregator.remove("times"), false);
  await flush(next);
  assertEquals((await settled(station))[0], 'times_bucket{le="2.0"} 1');
});

test("Aggregator throws a clear error for an option that is wrong", () => {
  const wrong: readonly [object, RegExp][] = [
    [{}, /store/],
    [{ store: {} }, /store/],
    [{ store: memoryStore(), staleSeconds: -1 }, /staleSeconds/],
    [{ store: memoryStore(), stale: 1 }, /stale/],
    [{ store: memoryStore(), cardinality: { series: 0 } }, /series/],
  ];
  for (const [options, told] of wrong) {
    try {
      new Aggregator(options as never);
    } catch (error) {
      assertMatch((error as Error).message, told);
      continue;
    }
    throw new Error(`taken: ${JSON.stringify(options)}`);
  }
});
