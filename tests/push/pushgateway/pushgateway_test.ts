import { assertEquals, assertStringIncludes } from "@std/assert";
import { gunzipSync } from "node:zlib";
import { test } from "node:test";
import {
  type Collector,
  type Gatherer,
  MetricsRegistry,
  prometheusProtobuf,
  prometheusText,
} from "../../../mod.ts";
import type { HistogramSnapshot } from "../../../src/core.ts";
import { PushError, Pushgateway, type PushgatewayOptions } from "../../../src/push.ts";
import { collectorOf, collectorThrowing } from "../../support/collectors.ts";
import { never, pause, within } from "../../support/deferred.ts";
import { counterOf, gaugeOf } from "../../support/families.ts";
import { timersOf, watchedSignal } from "../../support/leftovers.ts";
import { withQuickTimers } from "../../support/quick_timers.ts";
import { recordingLogger } from "../../support/recording_logger.ts";
import { assertRejectsWith, assertThrowsWith } from "../../support/rejects.ts";

/** A request as `fetch` got it. */
interface Sent {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/** A gateway of the job `a` that answers as told, with what it was sent; the last answer stays. */
function gatewayAnswering(
  answers: readonly (readonly [status: number, text?: string])[],
  options: Partial<PushgatewayOptions> = {},
) {
  const sent: Sent[] = [];
  const gateway = new Pushgateway("http://gateway:9091", {
    job: "a",
    fetch: (url, { method, headers, body }) => {
      const [status, text] = answers[Math.min(sent.length, answers.length - 1)];
      sent.push({
        url,
        method: method!,
        headers: new Headers(headers),
        body: body as Uint8Array ?? new Uint8Array(),
      });
      return Promise.resolve(new Response(text, { status }));
    },
    ...options,
  });
  return { gateway, sent };
}

function registryWith(...collectors: readonly Collector[]): MetricsRegistry {
  const registry = new MetricsRegistry();
  for (const collector of collectors) registry.register(collector);
  return registry;
}

/** A registry whose page has more than 1,000 bytes. */
function largeRegistry(): MetricsRegistry {
  const sets = Array.from({ length: 100 }, (_, number) => ({ number: `${number}` }));
  return registryWith(collectorOf(gaugeOf("large", ...sets)));
}

test("Pushgateway: push replaces the group by PUT, add adds by POST, delete deletes", async () => {
  const { gateway, sent } = gatewayAnswering([[200], [200], [202]], {
    grouping: { instance: "db/1" },
  });
  const registry = registryWith(collectorOf(counterOf("jobs_total", {})));
  assertEquals(await gateway.push(registry), { families: 1, errors: [] });
  assertEquals(await gateway.add(registry), { families: 1, errors: [] });
  assertEquals(await gateway.delete(), undefined);
  assertEquals(sent.map(({ method }) => method), ["PUT", "POST", "DELETE"]);
  const url = "http://gateway:9091/metrics/job/a/instance@base64/ZGIvMQ";
  assertEquals(sent.map(({ url }) => url), [url, url, url]);
  assertEquals(sent.map(({ headers }) => headers.get("content-type")), [
    prometheusProtobuf.contentType,
    prometheusProtobuf.contentType,
    null,
  ]);
  assertEquals(sent[0].body, prometheusProtobuf.encode([counterOf("jobs_total", {})]));
  assertEquals(sent[2].body.length, 0);
});

test("Pushgateway: the text format if it is asked for, and escaped names in both", async () => {
  for (const format of ["text", "protobuf"] as const) {
    const { gateway, sent } = gatewayAnswering([[200]], { format });
    await gateway.push(registryWith(collectorOf(gaugeOf("a.b", { "c.d": "e" }))));
    const [{ headers, body }] = sent;
    const page = new TextDecoder().decode(body);
    if (format === "text") {
      assertEquals(headers.get("content-type"), prometheusText.contentType);
      assertEquals(page, '# HELP a_b Help.\n# TYPE a_b gauge\na_b{c_d="e"} 1\n');
    } else {
      assertEquals([page.includes("a_b"), page.includes("c_d")], [true, true]);
    }
  }
});

test("Pushgateway: a large body is compressed, unless that is off", async () => {
  for (const compress of [true, false, undefined]) {
    const { gateway, sent } = gatewayAnswering([[200]], { compress });
    await gateway.push(largeRegistry());
    await gateway.push(registryWith(collectorOf(gaugeOf("small", {}))));
    assertEquals(sent.map(({ headers }) => headers.get("content-encoding")), [
      compress === false ? null : "gzip",
      null,
    ]);
    const body = compress === false ? sent[0].body : gunzipSync(sent[0].body);
    assertEquals(new Uint8Array(body), await largeRegistry().encode(prometheusProtobuf));
  }
});

test("Pushgateway: what is left out is reported, and logged", async () => {
  const logger = recordingLogger();
  const { gateway } = gatewayAnswering([[200]], { grouping: { zone: "b" }, logger });
  const { families, errors } = await gateway.push(registryWith(
    collectorThrowing(new Error("the database is away")),
    collectorOf(gaugeOf("a", { zone: "x" }), gaugeOf("b", {}), gaugeOf("b.c", {})),
    collectorOf(gaugeOf("b_c", {})),
  ));
  assertEquals(families, 2);
  const words = ["the database is away", "b_c", 'a: left out of the push: its label "zone"'];
  words.forEach((each, at) => assertStringIncludes(errors[at].message, each));
  assertEquals(logger.messages, errors.map(({ message }) => `warn: Pushgateway: ${message}`));
});

test("Pushgateway: an exemplar that cannot be encoded is reported, and its family counts", async () => {
  const registry = new MetricsRegistry();
  registry.histogram({ name: "run_seconds", help: "Help.", native: true }).observe(1);
  const { families: [family] } = await registry.gather();
  const native = (family as HistogramSnapshot).native!.map((buckets) => ({
    ...buckets,
    exemplars: [{ labels: {}, value: 1, timestamp: NaN }],
  }));
  const families = [{ ...family, native } as HistogramSnapshot];
  const { gateway } = gatewayAnswering([[200]]);
  const pushed = await gateway.push({ gather: () => Promise.resolve({ families, errors: [] }) });
  assertEquals([pushed.families, pushed.errors.length], [1, 1]);
  assertStringIncludes(pushed.errors[0].message, "exemplar");
});

test("Pushgateway: a refusal has the gateway's words, and is not tried again", async () => {
  const words = "pushed metrics are invalid or inconsistent";
  const { gateway, sent } = gatewayAnswering([[400, `${words}\n`]]);
  for (const send of [() => gateway.push(largeRegistry()), () => gateway.delete()]) {
    const error = await assertRejectsWith(send, PushError, words);
    assertEquals([error.status, error.answer], [400, words]);
    assertEquals(
      error.message,
      `edgeprom push to http://gateway:9091/metrics/job/a: 400, ${words}`,
    );
  }
  assertEquals(sent.length, 2);
});

test("Pushgateway: another server's answer is no success", async () => {
  for (const status of [201, 204, 404, 405]) {
    const { gateway } = gatewayAnswering([[status]]);
    await assertRejectsWith(() => gateway.delete(), PushError, `: ${status}; check url: it is the`);
  }
  await assertRejectsWith(
    () => gatewayAnswering([[307]]).gateway.delete(),
    PushError,
    "set the URL",
  );
});

test("Pushgateway: it tries again while the gateway is away, up to its limit", async () => {
  await withQuickTimers(async () => {
    const back = gatewayAnswering([[503], [503], [200]]);
    await back.gateway.push(largeRegistry());
    assertEquals(back.sent.length, 3);
    assertEquals(back.sent[2].body, back.sent[0].body);
    const away = gatewayAnswering([[503, "away"]], { maxAttempts: 2 });
    await assertRejectsWith(() => away.gateway.delete(), PushError, "503, away, after 2 attempts");
    assertEquals(away.sent.length, 2);
  });
});

test("Pushgateway: a gateway that does not answer ends a push in time", async () => {
  const fetch = () => never<Response>();
  const { gateway } = gatewayAnswering([[200]], { timeoutSeconds: 0.02, fetch });
  await assertRejectsWith(() => within(5, gateway.delete()), PushError, "no answer in time");
  const short = gatewayAnswering([[200]], { attemptTimeoutSeconds: 0.02, maxAttempts: 1, fetch });
  await assertRejectsWith(() => within(5, short.gateway.delete()), PushError, "no answer in time");
});

test("Pushgateway: collectors have half of the time", async () => {
  const { gateway, sent } = gatewayAnswering([[200]], { timeoutSeconds: 0.4 });
  const slow = { collect: () => never<never>() };
  const registry = registryWith(slow, collectorOf(gaugeOf("a", {})));
  const { families, errors } = await within(5, gateway.push(registry));
  assertEquals([families, errors.length, sent.length], [1, 1, 1]);
});

test("Pushgateway: what collectors took is no time for the request", async () => {
  await withQuickTimers(async ({ seconds }) => {
    const { gateway } = gatewayAnswering([[200]], { timeoutSeconds: 9 });
    const slow = { collect: async () => (await pause(4), [gaugeOf("a", {})]) };
    await gateway.push(registryWith(slow));
    const left = seconds.filter((each) => each > 5 && each < 9);
    assertEquals([left.length, left.every((each) => each < 8.98)], [1, true], `${left}`);
  });
});

test("Pushgateway: no timer and no listener of a push is left", async () => {
  const watched = watchedSignal();
  const { gateway } = gatewayAnswering([[200]]);
  const counts = await timersOf(async () => {
    await gateway.push(largeRegistry(), { signal: watched.signal });
    await gateway.delete({ signal: watched.signal });
  });
  assertEquals([counts.set - counts.cleared, watched.listeners()], [0, 0]);
});

test("Pushgateway: a gatherer that fails, or never answers, sends nothing", async () => {
  const { gateway, sent } = gatewayAnswering([[200]], { timeoutSeconds: 0.02 });
  const failing: Gatherer = { gather: () => Promise.reject(new Error("no disk")) };
  const error = await assertRejectsWith(
    () => gateway.push(failing),
    PushError,
    "gathered: no disk",
  );
  assertEquals((error.cause as Error).message, "no disk");
  const hanging: Gatherer = { gather: () => never() };
  await assertRejectsWith(
    () => within(5, gateway.push(hanging)),
    PushError,
    "gathered: no answer in time",
  );
  assertEquals(sent.length, 0);
});

test("Pushgateway: a group is not emptied because collectors fail", async () => {
  const { gateway, sent } = gatewayAnswering([[200], [200]]);
  const registry = new MetricsRegistry();
  registry.register({ name: "disk", collect: () => Promise.reject(new Error("no disk")) });
  await assertRejectsWith(() => gateway.push(registry), PushError, "nothing is sent: disk");
  assertEquals(sent.length, 0);
  await gateway.push(new MetricsRegistry());
  assertEquals(sent.length, 1);
});

test("Pushgateway: a signal ends a gathering and a request", async () => {
  const { gateway, sent } = gatewayAnswering([[200]], { fetch: () => never() });
  let told: AbortSignal | undefined;
  const hanging: Gatherer = { gather: (options) => (told = options?.signal, never()) };
  const soon = () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error("the user left")), 10);
    return { signal: controller.signal };
  };
  await assertRejectsWith(() => within(5, gateway.push(hanging, soon())), PushError, "user left");
  assertEquals(told?.aborted, true);
  const error = await assertRejectsWith(
    () => within(5, gateway.add(largeRegistry(), soon())),
    PushError,
    "aborted",
  );
  assertEquals((error.cause as Error).message, "the user left");
  await assertRejectsWith(() => within(5, gateway.delete(soon())), PushError, "aborted");
  assertEquals(sent.length, 0);
});

