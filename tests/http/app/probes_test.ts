import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import { createProbes, type ProbeOptions } from "../../../src/http/app/probes.ts";
import { withClock } from "../../support/clock.ts";
import { never } from "../../support/deferred.ts";
import { recordingLogger } from "../../support/recording_logger.ts";

interface Answer {
  readonly status: number;
  readonly text: string;
}

async function answerOf(response: Promise<Response>): Promise<Answer> {
  const { status } = await response;
  return { status, text: await (await response).text() };
}

const well = { name: "a", check: () => true };
const ill = { name: "b", check: () => ({ ok: false, message: "no disk" }) };

test("/health has exactly this shape", () =>
  withClock(async (clock) => {
    const probes = createProbes({ version: "1.2.3" });
    clock.advance(3600.999);
    assertEquals(await answerOf(probes.health()), {
      status: 200,
      text: '{"status":"healthy","version":"1.2.3","uptime_seconds":3600}',
    });
  }));

test("/health shows no version if the service has none", async () => {
  const body = await (await createProbes().health()).json();
  assertEquals(body, { status: "healthy", uptime_seconds: 0 });
});

test("/health: uptime is whole seconds since the probes were created", () =>
  withClock(async (clock) => {
    const probes = createProbes();
    const seen: number[] = [];
    for (const seconds of [0, 0.999, 0.001, 58.5, 0.5]) {
      clock.advance(seconds);
      seen.push((await (await probes.health()).json()).uptime_seconds);
    }
    assertEquals(seen, [0, 0, 1, 59, 60]);
  }));

test("/health: uptime counts from the first request if the clock stands still before it", () =>
  withClock(async (clock) => {
    clock.advance(-1);
    const probes = createProbes();
    clock.advance(5000);
    assertEquals((await (await probes.health()).json()).uptime_seconds, 0);
    clock.advance(7);
    assertEquals((await (await probes.health()).json()).uptime_seconds, 7);
  }));

test("/health answers 503 if a liveness check fails, and says which", async () => {
  const { status, text } = await answerOf(createProbes({ liveness: [well, ill] }).health());
  assertEquals(status, 503);
  assertEquals(JSON.parse(text), {
    status: "unhealthy",
    uptime_seconds: 0,
    checks: [{ name: "b", ready: false, message: "no disk" }],
  });
});

test("/health: liveness checks that succeed leave the response as it is", async () => {
  const body = await (await createProbes({ liveness: [well, well] }).health()).json();
  assertEquals(Object.keys(body), ["status", "uptime_seconds"]);
});

test("/health and /ready do not affect each other", async () => {
  const ready = createProbes({ liveness: [ill] }).ready();
  const healthy = createProbes({ readiness: [ill] }).health();
  assertEquals([(await ready).status, (await healthy).status], [200, 200]);
});

const processorReady = '{"ready":true,"checks":[{"name":"processor","ready":true,"message":null}]}';

test("/ready has exactly this shape, with the one check that a stream processor has by default", async () => {
  const probes = createProbes({}, { hasProcessor: () => true });
  assertEquals(await answerOf(probes.ready()), { status: 200, text: processorReady });
});

test("/ready has no check by default, and none that is not in a list of one's own", async () => {
  const text = '{"ready":true,"checks":[]}';
  assertEquals(await answerOf(createProbes().ready()), { status: 200, text });
  const probes = createProbes({ readiness: [] }, { hasProcessor: () => true });
  assertEquals(await answerOf(probes.ready()), { status: 200, text });
});

test("/ready answers 503 for each check, and runs none, while the server shuts down", async () => {
  let times = 0;
  const asked = { name: "a", check: () => ++times > 0 };
  const cases: [ProbeOptions, boolean, string][] = [
    [{}, false, "server"],
    [{}, true, "processor"],
    [{ readiness: [] }, true, "server"],
    [{ readiness: [asked] }, true, "a"],
  ];
  for (const [options, processor, name] of cases) {
    const state = { hasProcessor: () => processor, isStopping: () => true };
    const { status, text } = await answerOf(createProbes(options, state).ready());
    const message = "the server is shutting down";
    const body = { ready: false, checks: [{ name, ready: false, message }] };
    assertEquals([status, JSON.parse(text), times], [503, body, 0]);
  }
});

test("/health and /ready log what a check throws, and show it only if they are asked to", async () => {
  for (const exposeCheckErrors of [undefined, false, true]) {
    const logger = recordingLogger();
    const broken = [{ name: "a", check: () => Promise.reject(new Error("password")) }];
    const options = { readiness: broken, liveness: broken, exposeCheckErrors };
    const probes = createProbes(options, { logger });
    for (const probe of [probes.ready, probes.health]) {
      const { status, text } = await answerOf(probe());
      assertEquals([status, text.includes("password")], [503, exposeCheckErrors === true]);
    }
    assertEquals(logger.messages.length, 2);
  }
});

test("/ready answers although the logger throws", async () => {
  const fails = () => {
    throw new Error("the disk is full");
  };
  const logger = { info: fails, warn: fails, error: fails };
  const probes = createProbes({ readiness: [{ name: "a", check: fails }] }, { logger });
  assertEquals((await probes.ready()).status, 503);
});

test("/ready lists all checks, and one that fails is enough for 503", async () => {
  assertEquals(await answerOf(createProbes({ readiness: [well, ill, well] }).ready()), {
    status: 503,
    text: '{"ready":false,"checks":[{"name":"a","ready":true,"message":null},' +
      '{"name":"b","ready":false,"message":"no disk"},' +
      '{"name":"a","ready":true,"message":null}]}',
  });
});

test("/ready answers 200 with an empty list of checks", async () => {
  assertEquals(await answerOf(createProbes({ readiness: [] }).ready()), {
    status: 200,
    text: '{"ready":true,"checks":[]}',
  });
});

test("/ready: a check that hangs takes as long as checks may, and is not ready", async () => {
  const hanging = { name: "a", check: () => never<boolean>() };
  const options = { readiness: [hanging], liveness: [hanging], checkTimeoutSeconds: 0.02 };
  const probes = createProbes(options);
  const outcome = { name: "a", ready: false, message: "no answer within 0.02 s" };
  assertEquals(JSON.parse((await answerOf(probes.ready())).text).checks, [outcome]);
  const { status, text } = await answerOf(probes.health());
  assertEquals([status, JSON.parse(text).checks], [503, [outcome]]);
});

test("/ready runs the checks again for each request", async () => {
  let healthy = true;
  const probes = createProbes({ readiness: [{ name: "a", check: () => healthy }] });
  const seen: number[] = [];
  for (const next of [false, true, true]) {
    seen.push((await probes.ready()).status);
    healthy = next;
  }
  assertEquals(seen, [200, 503, 200]);
});

test("/health and /ready answer with JSON that is not cached", async () => {
  const probes = createProbes({ liveness: [ill] });
  for (const response of [await probes.health(), await probes.ready()]) {
    assertEquals(Object.fromEntries(response.headers), {
      "cache-control": "no-store",
      "content-type": "application/json",
    });
    assert((await response.text()).startsWith("{"));
  }
});
