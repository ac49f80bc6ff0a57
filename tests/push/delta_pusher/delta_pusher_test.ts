import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { test } from "node:test";
import {
  constCounter,
  constGauge,
  type Gatherer,
  type MetricFamily,
  MetricsRegistry,
} from "../../../mod.ts";
import { CollectionError } from "../../../src/core.ts";
import { ByteWriter } from "../../../src/deltas/batches/byte_writer.ts";
import {
  DeltaPusher,
  type DeltaPusherOptions,
  type DeltaReport,
  pushAfterResponse,
  PushError,
} from "../../../src/push.ts";
import { aggregatorHeader } from "../../../src/deltas/reply.ts";
import { withClock } from "../../support/clock.ts";
import { deferred, pause, within } from "../../support/deferred.ts";
import { FakeAggregator, valuesOf } from "../../support/fake_aggregator.ts";
import { withQuickTimers } from "../../support/quick_timers.ts";
import { recordingLogger } from "../../support/recording_logger.ts";
import { seriesOf } from "../../support/series.ts";
import { until } from "../../support/until.ts";
import { withWallClock } from "../../support/wall_clock.ts";

const target = "https://metrics.example.com/deltas";

function setUp(options: Partial<DeltaPusherOptions> = {}) {
  const aggregator = new FakeAggregator();
  const registry = new MetricsRegistry();
  const jobs = registry.counter({ name: "jobs_total", help: "Jobs.", labels: ["queue"] });
  const logger = recordingLogger();
  const pusher = new DeltaPusher({
    gatherer: registry,
    target,
    fetch: aggregator.fetch,
    logger,
    maxAttempts: 1,
    ...options,
  });
  return { aggregator, registry, jobs, logger, pusher };
}

/** What the last request has of each family, without the pusher's own. */
function lastSent({ arrivals }: FakeAggregator): readonly MetricFamily[] {
  return arrivals.at(-1)!.batch.families.map(({ family }) => family)
    .filter(({ name }) => !name.startsWith("edgeprom_"));
}

const namesOf = (families: readonly MetricFamily[]) => families.map(({ name }) => name);
const total = (aggregator: FakeAggregator, queue: string) =>
  aggregator.totals.get(`jobs_total{"queue":"${queue}"}`);

test("DeltaPusher: sends what has changed, and nothing if nothing has", async () => {
  const { aggregator, jobs, pusher } = setUp();
  jobs.inc({ queue: "mail" }, 3);
  jobs.inc({ queue: "sms" });
  const first = await pusher.flush();
  assertEquals([first.unsent, first.uncertain, first.refused, first.errors], [0, 0, 0, []]);
  assertEquals(first.requests, 1);
  jobs.inc({ queue: "sms" }, 5);
  await pusher.flush();
  assertEquals([...valuesOf(lastSent(aggregator)[0])], [['jobs_total{"queue":"sms"}', 5]]);
  const { requests, applied } = await pusher.flush();
  assertEquals([requests, applied, aggregator.arrivals.length], [0, 0, 2]);
  assertEquals([total(aggregator, "mail"), total(aggregator, "sms")], [3, 6]);
});

test("DeltaPusher: its own metrics travel with a batch, and are no reason for one", async () => {
  const { aggregator, jobs, pusher } = setUp();
  jobs.inc({ queue: "mail" });
  await pusher.flush();
  jobs.inc({ queue: "mail" });
  await pusher.flush();
  const own = aggregator.arrivals[1].batch.families.map(({ family }) => family)
    .filter(({ name }) => name.startsWith("edgeprom_"));
  assertEquals(namesOf(own).sort(), [
    "edgeprom_push_batches_total",
    "edgeprom_push_duration_seconds",
    "edgeprom_push_last_success_timestamp_seconds",
    "edgeprom_push_requests_total",
  ]);
  const batches = own.find(({ name }) => name === "edgeprom_push_batches_total")!;
  assertEquals([...valuesOf(batches)], [[
    `edgeprom_push_batches_total{"target":"${target}","result":"applied"}`,
    1,
  ]]);
});

test("DeltaPusher: registered, it is sent once, and still no reason to send", async () => {
  const { aggregator, registry, jobs, pusher } = setUp();
  registry.register(pusher);
  jobs.inc({ queue: "mail" });
  await pusher.flush();
  assertEquals((await pusher.flush()).requests, 0);
  assertEquals(aggregator.arrivals.length, 1);
});

test("DeltaPusher: a retry is the same bytes, compressed once", async () => {
  const { aggregator, jobs, pusher } = setUp();
  for (let queue = 0; queue < 100; queue++) jobs.inc({ queue: `queue number ${queue}` });
  aggregator.fates.push("answer", "request", "page", "gateway", "garbled");
  for (let flush = 0; flush < 5; flush++) {
    jobs.inc({ queue: "mail" });
    const { unsent, applied, errors } = await pusher.flush();
    assertEquals([unsent > 100, applied, errors.length], [true, 0, 1]);
  }
  assertEquals((await pusher.flush()).applied > 100, true);
  const { arrivals } = aggregator;
  assertEquals(arrivals.length, 7);
  for (const { bytes, headers } of arrivals.slice(0, 6)) {
    assertEquals(bytes, arrivals[0].bytes);
    assertEquals(headers.get("content-encoding"), "gzip");
  }
  assertEquals(arrivals.map(({ batch }) => batch.sequence), [1, 1, 1, 1, 1, 1, 2]);
  assertEquals(total(aggregator, "mail"), 5);
});

