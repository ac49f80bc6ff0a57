/** What a writer makes of a world that is not as it should be. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { test } from "node:test";
import { MetricsRegistry } from "../../../mod.ts";
import { RemoteWriter, type RemoteWriterOptions } from "../../../src/push.ts";
import { within } from "../../support/deferred.ts";
import { recordingLogger } from "../../support/recording_logger.ts";
import {
  refusing2,
  RemoteWriteReceiver,
  withoutNative,
} from "../../support/remote_write_receiver.ts";

const url = "http://receiver.test/api/v1/write?token=in-the-query";

function writerOf(options: Partial<RemoteWriterOptions>) {
  const registry = new MetricsRegistry();
  registry.counter({ name: "jobs_total", help: "Jobs." }).inc();
  const logger = recordingLogger();
  return {
    logger,
    registry,
    writer: new RemoteWriter({ url, gatherer: registry, logger, ...options }),
  };
}

test("RemoteWriter: a page for people is no answer of a receiver", async () => {
  const headers = { "Content-Type": "text/html; charset=utf-8" };
  const fetch = () => Promise.resolve(new Response("<h1>Log in</h1>", { status: 200, headers }));
  const { writer } = writerOf({ fetch });
  const { written, errors } = await writer.flush();
  assertEquals(written, 0);
  assertEquals(errors.length, 1);
  assertStringIncludes(errors[0].message, "check the path of url");
});

test("RemoteWriter: no message shows credentials that a server repeats", async () => {
  const words = "no access for Bearer a-long-secret at /api/v1/write?token=in-the-query";
  const location = "https://user:a-password@other.test/write?token=in-the-query";
  for (
    const [status, headers] of [[400, {}], [308, { Location: location }]] as [number, HeadersInit][]
  ) {
    const fetch = () => Promise.resolve(new Response(words, { status, headers }));
    const { writer } = writerOf({ fetch, authorization: { bearer: "a-long-secret" } });
    const { errors } = await writer.flush();
    const shown = errors.map((error) => `${error.message} ${JSON.stringify(error)}`).join();
    for (const secret of ["a-long-secret", "in-the-query", "a-password"]) {
      assert(!shown.includes(secret), shown);
    }
  }
});

test("RemoteWriter: errors of a gatherer that are none are made such", async () => {
  const receiver = new RemoteWriteReceiver();
  const errors = [null, "words", new Error("an error")];
  const gatherer = { gather: () => Promise.resolve({ families: [], errors } as never) };
  const { writer } = writerOf({ gatherer, fetch: receiver.fetch });
  const report = await writer.flush();
  assertEquals(report.errors.map(({ message }) => message), ["null", "words", "an error"]);
});

test("RemoteWriter: errors of two versions of the protocol are told once", async () => {
  const fetch = () => Promise.resolve(new Response("bad", { status: 400 }));
  const { writer } = writerOf({ fetch });
  const { errors, requests } = await writer.flush();
  assertEquals([errors.length, requests], [1, 3]);
  assertStringIncludes(errors[0].message, "does another writer have the same labels?");
});

test("RemoteWriter: a native histogram has its start in one field only", async () => {
  const receiver = new RemoteWriteReceiver();
  const { writer, registry } = writerOf({ fetch: receiver.fetch, histograms: "native" });
  registry.histogram({ name: "wait_seconds", help: "Wait.", native: true }).observe(1);
  await writer.flush();
  const series = receiver.received.flatMap(({ request }) => request?.series ?? []);
  const natives = series.filter(({ histograms }) => histograms.length > 0);
  assertEquals(natives.length > 0, true);
  assertEquals(
    natives.map(({ createdTimestamp }) => createdTimestamp),
    natives.map(() => undefined),
  );
  assert(series.some(({ createdTimestamp }) => createdTimestamp !== undefined));
  assertEquals(receiver.violations, []);
});

test("RemoteWriter: the log says once that native histograms are classic in 1.0", async () => {
  const told = async (options: Partial<RemoteWriterOptions>) => {
    const receiver = new RemoteWriteReceiver({ usually: options.fetch ? undefined : refusing2 });
    const { writer, logger } = writerOf({ fetch: receiver.fetch, ...options });
    await writer.flush();
    await writer.flush();
    return logger.messages.filter((message) => message.includes("1.0 only")).length;
  };
  assertEquals(await told({ histograms: "native" }), 1);
  assertEquals(await told({ histograms: "classic" }), 0);
  const native = new RemoteWriteReceiver({ usually: withoutNative });
  assertEquals(await told({ histograms: "native", fetch: native.fetch }), 0);
});

test("RemoteWriter: a stop that was aborted can be made up for", async () => {
  const receiver = new RemoteWriteReceiver();
  const { writer } = writerOf({ fetch: receiver.fetch });
  await writer.flush();
  const { errors } = await writer.stop({ signal: AbortSignal.abort() });
  assertEquals(errors.length, 1);
  assertEquals(receiver.latest("jobs_total"), 1);
  await within(5, writer.stop());
  assertEquals(receiver.latest("jobs_total"), undefined);
});
