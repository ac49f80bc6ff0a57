import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { MetricsRegistry } from "../../../mod.ts";
import type { MetricFamily } from "../../../mod.ts";
import { remoteWrite1 } from "../../../src/push/remote_write/remote_write_1.ts";
import { remoteWrite2 } from "../../../src/push/remote_write/remote_write_2.ts";
import type { HistogramMode } from "../../../src/push/remote_write/parts.ts";
import { WriteSession } from "../../../src/push/remote_write/write_session.ts";
import { counterOf, gaugeOf, histogramOf } from "../../support/families.ts";
import { withWallClock } from "../../support/wall_clock.ts";
import { type Fate, partsNow, pushTime, sendAll } from "../../support/write_steps.ts";

const protocol = remoteWrite2(false);

/** A session, and pushes of it a second apart. */
function sessionOf({ marksEnds = true, target = {} } = {}) {
  const session = new WriteSession(protocol, target, marksEnds);
  let pushes = 0;
  const push = (
    families: readonly MetricFamily[],
    fateOf?: Fate | ((lines: readonly string[]) => Fate),
    mode?: HistogramMode,
  ) => {
    const time = pushTime + 1000 * pushes++;
    const steps = session.requests(partsNow(families, mode), {
      time,
      lastPush: time - 1000,
      zerosSince: time - 1000,
      lastTime: 0,
    });
    return sendAll(steps, fateOf);
  };
  return { session, push };
}

function created<Family extends MetricFamily>(family: Family, ...secondsAgo: number[]): Family {
  return { ...family, created: secondsAgo.map((ago) => pushTime / 1000 - ago) };
}

test("WriteSession: zeros by themselves, then values; later values alone", () => {
  const { push } = sessionOf({ target: { job: "shop" } });
  const jobs = created(counterOf("jobs_total", { queue: "a" }, { queue: "b" }), 0.5, 60);
  assertEquals(push([jobs, gaugeOf("depth", {})]), [
    ['jobs_total{job="shop",queue="a"} 0 @-500'],
    [
      'jobs_total{job="shop",queue="a"} 1 @0 from -500',
      'jobs_total{job="shop",queue="b"} 2 @0 from -60000',
      'depth{job="shop"} 1 @0',
    ],
  ]);
  assertEquals(push([jobs, gaugeOf("depth", {})]), [[
    'jobs_total{job="shop",queue="a"} 1 @1000 from -500',
    'jobs_total{job="shop",queue="b"} 2 @1000 from -60000',
    'depth{job="shop"} 1 @1000',
  ]]);
});

test("WriteSession: markers first, and native histograms last, by themselves", () => {
  const { push } = sessionOf();
  const seconds = created(histogramOf("seconds", {}), -0.5);
  const exemplar = { labels: {}, value: 9, timestamp: pushTime / 1000 };
  const loose = { ...counterOf("loose_total", {}), exemplars: [exemplar] };
  const timed = { ...gaugeOf("timed", {}), timestamps: Float64Array.of(pushTime / 1000 - 5) };
  push([gaugeOf("old", {}), histogramOf("older", {})], "written", "nhcb");
  assertEquals(push([timed, seconds, loose, gaugeOf("steady", {})], "written", "nhcb"), [
    ["old stale @1000"],
    ["older stale @1000"],
    ["steady 1 @1000"],
    ["loose_total 1 @1000 # 9"],
    ["timed 1 @-5000"],
    ["seconds n=0 @500"],
    ["seconds n=1 @1000 from 500"],
  ]);
  assertEquals(push([]), [["loose_total stale @2000", "steady stale @2000"], [
    "seconds stale @2000",
  ]]);
});

test("WriteSession: a request has at most 2,000 samples", () => {
  const { push } = sessionOf();
  const sets = Array.from({ length: 2001 }, (_, at) => ({ queue: `${at}` }));
  const jobs = created(counterOf("jobs_total", ...sets), ...sets.map(() => 0.5));
  const sizes = (requests: string[][]) => requests.map(({ length }) => length);
  assertEquals(sizes(push([jobs])), [2000, 1, 2000, 1]);
  assertEquals(sizes(push([gaugeOf("a", {})])), [2000, 1, 1]);
});

test("WriteSession: series that come are appended, and those that go are marked", () => {
  const { push } = sessionOf();
  const labels = { names: ["queue"], values: ["a", "b", "c"] };
  const rows = (count: number) => ({
    ...gaugeOf("depth", {}),
    labels: { ...labels, rows: count },
    values: Float64Array.of(1, 2, 3),
  });
  push([rows(2)]);
  assertEquals(push([rows(3)]), [
    ['depth{queue="a"} 1 @1000', 'depth{queue="b"} 2 @1000', 'depth{queue="c"} 3 @1000'],
  ]);
  assertEquals(push([gaugeOf("depth", { queue: "c" }, { queue: "a" })]), [
    ['depth{queue="b"} stale @2000'],
    ['depth{queue="c"} 1 @2000', 'depth{queue="a"} 2 @2000'],
  ]);
});