test("DeltaPusher: what is short, or must not be compressed, is sent as it is", async () => {
  for (const [series, compress, encoding] of [[100, false, null], [100, true, "gzip"]] as const) {
    const { aggregator, jobs, pusher } = setUp({ compress });
    for (let queue = 0; queue < series; queue++) jobs.inc({ queue: `queue number ${queue}` });
    await pusher.flush();
    jobs.inc({ queue: "queue number 1" });
    await pusher.flush();
    const encodings = aggregator.arrivals.map(({ headers }) => headers.get("content-encoding"));
    assertEquals(encodings, [encoding, null]);
    const types = aggregator.arrivals.map(({ headers }) => headers.get("content-type"));
    assertEquals(types, Array(2).fill("application/vnd.edgeprom.deltas"));
  }
});

test("DeltaPusher: many series are sent in several batches, each after the other", async () => {
  const { aggregator, jobs, pusher } = setUp({ longestBytes: 1000 });
  for (let queue = 0; queue < 200; queue++) jobs.inc({ queue: `queue number ${queue}` });
  aggregator.fates.push("taken", "taken", "request");
  const { applied, unsent, requests } = await pusher.flush();
  assertEquals([requests, applied > 0, unsent > 0], [3, true, true]);
  const second = await pusher.flush();
  assertEquals([second.unsent, second.errors], [0, []]);
  const sequences = aggregator.arrivals.map(({ batch }) => batch.sequence);
  assertEquals(sequences.slice(0, 5), [1, 2, 3, 3, 4]);
  assertEquals(aggregator.totals.get('jobs_total{"queue":"queue number 199"}'), 1);
});

test("DeltaPusher: within a flush it tries again, but not at an overloaded Durable Object", async () => {
  await withQuickTimers(async () => {
    const patience = { timeoutSeconds: 1000, attemptTimeoutSeconds: 1000 };
    const { aggregator, jobs, pusher } = setUp({ maxAttempts: 5, ...patience });
    jobs.inc({ queue: "mail" });
    aggregator.fates.push("answer", "busy", "kept");
    const { applied, requests, errors } = await within(500, pusher.flush());
    assertEquals([applied > 0, requests, errors], [true, 1, []]);
    assertEquals(aggregator.arrivals.length, 4);
  });
  let calls = 0;
  const overloaded = Object.assign(new Error("Durable Object is overloaded."), {
    overloaded: true,
  });
  const fetch = () => Promise.reject((calls++, overloaded));
  const { jobs, pusher } = setUp({ maxAttempts: 5, fetch });
  jobs.inc({ queue: "mail" });
  const { errors } = await within(5, pusher.flush());
  assertStringIncludes(errors[0].message, "overloaded");
  assertEquals(calls, 1);
});

test("DeltaPusher: forgotten, it goes on under another name, and loses nothing that is certain", async () => {
  await withWallClock(async (clock) => {
    const { aggregator, registry, jobs, pusher } = setUp();
    registry.gauge({ name: "connections", help: "Now.", merge: "sum" }).set(3);
    registry.gauge({ name: "version_number", help: "Of the app." }).set(7);
    jobs.inc({ queue: "mail" });
    await pusher.flush();
    clock.advance(60);
    aggregator.forget();
    jobs.inc({ queue: "mail" });
    const { applied, uncertain, requests, errors } = await pusher.flush();
    assertEquals([applied > 0, uncertain, requests, errors], [true, 0, 3, []]);
    const { batch } = aggregator.arrivals[2];
    assertEquals([batch.sequence, batch.start, aggregator.names], [1, clock.now, 2]);
    assertEquals(total(aggregator, "mail"), 2);

    const values = lastSent(aggregator);
    assertEquals(namesOf(values), ["connections", "version_number"]);
    const version = values.find(({ name }) => name === "version_number")!;
    assertEquals("times" in version && [...version.times!], [clock.now - 60]);
    jobs.inc({ queue: "mail" });
    clock.advance(60);
    await pusher.flush();
    assertEquals(namesOf(lastSent(aggregator)), ["jobs_total"]);
    assertEquals([...aggregator.totals.keys()].filter((key) => key.startsWith("jobs")).length, 1);
    assertEquals(total(aggregator, "mail"), 3);
  });
});

test("DeltaPusher: forgotten while nobody knows, it drops the batch and says so", async () => {
  await withWallClock(async (clock) => {
    const { aggregator, jobs, pusher } = setUp();
    jobs.inc({ queue: "mail" }, 1);
    await pusher.flush();
    jobs.inc({ queue: "mail" }, 10);
    aggregator.fates.push("answer");
    assertEquals((await pusher.flush()).errors.length, 1);
    aggregator.forget();
    clock.advance(1);
    jobs.inc({ queue: "mail" }, 100);
    const { applied, uncertain, unsent, errors } = await pusher.flush();
    assertEquals([applied > 0, uncertain > 0, unsent], [true, true, 0]);
    assertStringIncludes(errors[0].message, "may have been applied or not");
    assertEquals(total(aggregator, "mail"), 111);
    const lines = pusher.collect().flatMap((family) => [...valuesOf(family)]);
    const label = `edgeprom_push_batches_total{"target":"${target}","result":"uncertain"}`;
    assertEquals(new Map(lines).get(label), 1);
  });
});