test("Pushgateway: authorization and headers are sent with each request", async () => {
  const { gateway, sent } = gatewayAnswering([[200]], {
    authorization: { username: "ann", password: "pw" },
    headers: { "X-Scope-OrgID": "7" },
  });
  await gateway.push(largeRegistry());
  await gateway.delete();
  for (const { headers } of sent) {
    assertEquals(headers.get("authorization"), `Basic ${btoa("ann:pw")}`);
    assertEquals(headers.get("x-scope-orgid"), "7");
  }
});

test("Pushgateway: wrong options are refused by name", () => {
  const cases: readonly [Record<string, unknown>, string][] = [
    [{ job: undefined }, "job undefined must be a string"],
    [{ job: "" }, "job is empty"],
    [{ jobName: "a" }, 'unknown option "jobName"; it is called "job" here'],
    [{ groupings: {} }, 'unknown option "groupings"; it is called "grouping" here'],
    [{ grouping: { job: "b" } }, 'label "job" has an option of its own'],
    [{ format: "openmetrics" }, 'format "openmetrics" must be one of "protobuf", "text"'],
    [{ compress: "gzip" }, "compress"],
    [{ timeoutSeconds: 0 }, "timeoutSeconds"],
    [{ attemptTimeoutSeconds: "1" }, "attemptTimeoutSeconds"],
    [{ maxAttempts: -1 }, "maxAttempts"],
    [{ logger: {} }, "logger"],
    [{ fetch: "fetch" }, "fetch"],
    [{ authorization: "token" }, "authorization must be"],
    [{ headers: { "content-type": "a" } }, "belongs to the protocol"],
  ];
  for (const [options, problem] of cases) {
    const create = () =>
      new Pushgateway("http://host", { job: "a", ...options } as unknown as PushgatewayOptions);
    assertThrowsWith(create, PushError, "a Pushgateway: ", problem);
  }
  const nothing = undefined as unknown as PushgatewayOptions;
  assertThrowsWith(() => new Pushgateway("http://host", nothing), PushError, "must be an object");
  assertThrowsWith(() => new Pushgateway("gateway:9091", { job: "a" }), PushError, "url");
});

test("Pushgateway: wrong arguments of a push reject", async () => {
  const { gateway, sent } = gatewayAnswering([[200]]);
  const wrong = {} as unknown as Gatherer;
  await assertRejectsWith(() => gateway.push(wrong), PushError, "Pushgateway.push(): gatherer");
  await assertRejectsWith(() => gateway.add(wrong), PushError, "Pushgateway.add(): gatherer");
  const options = { signal: 7 } as unknown as { signal: AbortSignal };
  await assertRejectsWith(() => gateway.add(largeRegistry(), options), PushError, "an AbortSignal");
  await assertRejectsWith(() => gateway.delete(options), PushError, "Pushgateway.delete(): signal");
  assertEquals(sent.length, 0);
});