test("WriteSession: a series that goes and comes back has a marker in between", () => {
  const { push } = sessionOf();
  push([gaugeOf("a", {})]);
  assertEquals(push([]), [["a stale @1000"]]);
  assertEquals(push([]), []);
  assertEquals(push([gaugeOf("a", {})]), [["a 1 @3000"]]);
});

test("WriteSession: markers are sent until the server answers, and not once the series is back", () => {
  const { push } = sessionOf();
  push([gaugeOf("a", {}), gaugeOf("b", {})]);
  assertEquals(push([], "unsent"), [["a stale @1000", "b stale @1000"]]);
  assertEquals(push([gaugeOf("b", {})], "unsent"), [["a stale @2000"], ["b 1 @2000"]]);
  assertEquals(push([gaugeOf("b", {})], "refused"), [["a stale @3000"], ["b 1 @3000"]]);
  assertEquals(push([gaugeOf("b", {})]), [["b 1 @4000"]]);
});

test("WriteSession: a series that is back before its marker was taken has none", () => {
  const { push } = sessionOf();
  const [a, b] = [{ queue: "a" }, { queue: "b" }];
  push([gaugeOf("depth", a, b)]);
  assertEquals(push([gaugeOf("depth", a)], "unsent")[0], ['depth{queue="b"} stale @1000']);
  assertEquals(push([gaugeOf("depth", a, b)]), [[
    'depth{queue="a"} 1 @2000',
    'depth{queue="b"} 2 @2000',
  ]]);
});

test("WriteSession: families that change go last, and requests with the others stay", () => {
  const { session } = sessionOf();
  const sets = Array.from({ length: 4000 }, (_, at) => ({ queue: `${at}` }));
  const many = gaugeOf("many", ...sets);
  let pushes = 0;
  const pausesWith = (user: string) => {
    const moment = { time: pushTime + ++pushes, lastPush: 0, zerosSince: 0, lastTime: 0 };
    let pauses = 0;
    for (const step of session.requests(partsNow([gaugeOf("few", { user }), many]), moment)) {
      if (step === undefined) pauses++;
      else step.settle("written");
    }
    return pauses;
  };
  const [first, second, third] = ["a", "b", "c"].map(pausesWith);
  assertEquals(first > 30 && second > 15 && third < 5, true, `${[first, second, third]}`);
  const families = [gaugeOf("few", { user: "d" }), many];
  const requests = sendAll(
    session.requests(partsNow(families), {
      time: pushTime,
      lastPush: 0,
      zerosSince: 0,
      lastTime: 0,
    }),
  );
  assertEquals(requests.map(({ length }) => length), [1, 2000, 2000, 1]);
  assertEquals(new Set(requests.flat()).size, 4002);
});

test("WriteSession: what was never written has no marker, and nothing has if they are not wanted", () => {
  const { push } = sessionOf();
  push([gaugeOf("a", {})], "unsent");
  push([gaugeOf("a", {})], "refused");
  assertEquals(push([]), []);
  const without = sessionOf({ marksEnds: false });
  without.push([gaugeOf("a", {})]);
  assertEquals(without.push([]), []);
});

test("WriteSession: a zero that is refused does not cost the value, and is not tried again", () => {
  const { push } = sessionOf();
  const jobs = created(counterOf("jobs_total", {}), 0.5);
  const refuseZeros = ([line]: readonly string[]): Fate =>
    line.includes(" 0 @") ? "refused" : "written";
  assertEquals(push([jobs], refuseZeros).length, 2);
  assertEquals(push([jobs]), [["jobs_total 1 @1000 from -500"]]);
});

test("WriteSession: a registry that is reset begins all series anew", async () => {
  await withWallClock((clock) => {
    const { session } = sessionOf();
    const registry = new MetricsRegistry();
    const jobs = registry.counter({ name: "jobs_total", help: "Jobs.", labels: ["queue"] });
    let lastPush = clock.now * 1000;
    const push = () => {
      clock.advance(1);
      const moment = { time: clock.now * 1000, lastPush, zerosSince: lastPush, lastTime: 0 };
      const requests = sendAll(session.requests(partsNow(jobs.collect()), moment));
      lastPush = moment.time;
      return requests;
    };
    jobs.inc({ queue: "a" }, 5);
    const line = 'jobs_total{queue="a"}';
    assertEquals(push(), [[`${line} 0 @0`], [`${line} 5 @1000 from 0`]]);
    registry.reset();
    jobs.inc({ queue: "a" }, 3);
    assertEquals(push(), [[`${line} 0 @1000`], [`${line} 3 @2000 from 1000`]]);
    assertEquals(push(), [[`${line} 3 @3000 from 1000`]]);
  }, pushTime / 1000);
});