test("DeltaPusher: never known, as its clock is wrong, it tries two names a flush", async () => {
  const { aggregator, jobs, pusher } = setUp();
  jobs.inc({ queue: "mail" });
  aggregator.forget();
  await withWallClock(async () => {
    await pusher.flush();
    aggregator.forget();
    jobs.inc({ queue: "mail" });
    const { unsent, requests, errors } = await pusher.flush();
    assertEquals([unsent > 0, requests, errors.length], [true, 2, 1]);
    assertStringIncludes(errors[0].message, "409, this client is not known");
  });
  const { errors, unsent } = await pusher.flush();
  assertEquals([errors, unsent, total(aggregator, "mail")], [[], 0, 2]);
});

test("DeltaPusher: giving up is uncertain, or refused if every answer was certain", async () => {
  for (const [fate, result] of [["answer", "uncertain"], ["refused", "refused"]] as const) {
    await withClock(async (clock) => {
      const { aggregator, jobs, pusher } = setUp({ giveUpSeconds: 100 });
      jobs.inc({ queue: "mail" });
      aggregator.fates.push(fate, fate, fate);
      await pusher.flush();
      clock.advance(99);
      assertEquals((await pusher.flush())[result], 0);
      clock.advance(2);
      const report = await pusher.flush();
      assertEquals([report[result] > 0, report.unsent], [true, 0]);
      jobs.inc({ queue: "mail" }, 10);
      await pusher.flush();
      const [first, , , last] = aggregator.arrivals.map(({ batch }) => batch);
      assertEquals([last.sequence, aggregator.names], [1, 2]);
      assertEquals(first.sequence, 1);
      assertEquals(total(aggregator, "mail"), result === "refused" ? 10 : 11);
    });
  }
});

test("DeltaPusher: a family that is refused comes again, and costs no other", async () => {
  const { aggregator, registry, jobs, pusher, logger } = setUp();
  const waits = registry.histogram({ name: "wait_seconds", help: "Wait.", buckets: [1] });
  waits.observe(0.5);
  jobs.inc({ queue: "mail" });
  const reason = "wait_seconds: bounds 1 are not 2 as before; rename it";
  aggregator.refusing.set("wait_seconds", reason);
  const { applied, refused, unsent, errors } = await pusher.flush();
  assertEquals([applied > 0, refused, unsent], [true, 1, 0]);
  assertStringIncludes(errors[0].message, reason);
  waits.observe(2);
  await pusher.flush();
  assertEquals(logger.messages.length, 1);
  aggregator.refusing.clear();
  assertEquals((await pusher.flush()).errors, []);
  const [waited] = lastSent(aggregator);
  assertEquals([...valuesOf(waited)], [
    ["wait_seconds{} sum", 2.5],
    ["wait_seconds{} 0", 1],
    ["wait_seconds{} 1", 1],
  ]);
  await pusher.flush();
  assertEquals(aggregator.arrivals.length, 3);
});

test("DeltaPusher: a family that is refused in some of its batches is lost there", async () => {
  const { aggregator, jobs, pusher } = setUp({ longestBytes: 1000 });
  for (let queue = 0; queue < 200; queue++) jobs.inc({ queue: `queue number ${queue}` });
  let requests = 0;
  aggregator.refusing.set("jobs_total", "jobs_total: refused");
  aggregator.onArrival = () => {
    if (++requests === 3) aggregator.refusing.clear();
  };
  const { applied, refused, errors } = await pusher.flush();
  assertEquals([applied > 100, refused > 0, refused < 200], [true, true, true]);
  assertStringIncludes(errors.at(-1)!.message, "jobs_total: changes of some series are lost");
  assertEquals((await pusher.flush()).requests, 0);
  const batches = pusher.collect().find(({ name }) => name === "edgeprom_push_batches_total")!;
  const given = seriesOf(batches).map(([{ result }, value]) => [result, value]);
  assertEquals(Object.fromEntries(given).refused, 1);
});

