import { assertEquals, assertStringIncludes } from "@std/assert";
import { test } from "node:test";
import { Endpoint } from "../../../src/push/delivery/endpoint.ts";
import type { WriteRequest } from "../../../src/push/remote_write/request.ts";
import { ProtocolChoice } from "../../../src/push/remote_writer/protocol_choice.ts";
import { PushMetrics } from "../../../src/push/remote_writer/push_metrics.ts";
import { PushRun } from "../../../src/push/remote_writer/push_run.ts";
import {
  checkRemoteWriterOptions,
  type RemoteWriterOptions,
} from "../../../src/push/remote_writer/remote_writer_options.ts";
import { withQuickTimers } from "../../support/quick_timers.ts";

/** An answer: a status, what was written if it says so, and further headers. */
type Script = readonly [status: number, written?: number, headers?: Record<string, string>];

/** A run whose server answers by a script, the last line of which it repeats. */
function runOf(
  script: readonly Script[],
  options: Partial<RemoteWriterOptions> = {},
  signal?: AbortSignal,
) {
  const left = [...script];
  const bodies: number[] = [];
  const fetch = (_url: string, { body }: RequestInit) => {
    bodies.push((body as Uint8Array)[0]);
    const [status, written, headers = {}] = left.length > 1 ? left.shift()! : left[0];
    const all = new Headers(headers);
    if (written !== undefined) all.set("X-Prometheus-Remote-Write-Samples-Written", `${written}`);
    return Promise.resolve(new Response(status === 204 ? null : "words", { status, headers: all }));
  };
  const url = "http://a.test/write";
  const gatherer = { gather: () => Promise.resolve({ families: [], errors: [] }) };
  const settings = checkRemoteWriterOptions("a writer", { url, gatherer, ...options });
  const natives = { areTaken: false, areRefused: false };
  const run = new PushRun({
    endpoint: new Endpoint("a writer", url, { fetch }),
    choice: new ProtocolChoice(settings),
    settings,
    metrics: new PushMetrics(url),
    signal,
    natives,
    isAwaited: () => true,
  });
  return { run, bodies, natives };
}

/** Requests whose body is their number, and what they were told. */
function requestsOf(...sizes: readonly (Partial<WriteRequest>)[]) {
  const settled: string[] = [];
  const all = sizes.map((size, at): WriteRequest => ({
    samples: 0,
    histograms: 0,
    isCurrent: true,
    ...size,
    body: () => Uint8Array.of(at),
    settle: (outcome) => settled.push(`${at} ${outcome}`),
  }));
  function* steps() {
    for (const request of all) {
      yield;
      yield request;
    }
  }
  return { settled, steps };
}

const samples = (count: number) => ({ samples: count });

test("PushRun: one request after the other, and each is told the answer", async () => {
  const { run, bodies } = runOf([[204, 5], [400, 0], [204, 1]]);
  const { steps, settled } = requestsOf(samples(5), samples(2), samples(1));
  assertEquals(await run.send(steps()), false);
  assertEquals([bodies, settled], [[0, 1, 2], ["0 written", "1 refused", "2 written"]]);
  assertEquals(run.counts, { written: 6, refused: 2, unsent: 0 });
  assertEquals([run.requests, run.hasFailed, run.errors.length], [3, false, 1]);
  assertStringIncludes(run.errors[0].message, "400, words");
});

test("PushRun: after an answer that all requests would have, the rest is counted only", async () => {
  for (
    const [status, headers] of [[401], [403], [404], [405], [302, {
      location: "http://b.test",
    }]] as const
  ) {
    const { run, bodies } = runOf([[status, undefined, headers]]);
    const { steps } = requestsOf(samples(5), samples(2));
    await run.send(steps());
    assertEquals([bodies, run.hasFailed, run.errors.length], [[0], true, 1]);
    assertEquals(run.counts, { written: 0, refused: 5, unsent: 2 });
  }
});

test("PushRun: after a failure the rest is counted only, and the wait that was asked for is known", async () => {
  const { run, bodies } = runOf([[429, undefined, { "retry-after": "7" }]], { maxAttempts: 1 });
  const { steps, settled } = requestsOf(samples(5), samples(2));
  await run.send(steps());
  assertEquals([bodies, settled, run.retryAfter, run.hasFailed], [[0], ["0 unknown"], 7, true]);
  assertEquals(run.counts, { written: 0, refused: 0, unsent: 7 });
});

