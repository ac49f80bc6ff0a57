import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { test } from "node:test";
import {
  type Collector,
  type Gatherer,
  type Gathering,
  type GatherOptions,
  MetricsRegistry,
  scrape,
  type ScrapeOptions,
} from "../../../mod.ts";
import { timedOut } from "../../../src/http/scrape/shared_gathering.ts";
import { SharedGatherings } from "../../../src/http/scrape/shared_gatherings.ts";
import { type Clock, withClock } from "../../support/clock.ts";
import { deferred, never, pause, within } from "../../support/deferred.ts";
import { gaugeOf } from "../../support/families.ts";
import { sampleLines } from "../../support/pages.ts";
import { recordingLogger } from "../../support/recording_logger.ts";
import { until } from "../../support/until.ts";
import { withWallClock } from "../../support/wall_clock.ts";

function ask(gatherer: Gatherer, timeout?: number, options?: ScrapeOptions): Promise<Response> {
  const headers: Record<string, string> = timeout === undefined
    ? {}
    : { "X-Prometheus-Scrape-Timeout-Seconds": String(timeout) };
  return scrape(new Request("http://localhost/metrics", { headers }), gatherer, options);
}

/** The samples on a page that are not about scrapes. */
async function samplesOf(response: Response): Promise<readonly string[]> {
  return sampleLines(await response.text()).filter((line) => !line.startsWith("edgeprom"));
}

/** A collector that takes its time, with what became of each call. */
function slowCollector(wait: () => Promise<unknown>) {
  const calls: ("running" | "answered" | "aborted")[] = [];
  const collector: Collector = {
    collect: async (signal) => {
      const at = calls.push("running") - 1;
      signal?.addEventListener("abort", () => calls[at] = "aborted");
      await wait();
      if (calls[at] === "running") calls[at] = "answered";
      return [gaugeOf("slow", {})];
    },
  };
  return { calls, collector };
}

function registryWith(collector: Collector): MetricsRegistry {
  const registry = new MetricsRegistry();
  registry.gauge({ name: "ready", help: "Ready." }).set(1);
  registry.register(collector);
  return registry;
}

test("scrape: a client with a short timeout leaves, and the others get the whole page", async () => {
  const { collector, calls } = slowCollector(() => pause(0.3));
  const registry = registryWith(collector);
  const impatient = Array.from({ length: 5 }, () => ask(registry, 0.05));
  const patient = ask(registry);
  for (const response of await Promise.all(impatient)) {
    assertEquals(response.status, 200);
    assertEquals(await samplesOf(response), ["ready 1"]);
    assertEquals(calls, ["running"]);
  }
  const joining = ask(registry, 5);
  assertEquals(await samplesOf(await patient), ["ready 1", "slow 1"]);
  assertEquals(await samplesOf(await joining), ["ready 1", "slow 1"]);
  assertEquals(calls, ["answered"]);
});

test("scrape: short timeouts in a loop keep a slow collector off no page of others", async () => {
  const { collector } = slowCollector(() => pause(0.15));
  const registry = registryWith(collector);
  let goesOn = true;
  const loop = async () => {
    while (goesOn) await (await ask(registry, 0.05)).text();
  };
  const loops = [loop(), loop()];
  for (let time = 0; time < 5; time++) {
    assertEquals(await samplesOf(await ask(registry, 10)), ["ready 1", "slow 1"]);
  }
  goesOn = false;
  await Promise.all(loops);
});

test("scrape: a thousand timeouts of a microsecond ask the collectors once", async () => {
  const { collector, calls } = slowCollector(() => pause(0.4));
  const registry = registryWith(collector);
  const options = { maxRequestsInFlight: 1000 };
  const responses = Array.from({ length: 1000 }, () => ask(registry, 1e-6, options));
  const statuses = new Set((await Promise.all(responses)).map(({ status }) => status));
  assertEquals([...statuses], [200]);
  assertEquals(calls.length, 1);
});