test("DeltaPusher: a client of which the aggregator took values for dead sends them again", async () => {
  const { aggregator, registry, jobs, pusher } = setUp();
  const connections = registry.gauge({
    name: "connections",
    help: "Now.",
    merge: "sum",
    labels: ["port"],
  });
  connections.set({ port: "80" }, 3);
  connections.set({ port: "443" }, 4);
  const flushed = async () => {
    jobs.inc({ queue: "mail" });
    const { requests, unsent } = await pusher.flush();
    assertEquals(unsent, 0);
    return [requests, ...lastSent(aggregator).map(({ name, labels }) => `${name} ${labels.rows}`)];
  };
  assertEquals(await flushed(), [1, "connections 2", "jobs_total 1"]);
  assertEquals(await flushed(), [1, "jobs_total 1"]);
  for (let silence = 0; silence < 2; silence++) {
    aggregator.expire();
    assertEquals(await flushed(), [2, "connections 2"]);
    assertEquals(await flushed(), [1, "jobs_total 1"]);
  }
  // Once a flush, whatever it says then.
  aggregator.onArrival = () => aggregator.expire();
  assertEquals(await flushed(), [2, "connections 2"]);
  aggregator.onArrival = () => {};
  // A lost answer: what waits goes first, and the values with what is new.
  aggregator.expire();
  aggregator.fates.push("request");
  jobs.inc({ queue: "mail" });
  assertEquals((await pusher.flush()).unsent > 0, true);
  assertEquals(await flushed(), [2, "connections 2", "jobs_total 1"]);
  assertEquals(await flushed(), [1, "jobs_total 1"]);
});

test("DeltaPusher: silent for longer than an aggregator waits, it sends values with its first batch", async () => {
  await withClock(async (clock) => {
    const { aggregator, registry, jobs, pusher } = setUp();
    aggregator.extra = { heartbeatSeconds: 100 };
    registry.gauge({ name: "connections", help: "Now.", merge: "sum" }).set(3);
    await pusher.flush();
    for (let silence = 0; silence < 3; silence++) {
      clock.advance(600);
      aggregator.expire();
      jobs.inc({ queue: "mail" });
      assertEquals((await pusher.flush()).requests, 1);
      assertEquals(namesOf(lastSent(aggregator)), ["connections", "jobs_total"]);
    }
    // It is silent no more.
    jobs.inc({ queue: "mail" });
    await pusher.flush();
    assertEquals(namesOf(lastSent(aggregator)), ["jobs_total"]);
  });
});

test("DeltaPusher: started, it sends heartbeats between flushes while it has values that need them", async () => {
  const { aggregator, registry, jobs, pusher } = setUp({ intervalSeconds: 600 });
  aggregator.extra = { heartbeatSeconds: 0.02 };
  jobs.inc({ queue: "mail" });
  pusher.start();
  await until(() => aggregator.arrivals.length === 1);
  await pause(0.06);
  assertEquals(aggregator.arrivals.length, 1);
  const connections = registry.gauge({ name: "connections", help: "Now.", merge: "sum" });
  connections.set(3);
  // Whoever sends the first such value, the next heartbeat is planned with the reply.
  await pusher.flush();
  // On a busy machine one comes so late that its values are sent again.
  await until(() => aggregator.arrivals.length >= 5 && lastSent(aggregator).length === 0);
  await pusher.stop();
  const { length } = aggregator.arrivals;
  await pause(0.05);
  assertEquals(aggregator.arrivals.length, length);
});

test("DeltaPusher: started, it does not hurry while heartbeats fail", async () => {
  const { aggregator, registry, pusher, logger } = setUp({ intervalSeconds: 600 });
  aggregator.extra = { heartbeatSeconds: 0.02 };
  registry.gauge({ name: "connections", help: "Now.", merge: "sum" }).set(3);
  aggregator.fates.push("taken", ...Array(20).fill("request"));
  pusher.start();
  await until(() => logger.messages.length === 1);
  await pause(0.1);
  assertEquals(aggregator.arrivals.length, 2);
  aggregator.fates.length = 0;
  await pusher.stop();
});

test("DeltaPusher: silent, it sends heartbeats only if it has values that count while it lives", async () => {
  await withClock(async (clock) => {
    const { aggregator, registry, jobs, pusher } = setUp();
    aggregator.extra = { heartbeatSeconds: 100 };
    jobs.inc({ queue: "mail" });
    await pusher.flush();
    clock.advance(1000);
    assertEquals((await pusher.flush()).requests, 0);
    const connections = registry.gauge({ name: "connections", help: "Now.", merge: "liveMax" });
    connections.set(3);
    await pusher.flush();
    clock.advance(99);
    assertEquals((await pusher.flush()).requests, 0);
    clock.advance(2);
    assertEquals((await pusher.flush()).requests, 1);
    assertEquals(lastSent(aggregator), []);

    jobs.inc({ queue: "mail" });
    aggregator.fates.push("request");
    assertEquals((await pusher.flush()).unsent > 0, true);
    clock.advance(200);
    jobs.inc({ queue: "mail" });
    assertEquals((await pusher.flush()).requests, 2);
    // It may have been taken for dead before what waited.
    assertEquals(namesOf(lastSent(aggregator)), ["connections", "jobs_total"]);
  });
});

test("DeltaPusher: a heartbeat may be an empty batch", async () => {
  await withClock(async (clock) => {
    const { aggregator, registry, pusher } = setUp();
    registry.unregister("jobs_total");
    registry.gauge({ name: "connections", help: "Now.", merge: "liveMax" }).set(1);
    registry.register({ collect: () => pusher.collect().slice(0, 0) });
    const own = pusher.collect().map(({ name }) => name);
    registry.register({
      collect: () => own.map((name) => constCounter({ name, help: "Taken.", samples: [] })),
    });
    aggregator.extra = { heartbeatSeconds: 100 };
    await pusher.flush();
    clock.advance(100);
    await pusher.flush();
    const { families, sequence } = aggregator.arrivals[1].batch;
    assertEquals([families, sequence], [[], 2]);
  });
});

