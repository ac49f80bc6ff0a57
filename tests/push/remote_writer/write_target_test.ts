import { assertEquals, assertStringIncludes } from "@std/assert";
import { test } from "node:test";
import { EncodingError, MetricsRegistry } from "../../../mod.ts";
import type { Gatherer, MetricFamily } from "../../../mod.ts";
import { Endpoint } from "../../../src/push/delivery/endpoint.ts";
import { PushError } from "../../../src/push/delivery/push_error.ts";
import {
  checkRemoteWriterOptions,
  type RemoteWriterOptions,
} from "../../../src/push/remote_writer/remote_writer_options.ts";
import { RemoteWriter } from "../../../src/push/remote_writer/remote_writer.ts";
import { WriteTarget } from "../../../src/push/remote_writer/write_target.ts";
import { gaugeOf } from "../../support/families.ts";
import { type Behaviour, RemoteWriteReceiver } from "../../support/remote_write_receiver.ts";

const signals = { signal: new AbortController().signal, superseded: new AbortController().signal };

/** A target, and pushes to it. */
function targetOf(
  gatherer: Gatherer,
  options: Partial<RemoteWriterOptions> = {},
  usually?: Behaviour,
) {
  const receiver = new RemoteWriteReceiver({ usually });
  const { url, fetch } = receiver;
  const settings = checkRemoteWriterOptions("a writer", {
    url,
    gatherer,
    maxAttempts: 1,
    ...options,
  });
  const target = new WriteTarget(
    new Endpoint("a writer", url, { fetch }),
    options.labels ?? {},
    settings,
  );
  return {
    target,
    receiver,
    push: (isLast = false) => target.push({ ...signals, isAwaited: () => true }, isLast),
  };
}

function gathererOf(...families: readonly MetricFamily[]): Gatherer {
  return { gather: () => Promise.resolve({ families, errors: [] }) };
}

test("WriteTarget: metrics about pushes travel with each, and not twice if they are registered", async () => {
  const registry = new MetricsRegistry();
  const { target, push, receiver } = targetOf(registry);
  assertEquals((await push()).errors, []);
  registry.register({ name: "writer", collect: () => target.metrics.collect() });
  assertEquals((await push()).errors, []);
  assertEquals(receiver.violations, []);
  const last = receiver.received.at(-1)?.request?.series ?? [];
  const names = last.map(({ labels }) => labels.map(([, value]) => value).join());
  assertEquals(
    [new Set(names).size, names.some((name) => name.includes("edgeprom_push_samples"))],
    [names.length, true],
  );
});

test("WriteTarget: a family with a label of the writer is left out and reported, once", async () => {
  const { push, receiver } = targetOf(
    gathererOf(gaugeOf("a", { zone: "1" }), gaugeOf("b", {})),
    { labels: { zone: "eu" } },
    () => ({ status: 415 }),
  );
  const { errors } = await push();
  const clashes = errors.filter((error) => error instanceof EncodingError);
  assertEquals([clashes.length, receiver.received.length], [1, 2]);
  assertStringIncludes(clashes[0].message, 'a: left out of the push: its label "zone"');
});

test("WriteTarget: a gatherer that fails is an error, and what was sent before is still known", async () => {
  let isBroken = false;
  const gatherer: Gatherer = {
    gather: () =>
      isBroken ? Promise.reject(new Error("mine")) : gathererOf(gaugeOf("a", {})).gather(),
  };
  const { push, receiver } = targetOf(gatherer);
  await push();
  isBroken = true;
  const { errors, requests } = await push();
  assertEquals([requests, errors.length, errors[0] instanceof PushError], [0, 1, true]);
  assertStringIncludes(errors[0].message, "mine");
  isBroken = false;
  await push(true);
  assertEquals([receiver.latest("a"), receiver.violations], [undefined, []]);
});

test("WriteTarget: the version goes back if the other one was a guess and took nothing either", async () => {
  const { target, push, receiver } = targetOf(
    gathererOf(gaugeOf("a", {})),
    {},
    () => ({ status: 400 }),
  );
  const { protocol, errors } = await push();
  assertEquals([protocol, target.protocol, errors.length], ["2.0", "2.0", 1]);
  assertEquals(receiver.received.map((each) => each.protocol), ["2.0", "1.0"]);
});

test("WriteTarget: it waits as long as the server asked for", async () => {
  const { target, push } = targetOf(
    gathererOf(),
    {},
    () => ({ status: 429, headers: { "retry-after": "100" } }),
  );
  assertEquals(target.mustWait, false);
  await push();
  assertEquals(target.mustWait, true);
});

test("WriteTarget: without stale markers the last push ends nothing", async () => {
  for (const staleMarkers of [true, false]) {
    const { push, receiver } = targetOf(gathererOf(gaugeOf("a", {})), { staleMarkers });
    await push(true);
    assertEquals(receiver.latest("a"), staleMarkers ? undefined : 1);
  }
});

test("RemoteWriter sends no zero of its own for series that are gathered at 0 first", async () => {
  const receiver = new RemoteWriteReceiver();
  const registry = new MetricsRegistry();
  const jobs = registry.counter({ name: "jobs_total", help: "Jobs." });
  jobs.inc(5);
  for (const startsAtZero of [true, false]) {
    const gatherer = { gather: async () => ({ ...await registry.gather(), startsAtZero }) };
    const writer = new RemoteWriter({
      url: "https://receiver.test/api/v1/write",
      gatherer,
      labels: { instance: String(startsAtZero) },
      fetch: receiver.fetch,
    });
    assertEquals((await writer.flush()).errors, []);
  }
  const samplesOf = (instance: string) =>
    receiver.keys().filter((key) => key.startsWith("jobs_total") && key.includes(instance))
      .map((key) => receiver.increase(key));
  assertEquals([samplesOf("true"), samplesOf("false")], [[0], [5]]);
});
