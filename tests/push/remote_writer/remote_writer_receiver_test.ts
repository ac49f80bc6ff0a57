// A process of its own: it measures the growth of the heap.
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { test } from "node:test";
import { constGauge, constHistogram, MetricsRegistry } from "../../../mod.ts";
import {
  PushError,
  type PushReport,
  RemoteWriter,
  type RemoteWriterOptions,
} from "../../../src/push.ts";
import { collectorAfter, collectorOf, collectorThrowing } from "../../support/collectors.ts";
import { never, pause, within } from "../../support/deferred.ts";
import { heapGrowth } from "../../support/garbage.ts";
import { recordingLogger } from "../../support/recording_logger.ts";
import {
  answering,
  type Behaviour,
  cuttingAnswer,
  ignoring2,
  losing,
  losingAnswer,
  miscounting,
  refusing2,
  RemoteWriteReceiver,
  slow,
  stalling,
  storingSome,
  taking,
  upTo,
  withoutNative,
} from "../../support/remote_write_receiver.ts";
import { largestRequest, sizeOf } from "../../support/remote_write_rules.ts";
import { until } from "../../support/until.ts";

type Options = Partial<RemoteWriterOptions>;

/** A writer to a receiver, and the registry of which it writes. */
function writing(behaviour?: Behaviour, options: Options = {}) {
  const receiver = new RemoteWriteReceiver({ usually: behaviour });
  const registry = new MetricsRegistry();
  const logger = recordingLogger();
  const writer = new RemoteWriter({
    url: receiver.url,
    gatherer: registry,
    fetch: receiver.fetch,
    logger,
    ...options,
  });
  /** Writes what there is, at a later time than whatever was recorded before. */
  const flush = async (...given: Parameters<RemoteWriter["flush"]>): Promise<PushReport> => {
    await pause(0.003);
    return await within(10, writer.flush(...given));
  };
  return { receiver, registry, logger, writer, flush };
}

type Setup = ReturnType<typeof writing>;

function jobsOf(registry: MetricsRegistry) {
  return registry.counter({ name: "jobs_total", help: "Jobs.", labels: ["queue"] });
}

/** What is not the writer's own. */
function keysOf({ receiver }: Setup): readonly string[] {
  return receiver.keys().filter((key) => !key.startsWith("edgeprom_push_"));
}

function valuesOf({ receiver }: Setup, key: string): readonly number[] {
  return receiver.samples(key).map(({ value }) => value);
}

function protocolsOf({ receiver }: Setup): readonly string[] {
  return receiver.received.map(({ protocol }) => protocol);
}

function total({ written, refused, unsent }: PushReport): number {
  return written + refused + unsent;
}

/** Number of samples in the first attempts of all requests since one. */
function offered({ receiver }: Setup, since = 0): number {
  return receiver.received.slice(since).filter(({ headers }) => !("retry-attempt" in headers))
    .reduce((sum, { request }) => sum + (request ? sizeOf(request) : 0), 0);
}

/** Number of samples that a first push has of the same registry. */
async function whole({ registry }: Setup): Promise<number> {
  const receiver = new RemoteWriteReceiver();
  const { url, fetch } = receiver;
  const report = await new RemoteWriter({ url, gatherer: registry, fetch }).flush();
  assertEquals(total(report), report.written);
  return report.written;
}

function endsIn(report: PushReport, text: string): void {
  assert(report.errors.length > 0, "no error");
  assertStringIncludes(report.errors.map(({ message }) => message).join("\n"), text);
}

/** A registry with an instrument of each kind that has a start, and a gauge. */
function fill(registry: MetricsRegistry): void {
  jobsOf(registry).inc({ queue: "mail" }, 5);
  registry.gauge({ name: "level", help: "Level." }).set(-0.5);
  registry.histogram({ name: "wait_seconds", help: "Wait.", buckets: [1, 2] }).observe(1.5);
  registry.summary({ name: "size_bytes", help: "Size.", quantiles: [0.5] }).observe(3);
  registry.info({ name: "build_info", help: "Build.", labels: ["version"] })
    .set({ version: "1" });
  registry.stateSet({ name: "phase", help: "Phase.", states: ["idle", "busy"] }).select("busy");
}

const filled = [
  'build_info{instance="i",job="j",version="1"}',
  'jobs_total{instance="i",job="j",queue="mail"}',
  'level{instance="i",job="j"}',
  'phase{instance="i",job="j",phase="busy"}',
  'phase{instance="i",job="j",phase="idle"}',
  'size_bytes_count{instance="i",job="j"}',
  'size_bytes_sum{instance="i",job="j"}',
  'size_bytes{instance="i",job="j",quantile="0.5"}',
  'wait_seconds_bucket{instance="i",job="j",le="+Inf"}',
  'wait_seconds_bucket{instance="i",job="j",le="1.0"}',
  'wait_seconds_bucket{instance="i",job="j",le="2.0"}',
  'wait_seconds_count{instance="i",job="j"}',
  'wait_seconds_sum{instance="i",job="j"}',
].sort();