test("DeltaPusher: values are sent again if the aggregator asks for that, totals never", async () => {
  await withWallClock((wall) =>
    withClock(async (clock) => {
      const { aggregator, registry, jobs, pusher } = setUp();
      aggregator.extra = { refreshSeconds: 1000 };
      registry.info({ name: "app_info", help: "App.", labels: ["version"] }).set({ version: "1" });
      const level = registry.gauge({ name: "level", help: "Level.", labels: ["tank"] });
      level.set({ tank: "a" }, 1);
      jobs.inc({ queue: "mail" });
      await pusher.flush();
      clock.advance(500);
      wall.advance(500);
      level.set({ tank: "b" }, 2);
      await pusher.flush();
      clock.advance(499);
      assertEquals((await pusher.flush()).requests, 0);
      clock.advance(1);
      wall.advance(500);
      assertEquals((await pusher.flush()).requests, 1);
      const sent = lastSent(aggregator);
      assertEquals(namesOf(sent), ["app_info", "level"]);
      // Since when they have been so, for another client may have set them meanwhile.
      assertEquals("times" in sent[1] && [...sent[1].times!], [wall.now - 1000, wall.now - 500]);
      assertEquals((await pusher.flush()).requests, 0);
      clock.advance(999);
      assertEquals((await pusher.flush()).requests, 0);
    })
  );
});

test("DeltaPusher: a collector that fails keeps its families, also their series beside others'", async () => {
  let fails = false;
  const part = (queue: string, merge: "sum" | undefined, value: number): MetricFamily => ({
    ...constGauge({
      name: `${merge}_level`,
      help: "Level.",
      samples: [{ labels: { queue }, value }],
    }),
    merge,
  });
  const counted = (queue: string, value: number) =>
    constCounter({ name: "seen_total", help: "Seen.", samples: [{ labels: { queue }, value }] });
  const { aggregator, registry, jobs, pusher } = setUp();
  let seen = 5;
  registry.register({ collect: () => [part("mail", "sum", 1), counted("mail", seen)] });
  registry.register({
    collect: () => {
      if (fails) throw new CollectionError("no database");
      return [part("sms", "sum", 2), counted("sms", seen), {
        ...constGauge({ name: "alone", help: "Alone.", samples: [{ value: 1 }] }),
        merge: "sum",
      } as MetricFamily];
    },
  });
  await pusher.flush();
  fails = true;
  seen = 7;
  jobs.inc({ queue: "mail" });
  const { errors } = await pusher.flush();
  assertStringIncludes(errors[0].message, "no database");
  assertEquals(aggregator.arrivals.at(-1)!.batch.families.flatMap(({ gone }) => gone ?? []), []);
  fails = false;
  await pusher.flush();
  assertEquals([...valuesOf(lastSent(aggregator)[0])], [['seen_total{"queue":"sms"}', 2]]);
  assertEquals(aggregator.totals.get('seen_total{"queue":"sms"}'), 7);
});

test("DeltaPusher: a total that is missing for a while is not counted again", async () => {
  const { aggregator, registry, jobs, pusher } = setUp();
  let families: readonly MetricFamily[] = [];
  registry.register({ collect: () => families });
  const counted = (value: number) =>
    constCounter({ name: "seen_total", help: "Seen.", samples: [{ value }] });
  for (const [shown, sum] of [[[counted(5)], 5], [[], 5], [[counted(6)], 6]] as const) {
    families = shown;
    jobs.inc({ queue: "mail" });
    await pusher.flush();
    assertEquals(aggregator.totals.get("seen_total{}"), sum);
  }
});

test("DeltaPusher: values that count while a client lives go with their family and with stop()", async () => {
  const { aggregator, registry, pusher } = setUp();
  for (const name of ["one", "other"]) {
    registry.gauge({ name, help: "Now.", merge: "sum" }).set(1);
  }
  await pusher.flush();
  registry.unregister("one");
  await pusher.flush();
  const goneIn = () =>
    aggregator.arrivals.at(-1)!.batch.families.filter(({ gone }) => gone !== undefined)
      .map(({ family, gone }) => `${family.name} ${gone!.rows}`);
  assertEquals(goneIn(), ["one 1"]);
  const stopped = pusher.stop();
  assertEquals((await stopped).errors, []);
  assertEquals(goneIn(), ["other 1"]);
  assertEquals(await pusher.stop(), await stopped);
  await pusher.flush();
  assertEquals(namesOf(lastSent(aggregator)), ["other"]);
});

test("DeltaPusher: a flush that was lost is taken over, and changes nothing any more", async () => {
  await withWallClock((wall) =>
    withClock(async (clock) => {
      const { aggregator, jobs, pusher } = setUp({
        timeoutSeconds: 10,
        attemptTimeoutSeconds: 100,
      });
      jobs.inc({ queue: "mail" }, 1);
      aggregator.fates.push("hangs");
      const lost = pusher.flush();
      await pause(0.01);
      clock.advance(21);
      wall.advance(21);
      jobs.inc({ queue: "mail" }, 10);
      const { applied, unsent } = await within(5, pusher.flush());
      assertEquals([applied > 0, unsent], [true, 0]);
      const [first, second, third] = aggregator.arrivals;
      assertEquals(second.bytes, first.bytes);
      assertEquals(third.batch.sequence, 2);
      aggregator.deliverLate();
      assertEquals(total(aggregator, "mail"), 11);
      void lost;
    })
  );
});