test("scrape: a late collector is counted and logged once for all that leave without it", async () => {
  const { collector } = slowCollector(() => never());
  const registry = registryWith(collector);
  const logger = recordingLogger();
  const left = await Promise.all([1, 2, 3].map(() => ask(registry, 0.1, { logger })));
  for (const response of left) {
    const page = await response.text();
    assert(page.includes('edgeprom_scrape_errors_total{cause="collector"} 1\n'));
  }
  const message = "warn: scrape: an unnamed collector: it did not answer before the deadline";
  assertEquals(logger.messages, [message]);
  const other = recordingLogger();
  await ask(registry, 0.1, { logger: other });
  assertEquals([logger.messages.length, other.messages], [1, [message]]);
});

test("scrape: the collectors of a gathering that nobody waits for are told to end", async () => {
  const { collector, calls } = slowCollector(() => never());
  const registry = registryWith(collector);
  await ask(registry, 0.05, { timeoutSeconds: 3 });
  assertEquals(calls, ["running"]);
  await within(2, until(() => calls[0] === "aborted"));
  await ask(registry, 0.05, { timeoutSeconds: 0.1 });
  assertEquals(calls, ["aborted", "aborted"]);
});

/** A gatherer that counts its gatherings and never ends one. */
function hangingGatherer() {
  const signals: AbortSignal[] = [];
  const gatherer: Gatherer = {
    gather: ({ signal }: GatherOptions = {}) => {
      signals.push(signal!);
      return never<Gathering>();
    },
  };
  const running = () => signals.filter(({ aborted }) => !aborted).length;
  return { gatherer, signals, running };
}

test("SharedGatherings: a gathering is shared for a tenth of the timeout", () =>
  withClock((clock) => {
    for (const [timeout, shared] of [[10, 1], [5, 0.5], [100, 10], [1e6, 10], [Infinity, 10]]) {
      const gatherings = new SharedGatherings(hangingGatherer().gatherer);
      const first = gatherings.join(timeout);
      clock.advance(shared * 0.99);
      assertStrictEquals(gatherings.join(timeout), first);
      clock.advance(shared * 0.02);
      const second = gatherings.join(timeout);
      assert(second !== first, `${timeout} s`);
      assertStrictEquals(gatherings.join(timeout), second);
    }
  }));

test("SharedGatherings: who has a shorter timeout does not get older numbers than that allows", () =>
  withClock((clock) => {
    const gatherings = new SharedGatherings(hangingGatherer().gatherer);
    const first = gatherings.join(10);
    clock.advance(0.2);
    assert(gatherings.join(1) !== first);
  }));

test("SharedGatherings: the time of day does not decide who shares", () =>
  withWallClock((day) =>
    withClock((clock) => {
      const gatherings = new SharedGatherings(hangingGatherer().gatherer);
      const first = gatherings.join(10);
      for (const step of [-3600, 86_400, -86_400]) {
        day.advance(step);
        assertStrictEquals(gatherings.join(10), first);
      }
      clock.advance(1.1);
      day.advance(-1.1);
      assert(gatherings.join(10) !== first);
    })
  ));

test("scrape: the time of day does not decide when a collector is late", () =>
  withWallClock(async (day) => {
    const { collector } = slowCollector(() => pause(0.1));
    const registry = registryWith(collector);
    for (const step of [3600, -7200]) {
      const asked = ask(registry, 1);
      day.advance(step);
      assertEquals(await samplesOf(await asked), ["ready 1", "slow 1"]);
      const hung = registryWith({ collect: () => never() });
      const late = ask(hung, 0.1);
      day.advance(step);
      assertEquals(await samplesOf(await within(2, late)), ["ready 1"]);
    }
  }));

test("SharedGatherings: an ended gathering that all have left is not shared", async () => {
  const gatherer: Gatherer = { gather: () => Promise.resolve({ families: [], errors: [] }) };
  const gatherings = new SharedGatherings(gatherer);
  const first = gatherings.join(10);
  await first.wait(10);
  const second = gatherings.join(10);
  assertStrictEquals(second, first);
  first.leave();
  assertStrictEquals(gatherings.join(10), first);
  first.leave();
  first.leave();
  assert(gatherings.join(10) !== first);
});