for (const protocol of ["2.0", "1.0"] as const) {
  test(`RemoteWriter: all types arrive in ${protocol} with their names, labels and types`, async () => {
    const setup = writing(undefined, { protocol, labels: { job: "j", instance: "i" } });
    const { receiver, registry, flush } = setup;
    fill(registry);
    const report = await flush();
    assertEquals(receiver.violations, []);
    assertEquals(keysOf(setup), filled);
    assertEquals([report.protocol, report.refused, report.unsent], [protocol, 0, 0]);
    assertEquals([report.written, report.errors], [offered(setup), []]);
    assertEquals(report.requests, receiver.received.length);
    assertEquals(receiver.latest('phase{instance="i",job="j",phase="busy"}'), 1);
    assertEquals(receiver.latest('wait_seconds_bucket{instance="i",job="j",le="2.0"}'), 1);

    const expected = {
      build_info: "info",
      jobs_total: "counter",
      level: "gauge",
      phase: "stateset",
      size_bytes: "summary",
      wait_seconds: "histogram",
    };
    const types = protocol === "1.0"
      ? [...receiver.storage.metadata].map(([family, { type }]) => [family, type])
      : receiver.storage.all().map((
        { key, metadata },
      ) => [key.replace(/(_bucket|_sum|_count)?(\{.*)?$/, ""), metadata?.type]);
    const own = types.filter(([family]) => !family?.startsWith("edgeprom_push_"));
    for (const [family, type] of own) {
      const accepted = [expected[family as keyof typeof expected]];
      // Older servers know these as gauges.
      if (family === "build_info" || family === "phase") accepted.push("gauge");
      assert(accepted.includes(`${type}`), `${family}: ${type}`);
    }
    assertEquals(new Set(own.map(([family]) => family)), new Set(Object.keys(expected)));
    const help = protocol === "1.0"
      ? receiver.storage.metadata.get("level")?.help
      : receiver.storage.get('level{instance="i",job="j"}')?.metadata?.help;
    assertEquals(help, "Level.");
  });

  test(`RemoteWriter: a series of ${protocol} begins at 0 when it starts, and only then`, async () => {
    const setup = writing(undefined, { protocol });
    const { receiver, registry, flush } = setup;
    fill(registry);
    await flush();
    assertEquals(valuesOf(setup, 'jobs_total{queue="mail"}'), [0, 5]);
    assertEquals(valuesOf(setup, 'wait_seconds_bucket{le="2.0"}'), [0, 1]);
    assertEquals(valuesOf(setup, "wait_seconds_count"), [0, 1]);
    assertEquals(valuesOf(setup, "size_bytes_count"), [0, 1]);
    assertEquals(valuesOf(setup, "level"), [-0.5]);
    assertEquals(valuesOf(setup, 'phase{phase="busy"}'), [1]);

    jobsOf(registry).inc({ queue: "mail" });
    jobsOf(registry).inc({ queue: "print" }, 3);
    await flush();
    assertEquals(valuesOf(setup, 'jobs_total{queue="mail"}'), [0, 5, 6]);
    assertEquals(valuesOf(setup, 'jobs_total{queue="print"}'), [0, 3]);
    assertEquals(receiver.increase('jobs_total{queue="mail"}'), 6);
    assertEquals(receiver.violations, []);
  });

  test(`RemoteWriter: a series of ${protocol} that is removed ends once, and may begin again`, async () => {
    const setup = writing(undefined, { protocol });
    const { receiver, registry, flush } = setup;
    const jobs = jobsOf(registry);
    const key = 'jobs_total{queue="mail"}';
    const stale = () => receiver.samples(key).map(({ isStale }) => isStale);
    jobs.inc({ queue: "mail" }, 5);
    jobs.inc({ queue: "print" });
    await flush();
    jobs.remove({ queue: "mail" });
    await flush();
    await flush();
    assertEquals(stale(), [false, false, true]);
    assertEquals(receiver.latest(key), undefined);
    assertEquals(receiver.latest('jobs_total{queue="print"}'), 1);
    await pause(0.003);
    jobs.inc({ queue: "mail" }, 2);
    await flush();
    assertEquals(stale(), [false, false, true, false, false]);
    assertEquals(receiver.increase(key), 7);
    assertEquals(receiver.violations, []);
  });

  test(`RemoteWriter: stop() writes what there is in ${protocol}, and ends all series`, async () => {
    const setup = writing(undefined, { protocol });
    const { receiver, registry, writer } = setup;
    fill(registry);
    await pause(0.003);
    await writer.stop();
    assertEquals(receiver.violations, []);
    assertEquals(valuesOf(setup, 'jobs_total{queue="mail"}').slice(0, 2), [0, 5]);
    assertEquals(receiver.storage.all().filter(({ samples }) => !samples.at(-1)?.isStale), []);
    assert(receiver.keys().length > filled.length);
    const { length } = receiver.received;
    await writer.stop();
    assertEquals(receiver.received.length, length);
  });
}

test("RemoteWriter: without stale markers nothing is said to have ended", async () => {
  const { receiver, registry, writer, flush } = writing(undefined, { staleMarkers: false });
  const jobs = jobsOf(registry);
  jobs.inc({ queue: "mail" }, 5);
  await flush();
  jobs.remove({ queue: "mail" });
  await flush();
  await writer.stop();
  assertEquals(receiver.latest('jobs_total{queue="mail"}'), 5);
  assertEquals(receiver.storage.all().filter(({ samples }) => samples.at(-1)?.isStale), []);
});

test("RemoteWriter: series of 2.0 tell when they started, twice, or once if asked", async () => {
  for (const createdTimestamp of [true, false]) {
    const { receiver, registry, flush } = writing(undefined, { createdTimestamp });
    const before = Date.now();
    jobsOf(registry).inc({ queue: "mail" }, 5);
    const after = Date.now();
    await flush();
    const series = receiver.storage.get('jobs_total{queue="mail"}');
    const [zero, first] = series?.samples ?? [];
    assert(zero.timestamp >= before && zero.timestamp <= after, `${zero.timestamp}`);
    assertEquals(first.startTimestamp, zero.timestamp);
    assertEquals(series?.createdTimestamp, createdTimestamp ? zero.timestamp : undefined);
  }
});

test("RemoteWriter: a server that refuses 2.0 gets 1.0, at once and from then on", async () => {
  const setup = writing(refusing2);
  const { receiver, registry, flush } = setup;
  jobsOf(registry).inc({ queue: "mail" }, 5);
  const report = await flush();
  assertEquals([report.protocol, report.refused, report.unsent, report.errors], ["1.0", 0, 0, []]);
  assertEquals(protocolsOf(setup).slice(0, 2), ["2.0", "1.0"]);
  await flush();
  assertEquals(protocolsOf(setup).filter((protocol) => protocol === "2.0").length, 1);
  assertEquals(receiver.samples('jobs_total{queue="mail"}').length, 3);
  assertEquals([receiver.violations, receiver.mostAtOnce], [[], 1]);
});

test("RemoteWriter: a success that does not say what was written is no success of 2.0", async () => {
  const setup = writing(ignoring2);
  const { receiver, registry, flush } = setup;
  jobsOf(registry).inc({ queue: "mail" }, 5);
  const report = await flush();
  assertEquals([report.protocol, report.refused, report.unsent, report.errors], ["1.0", 0, 0, []]);
  assertEquals(report.written, offered(setup, 1));
  await flush();
  assertEquals(protocolsOf(setup).filter((protocol) => protocol === "2.0").length, 1);
  assertEquals(valuesOf(setup, 'jobs_total{queue="mail"}'), [0, 5, 5]);
  assertEquals(receiver.violations, []);
});

test("RemoteWriter: a fixed protocol is kept, whatever the server says", async () => {
  const setups = [refusing2, ignoring2].map((behaviour) => writing(behaviour, { protocol: "2.0" }));
  for (const setup of setups) {
    const { registry, flush } = setup;
    jobsOf(registry).inc({ queue: "mail" }, 5);
    const report = await flush();
    assertEquals(new Set(protocolsOf(setup)), new Set(["2.0"]));
    assertEquals([report.written, total(report)], [0, await whole(setup)]);
    assert(report.errors[0] instanceof PushError);
  }
  const setup = writing(undefined, { protocol: "1.0" });
  jobsOf(setup.registry).inc({ queue: "mail" });
  assertEquals((await setup.flush()).protocol, "1.0");
  assertEquals(new Set(protocolsOf(setup)), new Set(["1.0"]));
});

test("RemoteWriter: what the server counts is only asked if it shall be", async () => {
  const believed = writing(miscounting, { checkWritten: false });
  const checked = writing(miscounting);
  for (const { registry } of [believed, checked]) jobsOf(registry).inc({ queue: "mail" }, 5);
  const { written, errors, protocol } = await believed.flush();
  assertEquals([written, errors, protocol], [offered(believed), [], "2.0"]);
  const report = await checked.flush();
  assertEquals([report.written, total(report)], [0, await whole(checked)]);
  assert(report.errors.length > 0);
  assertEquals([believed, checked].flatMap(({ receiver }) => receiver.violations), []);
});

test("RemoteWriter: requests have at most 2,000 samples, and all arrive", async () => {
  for (const protocol of ["2.0", "1.0"] as const) {
    const setup = writing(undefined, { protocol });
    const { receiver, registry, flush } = setup;
    const level = registry.gauge({ name: "level", help: "Level.", labels: ["id"] });
    const jobs = jobsOf(registry);
    for (let id = 0; id < 1100; id++) level.set({ id: `${id}` }, id);
    // Two samples each, which a request must not part in the wrong order.
    for (let id = 0; id < 1000; id++) jobs.inc({ queue: `${id}` }, id);
    const report = await flush();
    assertEquals([report.written, report.refused, report.unsent], [offered(setup), 0, 0]);
    assertEquals(keysOf(setup).length, 2100);
    for (let id = 0; id < 1100; id++) assertEquals(receiver.latest(`level{id="${id}"}`), id);
    assert(offered(setup) >= 3100);
    const sizes = receiver.received.map(({ request }) => request ? sizeOf(request) : 0);
    assert(Math.max(...sizes) <= largestRequest);
    assert(sizes.length <= 4, `${sizes}`);
    assertEquals([receiver.violations, receiver.mostAtOnce], [[], 1]);
  }
});

test("RemoteWriter: an exemplar is written once", async () => {
  const { receiver, registry, flush } = writing();
  const jobs = jobsOf(registry);
  const wait = registry.histogram({ name: "wait_seconds", help: "Wait.", buckets: [1, 2] });
  const exemplars = (key: string) =>
    receiver.storage.get(key)?.exemplars.map(({ labels, value }) => [...labels.flat(), value]);
  jobs.inc({ queue: "mail" }, 5, { exemplar: { trace_id: "a" } });
  wait.observe(1.5, { exemplar: { trace_id: "b" } });
  for (let time = 0; time < 3; time++) await flush();
  assertEquals(exemplars('jobs_total{queue="mail"}'), [["trace_id", "a", 5]]);
  assertEquals(exemplars('wait_seconds_bucket{le="2.0"}'), [["trace_id", "b", 1.5]]);
  assertEquals(exemplars('wait_seconds_bucket{le="+Inf"}'), []);
  jobs.inc({ queue: "mail" }, 1, { exemplar: { trace_id: "c" } });
  for (let time = 0; time < 2; time++) await flush();
  assertEquals(exemplars('jobs_total{queue="mail"}'), [["trace_id", "a", 5], ["trace_id", "c", 1]]);
  assertEquals(receiver.violations, []);
});

/** What may happen to an attempt, so that the next one is as good. */
const mended: Readonly<Record<string, readonly Behaviour[]>> = {
  "a connection that is lost": [losing],
  "an answer that is lost": [losingAnswer],
  "an answer that is cut off": [cuttingAnswer],
  "an answer of 500": [answering(500)],
  "an answer of 503 that asks for patience": [answering(503, { "Retry-After": "0" })],
  "an answer of 429": [answering(429)],
  "a slow answer": [slow(0.1)],
};

test("RemoteWriter: a fault that a second attempt mends costs nothing", async () => {
  await Promise.all(
    Object.entries(mended).map(async ([fault, script]) => {
      const setup = writing();
      const { receiver, registry, flush } = setup;
      const jobs = jobsOf(registry);
      jobs.inc({ queue: "mail" }, 5);
      await flush();
      receiver.script(...script);
      jobs.inc({ queue: "mail" }, 2);
      const before = receiver.received.length;
      const report = await flush();
      // Nothing new was born, so sending it all again is the same as sending it once.
      assertEquals([report.written, report.errors], [offered(setup, before), []], fault);
      assertEquals(valuesOf(setup, 'jobs_total{queue="mail"}'), [0, 5, 7], fault);
      jobs.inc({ queue: "mail" });
      await flush();
      assertEquals(receiver.increase('jobs_total{queue="mail"}'), 8, fault);
      assertEquals([receiver.violations, receiver.mostAtOnce], [[], 1], fault);
    }),
  );
});

test("RemoteWriter: births whose answer is lost are told of, and not written twice", async () => {
  const setup = writing();
  const { receiver, registry, flush } = setup;
  receiver.script(losingAnswer);
  jobsOf(registry).inc({ queue: "mail" }, 5);
  const report = await flush();
  assertEquals(total(report), offered(setup));
  assertEquals(valuesOf(setup, 'jobs_total{queue="mail"}'), [0, 5]);
  await flush();
  assertEquals(receiver.increase('jobs_total{queue="mail"}'), 5);
  assertEquals(receiver.violations, []);
});

for (const status of [400, 401, 403, 404, 413, 422]) {
  test(`RemoteWriter: an answer of ${status} is no reason to try again`, async () => {
    const setup = writing(answering(status));
    const { receiver, registry, flush } = setup;
    const jobs = jobsOf(registry);
    jobs.inc({ queue: "mail" }, 5);
    const report = await flush();
    assertEquals(receiver.received.filter(({ headers }) => "retry-attempt" in headers), []);
    // With another address or user, the other requests would fare the same.
    if ([401, 403, 404].includes(status)) assertEquals(receiver.received.length, 1);
    assertEquals([report.written, total(report)], [0, await whole(setup)]);
    const [error] = report.errors;
    assert(error instanceof PushError);
    assertEquals([error.status, error.answer], [status, `answer ${status}`]);
    // The series is still not born, as far as the server knows.
    receiver.usually = taking;
    jobs.inc({ queue: "mail" }, 2);
    await flush();
    assertEquals(valuesOf(setup, 'jobs_total{queue="mail"}').at(-1), 7);
    assertEquals(receiver.violations, []);
  });
}

test("RemoteWriter: a server that fails for long gets the newest values later, and births whole", async () => {
  const setups = [losing, answering(500), answering(429), cuttingAnswer].map((behaviour) =>
    writing(behaviour, { maxAttempts: 2 })
  );
  await Promise.all(setups.map(async (setup) => {
    const { receiver, registry, flush } = setup;
    const jobs = jobsOf(registry);
    jobs.inc({ queue: "mail" }, 5);
    const report = await flush();
    assertEquals(receiver.received.length, 2);
    assertEquals([report.written, report.unsent], [0, await whole(setup)]);
    endsIn(report, "after 2 attempts");
    jobs.inc({ queue: "mail" }, 2);
    receiver.usually = taking;
    await flush();
    assertEquals(valuesOf(setup, 'jobs_total{queue="mail"}'), [0, 7]);
    assertEquals(receiver.violations, []);
  }));
});

test("RemoteWriter: an end that was not heard is told again", async () => {
  const setup = writing(undefined, { maxAttempts: 1 });
  const { receiver, registry, flush } = setup;
  const jobs = jobsOf(registry);
  jobs.inc({ queue: "mail" }, 5);
  await flush();
  jobs.remove({ queue: "mail" });
  receiver.script(losing);
  await flush();
  assertEquals(receiver.latest('jobs_total{queue="mail"}'), 5);
  await flush();
  assertEquals(receiver.latest('jobs_total{queue="mail"}'), undefined);
  assertEquals(receiver.violations, []);
});

test("RemoteWriter: an end that was not heard is not told of a series that is there again", async () => {
  const { receiver, registry, flush } = writing(undefined, { maxAttempts: 1 });
  const jobs = jobsOf(registry);
  jobs.inc({ queue: "mail" }, 5);
  await flush();
  jobs.remove({ queue: "mail" });
  receiver.script(losing);
  await flush();
  await pause(0.003);
  jobs.inc({ queue: "mail" }, 2);
  const { errors } = await flush();
  assertEquals([errors, receiver.violations], [[], []]);
  assertEquals(receiver.latest('jobs_total{queue="mail"}'), 2);
});

test("RemoteWriter: a series of which only the zero was heard of ends too", async () => {
  const { receiver, registry, flush } = writing(undefined, { maxAttempts: 1 });
  const jobs = jobsOf(registry);
  jobs.inc({ queue: "mail" }, 5);
  const isZero: Behaviour = (incoming) => {
    const samples = incoming.request?.series.flatMap(({ samples }) => samples) ?? [];
    return samples.every(({ value }) => value === 0) ? incoming.take() : "closed";
  };
  receiver.usually = isZero;
  await flush();
  receiver.usually = taking;
  assertEquals(receiver.latest('jobs_total{queue="mail"}') ?? 0, 0);
  jobs.remove({ queue: "mail" });
  await flush();
  assertEquals(receiver.latest('jobs_total{queue="mail"}'), undefined);
  assertEquals(receiver.violations, []);
});

test("RemoteWriter: a partial write is counted as the server counts it", async () => {
  const setup = writing();
  const { receiver, registry, flush } = setup;
  const level = registry.gauge({ name: "level", help: "Level.", labels: ["id"] });
  for (let id = 0; id < 10; id++) level.set({ id: `${id}` }, id);
  receiver.script(storingSome((position) => position % 2 === 0));
  const report = await flush();
  const stored = receiver.storage.all().reduce((sum, { samples }) => sum + samples.length, 0);
  assertEquals([report.written, report.refused], [stored, offered(setup) - stored]);
  assertEquals(report.unsent, 0);
  endsIn(report, "some samples are invalid");
});

test("RemoteWriter: a refused request does not cost the others", async () => {
  const setup = writing();
  const { receiver, registry, flush } = setup;
  const level = registry.gauge({ name: "level", help: "Level.", labels: ["id"] });
  for (let id = 0; id < 2100; id++) level.set({ id: `${id}` }, id);
  receiver.script(answering(400));
  const report = await flush();
  const first = receiver.received[0].request;
  assertEquals(report.refused, first && sizeOf(first));
  assertEquals([report.unsent, total(report)], [0, offered(setup)]);
  assert(report.written >= 100);
});

test("RemoteWriter: a request that is too large is told of", async () => {
  const setup = writing(upTo(100));
  const level = setup.registry.gauge({ name: "level", help: "Level.", labels: ["id"] });
  for (let id = 0; id < 500; id++) level.set({ id: `${id}` }, id);
  const report = await setup.flush();
  assertEquals(total(report) >= 500, true);
  assertEquals(report.errors.length > 0 || report.written === total(report), true);
  assertEquals(setup.receiver.violations, []);
});

test("RemoteWriter: native histograms travel alone, and arrive in 2.0", async () => {
  const setup = writing(undefined, { histograms: "native" });
  const { receiver, registry, flush } = setup;
  const wait = registry.histogram({ name: "wait_seconds", help: "Wait.", native: { factor: 2 } });
  for (const value of [1.5, 1.5, 3, -1, 0]) wait.observe(value);
  jobsOf(registry).inc({ queue: "mail" });
  const report = await flush();
  assertEquals([report.written, report.errors], [offered(setup), []]);
  assertEquals(receiver.violations, []);
  const { histogram, value } = receiver.samples("wait_seconds").at(-1)!;
  assertEquals([value, histogram?.countInt, histogram?.zeroCountInt], [5, 5, 1]);
  assertEquals(keysOf(setup).filter((key) => key.startsWith("wait")), ["wait_seconds"]);
  assertEquals(receiver.latest('jobs_total{queue="mail"}'), 1);
  registry.reset();
});

test("RemoteWriter: native histograms that a server refuses become classic ones", async () => {
  await Promise.all([[1, 2], undefined].map(async (buckets) => {
    const setup = writing(withoutNative, { histograms: "native", maxAttempts: 2 });
    const { receiver, registry, flush } = setup;
    const wait = registry.histogram({ name: "wait_seconds", help: "Wait.", buckets, native: true });
    for (const value of [0.5, 1.5, 1.5]) wait.observe(value);
    jobsOf(registry).inc({ queue: "mail" }, 5);
    const report = await flush();
    assertEquals(receiver.latest('jobs_total{queue="mail"}'), 5);
    assert(report.errors.length > 0);
    await flush();
    assertEquals(receiver.latest("wait_seconds_count"), 3);
    assertEquals(receiver.latest('wait_seconds_bucket{le="+Inf"}'), 3);
    assertEquals(receiver.latest('wait_seconds_bucket{le="1.0"}'), buckets && 1);
    const asked = receiver.received.length;
    await flush();
    // It does not try again with every flush.
    assertEquals(receiver.received.length, asked + 1);
    assertEquals(receiver.violations, []);
  }));
});

test("RemoteWriter: a server that is busy has not refused native histograms", async () => {
  for (const busy of [answering(503), answering(429), losing]) {
    const { receiver, registry, flush } = writing(undefined, {
      histograms: "native",
      maxAttempts: 1,
    });
    registry.histogram({ name: "wait_seconds", help: "Wait.", native: true }).observe(1.5);
    registry.gauge({ name: "level", help: "Level." }).set(1);
    receiver.usually = (incoming) => {
      const isNative = incoming.request?.series.some(({ histograms }) => histograms.length > 0);
      return isNative ? busy(incoming) : incoming.take();
    };
    await flush();
    assertEquals(receiver.latest("level"), 1);
    receiver.usually = taking;
    await flush();
    assertEquals(receiver.latest("wait_seconds"), 1.5);
    assertEquals(receiver.violations, []);
  }
});

test("RemoteWriter: native histograms with times of their own keep them, and have no zero", async () => {
  const { receiver, registry, flush } = writing(undefined, { histograms: "nhcb" });
  const time = Date.now() / 1000;
  const family = constHistogram({
    ...{ name: "wait_seconds", help: "Wait.", bounds: [1] },
    samples: [{ buckets: [1, 2], sum: 5 }],
  });
  const timed = { ...family, created: [time - 5], timestamps: Float64Array.of(time - 10) };
  registry.register(collectorOf(timed));
  await flush();
  await flush();
  assertEquals(receiver.violations, []);
  const { length, 0: sample } = receiver.samples("wait_seconds");
  assertEquals([length, sample.timestamp], [1, Math.round((time - 10) * 1000)]);
});

test("RemoteWriter: in 1.0 native histograms are classic ones", async () => {
  for (const histograms of ["native", "both", "nhcb"] as const) {
    const setup = writing(refusing2, { histograms });
    const { receiver, registry, flush } = setup;
    registry.histogram({ name: "wait_seconds", help: "Wait.", buckets: [1, 2], native: true })
      .observe(1.5);
    await flush();
    assertEquals(receiver.latest('wait_seconds_bucket{le="2.0"}'), 1, histograms);
    assertEquals(receiver.violations, []);
  }
});

test("RemoteWriter: nhcb writes classic bounds as one histogram", async () => {
  const { receiver, registry, flush } = writing(undefined, { histograms: "nhcb" });
  const wait = registry.histogram({ name: "wait_seconds", help: "Wait.", buckets: [0.5, 1] });
  for (const value of [0.25, 0.75, 0.75, 7]) wait.observe(value);
  await flush();
  assertEquals(receiver.violations, []);
  const { histogram, value } = receiver.samples("wait_seconds").at(-1)!;
  assertEquals([histogram?.schema, histogram?.customValues], [-53, [0.5, 1]]);
  assertEquals([histogram?.countInt, value], [4, 8.75]);
});

test("RemoteWriter: a native histogram ends by a marker too", async () => {
  for (const histograms of ["native", "nhcb"] as const) {
    const { receiver, registry, flush } = writing(undefined, { histograms });
    const wait = registry.histogram({
      ...{ name: "wait_seconds", help: "Wait.", labels: ["x"] },
      ...{ buckets: [1], native: true },
    });
    wait.observe({ x: "1" }, 0.5);
    await flush();
    assertEquals(receiver.latest('wait_seconds{x="1"}'), 0.5);
    wait.remove({ x: "1" });
    await flush();
    assertEquals(receiver.latest('wait_seconds{x="1"}'), undefined);
    assertEquals(receiver.violations, []);
  }
});

test("RemoteWriter: flushes at the same time are one, and what came later is another", async () => {
  const setup = writing(slow(0.05));
  const { receiver, registry, writer } = setup;
  const level = registry.gauge({ name: "level", help: "Level." });
  level.set(5);
  const first = writer.flush();
  await until(() => receiver.received.length > 0);
  level.set(7);
  const reports = await within(5, Promise.all([first, ...[1, 2, 3, 4].map(() => writer.flush())]));
  assert(reports.every(({ written, unsent }) => written > 0 && unsent === 0));
  assertEquals(valuesOf(setup, "level"), [5, 7]);
  assertEquals(receiver.mostAtOnce, 1);
  assertEquals(receiver.violations, []);
});

test("RemoteWriter: flushes in one moment, and after a clock that goes back, contradict nothing", async () => {
  const setup = writing();
  const { receiver, registry, writer } = setup;
  const { now } = Date;
  const jobs = jobsOf(registry);
  try {
    const moment = now();
    for (const time of [moment + 10, moment + 10, moment + 10, moment - 5000, moment + 20]) {
      Date.now = () => time;
      jobs.inc({ queue: "mail" });
      await within(5, writer.flush());
    }
  } finally {
    Date.now = now;
  }
  assertEquals(receiver.violations, []);
  assertEquals(receiver.latest('jobs_total{queue="mail"}'), 5);
});

test("RemoteWriter: a series that begins again in the moment of a flush contradicts nothing", async () => {
  const { now } = Date;
  // Its marker is written in that moment, or it begins again before anybody has seen its end.
  for (const marked of [true, false]) {
    const { receiver, registry, writer } = writing();
    const jobs = jobsOf(registry);
    try {
      let moment = now();
      Date.now = () => moment;
      jobs.inc({ queue: "mail" }, 5);
      moment += 10;
      await writer.flush();
      jobs.remove({ queue: "mail" });
      if (marked) {
        moment += 10;
        await writer.flush();
      }
      jobs.inc({ queue: "mail" }, 2);
      moment += 10;
      const { refused } = await writer.flush();
      assertEquals([refused, receiver.violations], [0, []]);
    } finally {
      Date.now = now;
    }
    assertEquals(receiver.increase('jobs_total{queue="mail"}'), 7);
  }
});

test("RemoteWriter: a signal ends a flush, and the next one is whole", async () => {
  const controller = new AbortController();
  const setup = writing((incoming) => {
    setTimeout(() => controller.abort());
    return stalling(incoming);
  });
  const { receiver, registry, flush } = setup;
  jobsOf(registry).inc({ queue: "mail" }, 5);
  const report = await flush({ signal: controller.signal });
  assertEquals([report.written, report.unsent], [0, await whole(setup)]);
  assert(report.errors.length > 0);
  const before = receiver.received.length;
  const none = await flush({ signal: AbortSignal.abort() });
  assertEquals([none.written, receiver.received.length], [0, before]);
  receiver.usually = taking;
  await flush();
  assertEquals(valuesOf(setup, 'jobs_total{queue="mail"}'), [0, 5]);
  assertEquals(receiver.violations, []);
});

test("RemoteWriter: a stop that is aborted before it began ends nothing in a later flush", async () => {
  const { receiver, registry, writer, flush } = writing();
  jobsOf(registry).inc({ queue: "mail" }, 5);
  await writer.stop({ signal: AbortSignal.abort() });
  await flush();
  assertEquals(receiver.shown(), receiver.keys());
  await writer.stop();
  assertEquals([receiver.shown(), receiver.violations], [[], []]);
});

test("RemoteWriter: a server that never answers holds nobody up", async () => {
  const limits = [{ timeoutSeconds: 0.2 }, { attemptTimeoutSeconds: 0.2, maxAttempts: 1 }];
  await Promise.all(limits.map(async (limit) => {
    const setup = writing(stalling, limit);
    jobsOf(setup.registry).inc({ queue: "mail" }, 5);
    const report = await within(2, setup.flush());
    assertEquals([report.written, report.unsent], [0, await whole(setup)]);
    assert(report.errors[0] instanceof PushError);
  }));
});

test("RemoteWriter: collectors that fail or hang cost only their families", async () => {
  const setup = writing(undefined, { timeoutSeconds: 0.5 });
  const { receiver, registry, flush } = setup;
  jobsOf(registry).inc({ queue: "mail" }, 5);
  registry.register(collectorThrowing(new Error("no connection")));
  registry.register(collectorAfter(never(), "late"));
  const report = await flush();
  endsIn(report, "no connection");
  assertEquals(report.errors.length >= 2, true);
  assertEquals([receiver.violations, receiver.latest('jobs_total{queue="mail"}')], [[], 5]);
});

test("RemoteWriter: a family that has a label of the writer is left out, and the others are not", async () => {
  const setup = writing(undefined, { labels: { queue: "own" } });
  const { receiver, registry, flush } = setup;
  jobsOf(registry).inc({ queue: "mail" }, 5);
  registry.gauge({ name: "level", help: "Level." }).set(1);
  const report = await flush();
  endsIn(report, "jobs_total");
  assertEquals(keysOf(setup), ['level{queue="own"}']);
  assertEquals(receiver.violations, []);
});

test("RemoteWriter: a fetch that is broken in any way is an error of the report", async () => {
  const broken: readonly unknown[] = [
    () => {
      throw new Error("no network here");
    },
    () => Promise.reject(undefined),
    () => undefined,
    () => Promise.resolve({}),
    () => Promise.resolve(Response.error()),
  ];
  for (const fetch of broken) {
    const { registry, flush } = writing(undefined, {
      fetch: fetch as NonNullable<Options["fetch"]>,
      maxAttempts: 1,
    });
    jobsOf(registry).inc({ queue: "mail" }, 5);
    const report = await flush();
    assertEquals(report.written, 0);
    assert(report.unsent + report.refused > 0);
    assert(report.errors[0] instanceof PushError);
  }
});

test("RemoteWriter: an answer that never ends holds nobody up", async () => {
  await Promise.all([200, 400, 500].map(async (status) => {
    const endless = new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        controller.enqueue(new Uint8Array(1000));
        await pause(0.001);
      },
    });
    const { registry, flush } = writing(undefined, {
      fetch: () => Promise.resolve(new Response(endless, { status })),
      maxAttempts: 1,
      timeoutSeconds: 0.5,
    });
    jobsOf(registry).inc({ queue: "mail" }, 5);
    assert(total(await within(3, flush())) > 0);
  }));
});