test("DeltaPusher: what a lost flush gathered in the end is not sent beside the next one", async () => {
  await withClock(async (clock) => {
    const { aggregator, registry, jobs } = setUp();
    const gate = deferred();
    let calls = 0;
    const gatherer: Gatherer = {
      async gather(options) {
        const gathering = await registry.gather(options);
        if (++calls === 1) await gate.promise;
        return gathering;
      },
    };
    // The time of a flush passes by the real clock, which it does not reach.
    const { pusher, aggregator: other } = setUp({ gatherer, timeoutSeconds: 100 });
    jobs.inc({ queue: "mail" });
    const lost = pusher.flush();
    await until(() => calls === 1);
    clock.advance(201);
    jobs.inc({ queue: "mail" }, 10);
    assertEquals((await within(5, pusher.flush())).unsent, 0);
    gate.resolve();
    const { errors } = await within(5, lost);
    assertStringIncludes(errors.at(-1)!.message, "another push has taken over");
    jobs.inc({ queue: "mail" });
    await pusher.flush();
    assertEquals([total(other, "mail"), other.arrivals.length], [12, 2]);
    assertEquals(aggregator.arrivals.length, 0);
  });
});

test("DeltaPusher: what a lost flush was writing is not sent beside the next one", async () => {
  const { text } = ByteWriter.prototype;
  await withClock(async (clock) => {
    const { aggregator, jobs, pusher } = setUp({ timeoutSeconds: 100 });
    jobs.inc({ queue: "mail" });
    let next: Promise<DeltaReport> | undefined;
    // The first text that is written takes 201 s, so the rest waits until other work was done.
    ByteWriter.prototype.text = function (value) {
      ByteWriter.prototype.text = text;
      clock.advance(201);
      next = pusher.flush();
      return this.text(value);
    };
    const { errors } = await within(5, pusher.flush());
    assertStringIncludes(errors.at(-1)!.message, "another push has taken over");
    assertEquals((await within(5, next!)).unsent, 0);
    assertEquals([total(aggregator, "mail"), aggregator.arrivals.length], [1, 1]);
    jobs.inc({ queue: "mail" });
    await pusher.flush();
    assertEquals([total(aggregator, "mail"), aggregator.arrivals.length], [2, 2]);
  }).finally(() => ByteWriter.prototype.text = text);
});

test("DeltaPusher: an answer to a flush that was lost is for no later batch", async () => {
  await withWallClock((wall) =>
    withClock(async (clock) => {
      const answers: ((response: Response) => void)[] = [];
      const headers = { [aggregatorHeader]: "edgeprom" };
      const answerOf = (result: string, status: number) =>
        new Response(JSON.stringify({ result }), { status, headers });
      const bodies: unknown[] = [];
      const { jobs, pusher } = setUp({
        timeoutSeconds: 10,
        attemptTimeoutSeconds: 100,
        fetch: (_, init) => {
          bodies.push(init.body);
          return new Promise((resolve) => answers.push(resolve));
        },
      });
      jobs.inc({ queue: "mail" });
      const lost = pusher.flush();
      await until(() => answers.length === 1);
      clock.advance(21);
      wall.advance(21);
      const next = pusher.flush();
      await until(() => answers.length === 2);
      answers[0](answerOf("unknown", 409));
      const { errors, applied } = await within(5, lost);
      assertStringIncludes(errors[0].message, "another push has taken over");
      assertEquals(applied, 0);
      answers[1](answerOf("unknown", 409));
      // An attempt was lost, so it may have been applied: it does not come again under another name.
      const report = await within(5, next);
      assertEquals([report.uncertain > 0, report.unsent, bodies.length], [true, 0, 2]);
    })
  );
});

test("DeltaPusher: an aborted flush leaves its batch for the next", async () => {
  const { aggregator, jobs, pusher } = setUp();
  jobs.inc({ queue: "mail" });
  const before = await pusher.flush({ signal: AbortSignal.abort() });
  assertEquals([before.requests, aggregator.arrivals.length], [0, 0]);
  assertEquals(before.errors.length, 1);
  aggregator.fates.push("hangs");
  const controller = new AbortController();
  const flush = pusher.flush({ signal: controller.signal });
  await until(() => aggregator.arrivals.length === 1);
  controller.abort();
  const { unsent, errors } = await within(5, flush);
  assertEquals([unsent > 0, errors.length], [true, 1]);
  assertEquals((await pusher.flush()).unsent, 0);
  assertEquals(total(aggregator, "mail"), 1);
});