test("WriteSession: other buckets end the old ones, and the rest goes on", () => {
  const { push } = sessionOf();
  const seconds = created(histogramOf("seconds", {}), 60);
  push([seconds]);
  assertEquals(push([{ ...seconds, bounds: [2] }]), [
    ['seconds_bucket{le="1.0"} stale @1000'],
    [
      'seconds_bucket{le="2.0"} 1 @1000 from -60000',
      'seconds_bucket{le="+Inf"} 1 @1000 from -60000',
      "seconds_sum 0.5 @1000 from -60000",
      "seconds_count 1 @1000 from -60000",
    ],
  ]);
});

test("WriteSession: another type or text of a family is another request, not another series", () => {
  const { push } = sessionOf();
  push([created(counterOf("a", {}), 60)]);
  assertEquals(push([gaugeOf("a", {})]), [["a 1 @1000"]]);
  assertEquals(push([{ ...gaugeOf("a", {}), help: "Other." }]), [["a 1 @2000"]]);
});

test("WriteSession: a family that gets exemplars or times moves, without a marker", () => {
  const { push } = sessionOf();
  const jobs = counterOf("jobs_total", {});
  const depth = gaugeOf("depth", {});
  assertEquals(push([jobs, depth]), [["jobs_total 1 @0", "depth 1 @0"]]);
  const exemplars = [{ labels: {}, value: 3, timestamp: pushTime / 1000 + 1 }];
  assertEquals(push([{ ...jobs, exemplars }, depth]), [["depth 1 @1000"], [
    "jobs_total 1 @1000 # 3",
  ]]);
  assertEquals(push([jobs, depth]), [["depth 1 @2000"], ["jobs_total 1 @2000"]]);
  const timestamps = Float64Array.of(pushTime / 1000);
  assertEquals(push([{ ...jobs, timestamps }, depth]), [["depth 1 @3000"], ["jobs_total 1 @0"]]);
  assertEquals(push([depth]), [["depth 1 @4000"]]);
});

test("WriteSession: histograms that are refused as native ones follow as classic ones, and stay so", () => {
  const { session, push } = sessionOf();
  const seconds = histogramOf("seconds", {});
  push(
    [gaugeOf("a", {}), seconds],
    ([line]) => line.includes("n=") ? "refused" : "written",
    "nhcb",
  );
  const moment = { time: pushTime + 1, lastPush: 0, zerosSince: 0, lastTime: 0 };
  const classic = [
    'seconds_bucket{le="1.0"} 1 @',
    'seconds_bucket{le="+Inf"} 1 @',
    "seconds_sum 0.5 @",
    "seconds_count 1 @",
  ];
  assertEquals(sendAll(session.further(partsNow([seconds]), moment)), [
    classic.map((line) => `${line}1`),
  ]);
  assertEquals(push([gaugeOf("a", {}), seconds]), [[
    "a 1 @1000",
    ...classic.map((line) => `${line}1000`),
  ]]);
});

test("WriteSession: the end marks all that was written, and what follows begins anew", () => {
  const { session, push } = sessionOf();
  push([gaugeOf("a", {}), histogramOf("b", {})], "written", "nhcb");
  assertEquals(sendAll(session.ends(pushTime + 500)), [["a stale @500"], ["b stale @500"]]);
  assertEquals(sendAll(session.ends(pushTime + 600)), []);
  assertEquals(push([gaugeOf("a", {})]), [["a 1 @1000"]]);
});

test("WriteSession: in 1.0 series have no start", () => {
  const session = new WriteSession(remoteWrite1, {}, true);
  const jobs = created(counterOf("jobs_total", {}), 0.5);
  const steps = session.requests(partsNow([jobs]), {
    time: pushTime,
    lastPush: 0,
    zerosSince: 0,
    lastTime: 0,
  });
  assertEquals(sendAll(steps, "written", "1.0"), [["jobs_total 0 @-500"], ["jobs_total 1 @0"]]);
});

test("WriteSession: label values that come and go leave nothing behind", () => {
  const { session, push } = sessionOf();
  const values = (round: number) =>
    Array.from({ length: 50 }, (_, at) => ({ user: `user ${round} ${at}` }));
  for (let round = 0; round < 20; round++) {
    const requests = push([counterOf("jobs_total", ...values(round))]);
    assertEquals(requests.map(({ length }) => length), round === 0 ? [50] : [50, 50]);
  }
  assertEquals(sendAll(session.ends(pushTime + 60_000)).flat().length, 50);
});

test("WriteSession: other work may run at least each 256 series", () => {
  const { session } = sessionOf();
  const sets = Array.from({ length: 3000 }, (_, at) => ({ queue: `${at}` }));
  const exemplars = [{ labels: {}, value: 1, timestamp: 0 }];
  const families = [
    created(counterOf("a", ...sets), ...sets.map(() => 1)),
    { ...counterOf("b", ...sets), exemplars },
  ];
  const steps = session.requests(partsNow(families), {
    time: pushTime,
    lastPush: 0,
    zerosSince: 0,
    lastTime: 0,
  });
  const pauses = [...steps].filter((step) => step === undefined).length;
  // To place the first, for zeros of the first and for samples of the second.
  assertEquals(pauses >= 3 * 3000 / 256 - 3, true);
});