test("RemoteWriter: NaN, -0 and infinities arrive as they are, and NaN ends no series", async () => {
  const { receiver, registry, flush } = writing();
  const samples = [NaN, -0, Infinity, -Infinity, 5e-324].map((value, at) => ({
    labels: { at: `${at}` },
    value,
  }));
  registry.register(collectorOf(constGauge({ name: "level", help: "Level.", samples })));
  await flush();
  const values = samples.map((_, at) => receiver.latest(`level{at="${at}"}`));
  assertEquals(values.map(String), ["NaN", "0", "Infinity", "-Infinity", "5e-324"]);
  assert(Object.is(values[1], -0));
  assertEquals(receiver.violations, []);
});

test("RemoteWriter: what it does is written with the rest", async () => {
  const { receiver, flush } = writing(undefined, { labels: { job: "j" } });
  await flush();
  await flush();
  const own = receiver.keys().filter((key) => key.startsWith("edgeprom_push_"));
  const names = new Set(own.map((key) => key.replace(/\{.*/, "")));
  for (const name of ["edgeprom_push_requests_total", "edgeprom_push_samples_total"]) {
    assert(names.has(name), [...names].join());
  }
  assert(own.every((key) => key.includes('job="j"')), own.join("\n"));
  assertEquals(receiver.violations, []);
});

test("RemoteWriter: started, it writes again and again, and tells its logger of failures only", async () => {
  const { receiver, registry, writer, logger } = writing(undefined, { intervalSeconds: 0.05 });
  jobsOf(registry).inc({ queue: "mail" }, 5);
  writer.start();
  writer.start();
  await until(() => receiver.received.length >= 2);
  assertEquals(logger.messages, []);
  receiver.usually = answering(400);
  await until(() => logger.messages.length > 0);
  assertStringIncludes(logger.messages[0], "400");
  receiver.usually = taking;
  await within(5, writer.stop());
  const { length } = receiver.received;
  await pause(0.15);
  assertEquals([receiver.received.length, receiver.mostAtOnce], [length, 1]);
  assertEquals(receiver.violations, []);
});

test("RemoteWriter: started, it waits as long as the server asks, and a flush does not", async () => {
  const busy = answering(503, { "retry-after": "60" });
  const { receiver, writer, flush, logger } = writing(busy, { intervalSeconds: 0.01 });
  writer.start();
  await until(() => logger.messages.length > 0);
  await pause(0.1);
  assertEquals(receiver.received.length, 1);
  receiver.usually = taking;
  assertEquals((await flush()).errors, []);
  await writer.stop();
});

test("RemoteWriter: a server that refuses both versions is sent 2.0 again", async () => {
  const setup = writing(() => ({ status: 400, body: "not today" }));
  const { receiver, registry, flush } = setup;
  jobsOf(registry).inc({ queue: "mail" }, 5);
  assertEquals([(await flush()).protocol, protocolsOf(setup).includes("1.0")], ["2.0", true]);
  receiver.usually = taking;
  const { protocol, errors } = await flush();
  assertEquals([protocol, errors, protocolsOf(setup).at(-1)], ["2.0", [], "2.0"]);
});

test("RemoteWriter: started where nothing may begin yet, it says so, and flushes later", async () => {
  const { receiver, registry, writer, logger } = writing();
  jobsOf(registry).inc({ queue: "mail" }, 5);
  const { setTimeout, AbortController } = globalThis;
  const refuse = () => {
    throw new Error("not within global scope");
  };
  // As Workers do it while a module is loaded.
  Object.assign(globalThis, { setTimeout: refuse, AbortController: refuse });
  try {
    writer.start();
  } finally {
    Object.assign(globalThis, { setTimeout, AbortController });
  }
  assertStringIncludes(logger.messages.join(), "there is no timer here: not within global scope");
  const report = await within(5, writer.flush());
  assertEquals([report.errors, receiver.latest('jobs_total{queue="mail"}')], [[], 5]);
});

test("RemoteWriter: a gatherer that a user wrote badly is an error of the report", async () => {
  for (const answer of [undefined, {}, { families: 1, errors: [] }, new Error("broken")]) {
    const gather = () => answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    const { writer } = writing(undefined, { gatherer: { gather } as never });
    const report = await within(5, writer.flush());
    assert(report.errors.length > 0);
  }
});

test("RemoteWriter: after a snapshot that cannot be written, no zero follows a value", async () => {
  /** A registry that gives what it should not: a family that throws once others were sent. */
  class Odd extends MetricsRegistry {
    isOdd = true;
    override async gather() {
      const gathering = await super.gather();
      const labels = { names: [], values: [], rows: 1 };
      const odd = {
        ...{ type: "gauge", name: "odd", help: "Odd.", labels, timestamps: [1] },
        get values(): never {
          throw new Error("odd values");
        },
      };
      const families = [...gathering.families, ...this.isOdd ? [odd as never] : []];
      return { ...gathering, families };
    }
  }
  const gatherer = new Odd();
  const { receiver, flush } = writing(undefined, { gatherer });
  jobsOf(gatherer).inc({ queue: "mail" }, 5);
  endsIn(await flush(), "odd values");
  assertEquals(receiver.increase('jobs_total{queue="mail"}'), 5);
  gatherer.isOdd = false;
  assertEquals((await flush()).errors, []);
  assertEquals(receiver.increase('jobs_total{queue="mail"}'), 5);
  assertEquals(receiver.violations, []);
});

test("RemoteWriter: flushes that fail do not grow the memory", async () => {
  const { registry, writer } = writing(undefined, {
    fetch: () => Promise.reject(new TypeError("no network")),
    maxAttempts: 1,
    logger: { info() {}, warn() {}, error() {} },
  });
  const jobs = jobsOf(registry);
  const level = registry.gauge({ name: "level", help: "Level.", labels: ["id"] });
  let flushes = 0;
  const fail = async () => {
    for (let time = 0; time < 500; time++) {
      const id = `${flushes++}`;
      level.set({ id }, 1);
      jobs.inc({ queue: "mail" }, 1, { exemplar: { trace_id: id } });
      await writer.flush();
      level.remove({ id });
    }
  };
  const grown = await heapGrowth(fail);
  assert(grown < 1, `${grown} MB`);
});