test("DeltaPusher: a family that cannot be compared or written costs only itself", async () => {
  const good = constCounter({ name: "good_total", help: "Good.", samples: [{ value: 1 }] });
  const table = { names: ["a"], values: [null] as never, rows: 1 };
  const bad = { ...good, name: "bad_total", labels: null } as never;
  const worse = { ...good, name: "worse_total", labels: table };
  class Careless extends MetricsRegistry {
    override gather() {
      return Promise.resolve({ families: [bad, good, worse], errors: [] });
    }
  }
  const { aggregator, pusher } = setUp({ gatherer: new Careless() });
  const { errors, applied } = await pusher.flush();
  assertEquals(errors.map(({ message }) => message.split(":")[2].trim()), [
    "bad_total",
    "worse_total",
  ]);
  assertEquals([applied > 0, namesOf(lastSent(aggregator))], [true, ["good_total"]]);
});

test("DeltaPusher: a gatherer that fails is an error, and the next flush has it all", async () => {
  const { aggregator, registry, jobs } = setUp();
  let fails = true;
  const gatherer: Gatherer = {
    gather: (options) => fails ? Promise.reject(new Error("not now")) : registry.gather(options),
  };
  const { pusher, aggregator: other } = setUp({ gatherer });
  jobs.inc({ queue: "mail" });
  const { errors, requests } = await pusher.flush();
  assertStringIncludes(errors[0].message, "not now");
  fails = false;
  await pusher.flush();
  assertEquals([requests, aggregator.arrivals.length, total(other, "mail")], [0, 0, 1]);
});

test("DeltaPusher: what is not an aggregator is said to be none, with a remedy", async () => {
  const remedies = [
    [404, "is target the URL of an aggregator, with /deltas?"],
    [200, "is target the URL of an aggregator, with /deltas?"],
    [401, "check authorization"],
    [413, "lower longestBytes"],
    [308, "set the URL to the address that it moved to"],
  ] as const;
  for (const [status, remedy] of remedies) {
    const headers = status === 308 ? { location: "https://b.test/" } : undefined;
    const fetch = () => Promise.resolve(new Response("words", { status, headers }));
    const { jobs, pusher } = setUp({ fetch });
    jobs.inc({ queue: "mail" });
    const { errors, unsent } = await pusher.flush();
    assertStringIncludes(errors[0].message, remedy);
    assert(errors[0] instanceof PushError && errors[0].status === status);
    assert(unsent > 0);
  }
});

test("DeltaPusher: without the aggregator's header an answer does not count, and the remedy says so", async () => {
  const replies = [
    [200, { result: "applied", hasLiving: true }, "200, applied"],
    [503, { result: "unavailable", reason: "the disk is full", time: 5 }, "503, the disk is full"],
  ] as const;
  for (const [status, reply, words] of replies) {
    const { jobs, pusher } = setUp({
      fetch: () => Promise.resolve(Response.json(reply, { status })),
    });
    jobs.inc({ queue: "mail" });
    const { errors: [{ message }], unsent } = await pusher.flush();
    assertEquals(
      message,
      `edgeprom push to ${target}: ${words}; something between here and the aggregator drops the ` +
        `response header "edgeprom-aggregator", without which no answer counts; let it through`,
    );
    assert(unsent > 0);
  }
});

test("DeltaPusher: what an aggregator says of itself is told by its reason, without a second remedy", async () => {
  await withQuickTimers(async () => {
    const headers = { [aggregatorHeader]: "edgeprom" };
    const reason = "the batch is longer than 5 bytes; lower longestBytes";
    const replies = [
      [413, { result: "refused", reason }, `413, ${reason}`],
      [503, { result: "unavailable", reason: "the disk is full" }, "503, the disk is full"],
    ] as const;
    for (const [status, reply, words] of replies) {
      let time = 0;
      let maxRequests = 2;
      const { jobs, pusher, logger } = setUp({
        maxAttempts: 9,
        timeoutSeconds: 10_000,
        attemptTimeoutSeconds: 1000,
        fetch: () => {
          const retryAfter = --maxRequests > 0 ? "0" : "99999";
          const all = { ...headers, "retry-after": retryAfter };
          return Promise.resolve(
            Response.json({ ...reply, time: ++time }, { status, headers: all }),
          );
        },
      });
      jobs.inc({ queue: "mail" });
      const { errors } = await pusher.flush();
      const attempts = status === 503 ? ", after 2 attempts" : "";
      assertEquals(errors.map(({ message }) => message), [
        `edgeprom push to ${target}: ${words}${attempts}`,
      ]);
      // Another time in the reply, and another number of attempts, are no other failure.
      maxRequests = 3;
      const [{ message }] = (await pusher.flush()).errors;
      assertEquals(message.includes("after 3 attempts"), status === 503);
      assertEquals(logger.messages.length, 1);
    }
  });
});

test("DeltaPusher: a service binding or a stub is asked by its own method", async () => {
  const aggregator = new FakeAggregator();
  const urls: string[] = [];
  class Stub {
    readonly aggregator = aggregator;
    fetch(url: string, init: RequestInit) {
      urls.push(url);
      return this.aggregator.fetch(url, init);
    }
  }
  const { jobs, pusher } = setUp();
  void jobs;
  const bound = setUp({
    target: new Stub(),
    fetch: undefined,
    authorization: { bearer: "secret" },
  });
  bound.jobs.inc({ queue: "mail" });
  assertEquals((await bound.pusher.flush()).errors, []);
  assertEquals(urls, ["https://aggregator/deltas"]);
  assertEquals(aggregator.arrivals[0].headers.get("authorization"), "Bearer secret");
  assertEquals(pusher.name, "DeltaPusher");
});