test("SharedGatherings: a gathering that all have left goes on, and may be joined until it ends", async () => {
  const go = deferred();
  const signals: AbortSignal[] = [];
  const gatherings = new SharedGatherings({
    async gather({ signal } = {}) {
      signals.push(signal!);
      await go.promise;
      return { families: [], errors: [] };
    },
  });
  const first = gatherings.join(3);
  first.leave();
  assertStrictEquals(gatherings.join(3), first);
  await pause(0.4);
  assertEquals(signals.map(({ aborted }) => aborted), [false]);
  const second = gatherings.join(3);
  assert(second !== first);
  second.leave();
  go.resolve();
  await second.wait(1);
  assert(gatherings.join(3) !== second);
  await pause(0.4);
  assertEquals(signals.map(({ aborted }) => aborted), [false, false, false]);
});

test("SharedGatherings: at most ten gatherings run at once, and the oldest makes room", () =>
  withClock((clock: Clock) => {
    const { gatherer, signals, running } = hangingGatherer();
    const gatherings = new SharedGatherings(gatherer);
    for (let time = 0; time < 15; time++) {
      gatherings.join(1e9);
      clock.advance(20);
    }
    assertEquals([signals.length, running()], [15, 10]);
    assertEquals(signals.map(({ aborted }) => aborted).indexOf(false), 5);
  }));

/** A gatherer that is no registry: it tells what it has when its signal is aborted. */
function opaqueGatherer() {
  const registry = registryWith({ collect: () => never() });
  let times = 0;
  const gatherer: Gatherer = {
    gather: async (options) => {
      times++;
      const { families, errors } = await registry.gather(options);
      return { families: families.filter(({ name }) => name !== "hidden"), errors };
    },
  };
  registry.gauge({ name: "hidden", help: "Hidden." });
  return { gatherer, times: () => times };
}

test("scrape: a gatherer of the user's gives what it has at the deadline, and changed as it wants", async () => {
  const { gatherer, times } = opaqueGatherer();
  const responses = await Promise.all([ask(gatherer, 0.1), ask(gatherer, 0.1)]);
  for (const response of responses) assertEquals(await samplesOf(response), ["ready 1"]);
  assertEquals(times(), 1);
});

test("scrape: a gatherer of the user's is not ended for one while others have time", async () => {
  const go = deferred();
  const gatherer: Gatherer = {
    async gather({ signal } = {}) {
      await go.promise;
      return { families: [gaugeOf(signal?.aborted ? "cut" : "whole", {})], errors: [] };
    },
  };
  const patient = ask(gatherer, 10);
  const impatient = await ask(gatherer, 0.1);
  assertEquals(impatient.status, 503);
  go.resolve();
  assertEquals(await samplesOf(await patient), ["whole 1"]);
});

test("SharedGathering: who waits for a gatherer that ignores its signal gives up", async () => {
  const gatherings = new SharedGatherings(hangingGatherer().gatherer);
  const [one, other] = [gatherings.join(10), gatherings.join(10)];
  assertEquals(await within(1, Promise.all([one.wait(0.02), other.wait(0.03)])), [
    timedOut,
    timedOut,
  ]);
});

test("scrape: a subclass of the registry that changes what is gathered is asked for that alone", async () => {
  class Chosen extends MetricsRegistry {
    override async gather(options?: GatherOptions): Promise<Gathering> {
      const { families, errors } = await super.gather(options);
      return { families: families.filter(({ name }) => name !== "hidden"), errors };
    }
  }
  const registry = new Chosen();
  registry.gauge({ name: "hidden", help: "Hidden." });
  registry.gauge({ name: "shown", help: "Shown." }).set(1);
  registry.register({ collect: () => never() });
  assertEquals(await samplesOf(await ask(registry, 0.1)), ["shown 1"]);
});