test("PushRun: an aborted run sends nothing", async () => {
  const { run, bodies } = runOf([[204, 5]], {}, AbortSignal.abort());
  const { steps } = requestsOf(samples(5));
  await run.send(steps());
  assertEquals([bodies, run.hasFailed, run.counts.unsent], [[], true, 5]);
});

test("PushRun: it ends for another version, and forgets what it counted", async () => {
  const { run, bodies } = runOf([[415], [204]]);
  const { steps } = requestsOf(samples(5), samples(2));
  assertEquals(await run.send(steps()), true);
  run.restart();
  assertEquals(await run.send(steps()), false);
  assertEquals([bodies, run.counts], [[0, 0, 1], { written: 7, refused: 0, unsent: 0 }]);
});

test("PushRun: what a server says that it wrote counts, but never more than was sent", async () => {
  for (
    const [answer, written] of [[[204, 3], 3], [[204, 9], 5], [[400, 2], 2]] as [Script, number][]
  ) {
    const { run } = runOf([answer]);
    const { steps, settled } = requestsOf(samples(5));
    await run.send(steps());
    assertEquals(run.counts, { written, refused: 5 - written, unsent: 0 });
    assertEquals([settled, run.errors.length], [["0 written"], written < 5 ? 1 : 0]);
  }
  const { run } = runOf([[204, 3]]);
  await run.send(requestsOf(samples(5)).steps());
  assertStringIncludes(run.errors[0].message, "204, but of 5 samples 3 were written");
  assertStringIncludes(run.errors[0].message, "checkWritten: false");
});

test("PushRun: in 1.0, and if it is not to be checked, a success is a success", async () => {
  for (const options of [{ protocol: "1.0" }, { checkWritten: false }] as const) {
    const { run } = runOf([[204, 0], [400, 0]], options);
    await run.send(requestsOf(samples(5), samples(2)).steps());
    assertEquals(run.counts, { written: 5, refused: 2, unsent: 0 });
  }
});

test("PushRun: native histograms that a server does not take are refused for good", async () => {
  for (const script of [[[204, 1], [500]], [[204, 1], [400, 0]]] as Script[][]) {
    await withQuickTimers(async () => {
      const { run, bodies, natives } = runOf(script);
      const { steps, settled } = requestsOf(samples(1), { histograms: 3 }, { histograms: 4 });
      await run.send(steps());
      const attempts = script[1][0] === 500 ? 2 : 1;
      assertEquals(bodies, [0, ...Array(attempts).fill(1)]);
      assertEquals([natives.areRefused, run.hasFailed], [true, false]);
      assertEquals(run.counts, { written: 1, refused: 7, unsent: 0 });
      assertEquals(settled, ["0 written", "1 refused", "2 refused"]);
      assertEquals(run.errors.length, 1);
      assertStringIncludes(run.errors[0].message, "as classic buckets from now on");
    });
  }
});

test("PushRun: a server that has taken some, nothing at all, or is busy, has not refused native histograms", async () => {
  const isBusy: Script[] = [[204, 1], [503]];
  const scripts: [Script[], number][] = [[[[204, 3], [500]], 5], [[[500]], 2], [isBusy, 2]];
  for (const [script, attempts] of scripts) {
    await withQuickTimers(async () => {
      const { run, bodies, natives } = runOf(script);
      const first = script === isBusy ? samples(1) : { histograms: 3 };
      await run.send(requestsOf(first, { histograms: 4 }).steps());
      assertEquals(bodies.filter((body) => body === bodies.at(-1)).length, attempts);
      assertEquals([natives.areRefused, run.hasFailed], [false, true]);
    });
  }
});

test("PushRun: zeros that come too late say nothing about native histograms", async () => {
  const { run, natives } = runOf([[204, 1], [400, 0], [204, 3]]);
  const { steps } = requestsOf(samples(1), { histograms: 3, isCurrent: false }, { histograms: 3 });
  await run.send(steps());
  assertEquals(natives, { areTaken: true, areRefused: false });
  assertEquals([run.counts, run.errors.length], [{ written: 4, refused: 3, unsent: 0 }, 1]);
});