test("DeltaPusher: after a response it pushes, and not while the aggregator asks to wait", async () => {
  await withClock(async (clock) => {
    let requests = 0;
    const headers = { [aggregatorHeader]: "edgeprom", "retry-after": "60" };
    const fetch = () => {
      requests++;
      return Promise.resolve(Response.json({ result: "unavailable" }, { status: 503, headers }));
    };
    const { jobs, pusher } = setUp({ fetch });
    jobs.inc({ queue: "mail" });
    const middleware = pushAfterResponse(pusher, { everySeconds: 10 });
    const pushes: Promise<unknown>[] = [];
    const executionCtx = { waitUntil: (push: Promise<unknown>) => void pushes.push(push) };
    for (const seconds of [0, 11, 50]) {
      clock.advance(seconds);
      await middleware({ executionCtx }, () => Promise.resolve());
      await within(5, Promise.all(pushes));
    }
    assertEquals([pushes.length, requests], [2, 2]);
  });
});

test("DeltaPusher: started, it flushes again and again, and logs a failure once", async () => {
  const { aggregator, jobs, pusher, logger } = setUp({ intervalSeconds: 0.01 });
  aggregator.fates.push("page", "page", "page");
  jobs.inc({ queue: "mail" });
  pusher.start();
  pusher.start();
  await until(() => total(aggregator, "mail") === 1);
  jobs.inc({ queue: "mail" });
  await pusher[Symbol.asyncDispose]();
  assertEquals(total(aggregator, "mail"), 2);
  assertEquals(logger.messages.length, 1);
  const { length } = aggregator.arrivals;
  jobs.inc({ queue: "mail" });
  await pause(0.03);
  assertEquals(aggregator.arrivals.length, length);
});

test("DeltaPusher: a second one for the same counts is a slip that is told, with the remedy", async () => {
  const { registry, pusher, logger, aggregator } = setUp();
  assertEquals(logger.messages, []);
  const again = (options: Partial<DeltaPusherOptions> = {}) =>
    new DeltaPusher({ gatherer: registry, target, fetch: aggregator.fetch, logger, ...options });
  const other = again({ target: "https://other.example.com/deltas" });
  await pusher.stop();
  const second = again();
  assertEquals(logger.messages, []);
  // One for each request; the address has a secret in its query.
  for (let request = 0; request < 3; request++) again({ target: `${target}?secret=1` });
  assertEquals(logger.messages, [
    `warn: a second DeltaPusher sends the same gatherer to ${target}, and the first one has not been ` +
    "stopped; the aggregator counts everything from each of them; make one for the life of the " +
    "isolate, outside of the handler",
  ]);
  void [other, second];
});

test("DeltaPusher: made where there is neither a clock nor randomness, it begins later", async () => {
  const { getRandomValues } = crypto;
  const { now } = Date;
  // As at the top of a module on Workers.
  Date.now = () => 0;
  crypto.getRandomValues = () => {
    throw new Error("Disallowed operation called within global scope");
  };
  const { aggregator, jobs, pusher } = setUp();
  assertEquals(pusher.collect().length > 0, true);
  crypto.getRandomValues = getRandomValues;
  Date.now = now;
  jobs.inc({ queue: "mail" });
  await pusher.flush();
  assert(aggregator.arrivals[0].batch.start > 1e9);
});

test("DeltaPusher: options that are wrong are named", () => {
  const gatherer = new MetricsRegistry();
  const fails = (options: unknown, words: string) =>
    assertThrows(() => new DeltaPusher(options as DeltaPusherOptions), PushError, words);
  fails({ gatherer }, "target undefined must be the URL of an aggregator");
  fails({ gatherer, target: "metrics" }, 'target "metrics" must be an address');
  fails({ gatherer, target: {} }, "an object with a method fetch()");
  fails({ target }, "gatherer");
  fails({ gatherer, target, longestByte: 1 }, 'it is called "longestBytes" here');
  fails({ gatherer, target, giveUpSeconds: 0 }, "giveUpSeconds 0 must be a number above 0");
  fails({ gatherer, target, everySeconds: 3 }, 'it is called "intervalSeconds" here');
  fails({ gatherer, url: target }, 'it is called "target" here');
  fails({ registry: gatherer, target }, 'it is called "gatherer" here');
  fails({ gatherer, target, maxAttempts: 1.5 }, "maxAttempts 1.5 must be a whole number from 1 up");
  fails(
    { gatherer, target, longestBytes: 10 },
    "longestBytes 10 must be a number of bytes from 1,000",
  );
  const bound = { fetch: () => Promise.resolve(new Response()) };
  fails({ gatherer, target: bound, fetch: bound.fetch }, "fetch is for a target that is a URL");
  const twice = { gatherer, target: "https://a:b@c.test/", authorization: { bearer: "token" } };
  fails(twice, "keep one of authorization, target and headers");
});
