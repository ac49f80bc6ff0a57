import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { test } from "node:test";
import { within } from "../../support/deferred.ts";
import { assertRejectsWith } from "../../support/rejects.ts";
import {
  bitsOf,
  decodeRequest,
  encodeMessage,
  nanBits,
  type Protocol,
  staleBits,
} from "../../support/remote_write.ts";
import {
  answering,
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
  upTo,
  withoutNative,
} from "../../support/remote_write_receiver.ts";
import { readSnappy, writeSnappy } from "../../support/snappy.ts";

type Message = Readonly<Record<string, unknown>>;

const goodHeaders: Readonly<Record<Protocol, Readonly<Record<string, string>>>> = {
  "2.0": {
    "Content-Encoding": "snappy",
    "Content-Type": "application/x-protobuf;proto=io.prometheus.write.v2.Request",
    "X-Prometheus-Remote-Write-Version": "2.0.0",
    "User-Agent": "edgeprom/0.0.0",
  },
  "1.0": {
    "Content-Encoding": "snappy",
    "Content-Type": "application/x-protobuf",
    "X-Prometheus-Remote-Write-Version": "0.1.0",
    "User-Agent": "edgeprom/0.0.0",
  },
};

interface Sending {
  readonly protocol?: Protocol;
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: string;
  readonly bytes?: Uint8Array;
  readonly signal?: AbortSignal;
}

async function send(
  receiver: RemoteWriteReceiver,
  message: Message,
  { protocol = "2.0", headers, method = "POST", bytes, signal }: Sending = {},
): Promise<Response> {
  return await receiver.fetch(receiver.url, {
    method,
    headers: { ...goodHeaders[protocol], ...headers },
    body: (bytes ?? writeSnappy(encodeMessage(message, protocol))) as BodyInit,
    signal,
  });
}

/** 64 bits as protobufjs takes them. */
function fixed(bits: bigint) {
  return { low: Number(bits & 0xffffffffn), high: Number(bits >> 32n), unsigned: true };
}

function sample(value: number, timestamp: number, more: Message = {}): Message {
  return { value: fixed(bitsOf(value)), timestamp, ...more };
}

const symbols = ["", "__name__", "a", "job", "x", "Help."];
const counter = { type: "COUNTER", helpRef: 5 };
/** `a{job="x"}` with the sample 3 at 1,000 ms. */
const series: Message = { labelsRefs: [1, 2, 3, 4], samples: [sample(3, 1000)], metadata: counter };
const key = 'a{job="x"}';
const histogram: Message = {
  countInt: 6,
  sum: fixed(bitsOf(1.5)),
  schema: 0,
  zeroThreshold: 0.001,
  zeroCountInt: 1,
  positiveSpans: [{ offset: -2, length: 2 }, { offset: 1, length: 1 }],
  positiveDeltas: [1, 1, 0],
  timestamp: 1000,
};
const custom: Message = {
  countInt: 3,
  sum: fixed(bitsOf(1.5)),
  schema: -53,
  positiveSpans: [{ offset: 0, length: 2 }],
  positiveDeltas: [1, 1],
  customValues: [0.5],
  timestamp: 1000,
};
const { samples: _, ...labelled } = series;
const native: Message = { ...labelled, metadata: { ...counter, type: "HISTOGRAM" } };

function request(...timeseries: readonly Message[]): Message {
  return { symbols, timeseries };
}

function seriesWith(more: Message): Message {
  return request({ ...series, ...more });
}

function nativeWith(more: Message, base = histogram): Message {
  return request({ ...native, histograms: [{ ...base, ...more }] });
}

test("remote write receiver: a request of 2.0 in order is stored", async () => {
  const receiver = new RemoteWriteReceiver();
  const exemplars = [{ labelsRefs: [2, 4], value: 2.5, timestamp: 999 }];
  const full = { ...series, exemplars, createdTimestamp: 500 };
  const { status, headers } = await send(receiver, request(full));
  assertEquals(receiver.violations, []);
  assertEquals(status, 204);
  assertEquals(
    ["samples", "histograms", "exemplars"].map((kind) =>
      headers.get(`X-Prometheus-Remote-Write-${kind}-Written`)
    ),
    ["1", "0", "1"],
  );
  assertEquals(receiver.keys(), [key]);
  assertEquals(receiver.latest(key), 3);
  assertEquals(receiver.storage.get(key), {
    key,
    labels: [["__name__", "a"], ["job", "x"]],
    samples: [{ value: 3, bits: bitsOf(3), timestamp: 1000, isStale: false }],
    exemplars: [{ labels: [["a", "x"]], value: 2.5, timestamp: 999 }],
    metadata: { type: "counter", help: "Help.", unit: "" },
    createdTimestamp: 500,
  });
  assertEquals(receiver.received.map(({ protocol }) => protocol), ["2.0"]);
});

test("remote write receiver: a request of 1.0 in order is stored", async () => {
  const receiver = new RemoteWriteReceiver();
  const labels = [{ name: "__name__", value: "a" }, { name: "job", value: "x" }];
  const exemplars = [{ labels: [{ name: "a", value: "x" }], value: 2.5, timestamp: 999 }];
  const message = {
    timeseries: [{ labels, samples: [sample(3, 1000)], exemplars }],
    metadata: [{ type: "COUNTER", metricFamilyName: "a", help: "Help.", unit: "s" }],
  };
  const { status } = await send(receiver, message, { protocol: "1.0" });
  assertEquals([status, receiver.violations], [204, []]);
  assertEquals(receiver.latest(key), 3);
  assertEquals([...receiver.storage.metadata], [
    ["a", { type: "counter", help: "Help.", unit: "s" }],
  ]);
});

test("remote write receiver: native histograms are stored, with zero, negative and custom buckets", async () => {
  const receiver = new RemoteWriteReceiver();
  const negative = { negativeSpans: [{ offset: 3, length: 1 }], negativeDeltas: [4], countInt: 10 };
  await send(receiver, nativeWith(negative));
  await send(receiver, nativeWith({ timestamp: 2000 }, custom));
  assertEquals(receiver.violations, []);
  const [first, second] = receiver.samples(key);
  assertEquals([first.value, first.histogram?.negativeDeltas], [1.5, [4]]);
  assertEquals([second.timestamp, second.histogram?.customValues], [2000, [0.5]]);
});

const violations: readonly (readonly [what: string, message: Message, expected: string])[] = [
  ["an empty request", { symbols: [""] }, "a request with nothing in it"],
  ["no empty symbol", { symbols: ["__name__", "a"], timeseries: [] }, "the first symbol is"],
  ["no symbols", {}, "the first symbol is undefined"],
  ["a symbol twice", { ...request(series), symbols: [...symbols, "a"] }, "symbols twice"],
  ["an unused symbol", { ...request(series), symbols: [...symbols, "y"] }, 'unused symbols: ["y"]'],
  ["a reference too far", seriesWith({ labelsRefs: [1, 2, 3, 9] }), "reference 9 to 6 symbols"],
  ["half a label", seriesWith({ labelsRefs: [1, 2, 3, 4, 3] }), "5 references for labels"],
  ["labels out of order", seriesWith({ labelsRefs: [3, 4, 1, 2] }), "labels out of order"],
  ["a label twice", seriesWith({ labelsRefs: [1, 2, 3, 4, 3, 4] }), "a label twice"],
  ["an empty value", seriesWith({ labelsRefs: [1, 2, 3, 4, 4, 0] }), "an empty label"],
  ["an empty name of a label", seriesWith({ labelsRefs: [0, 2, 1, 4, 3, 2] }), "an empty label"],
  ["a series without a name", seriesWith({ labelsRefs: [2, 1, 3, 4] }), "no name"],
  ["a series without a sample", seriesWith({ samples: [] }), "no sample"],
  [
    "samples and histograms",
    seriesWith({ histograms: [{ ...histogram, timestamp: 2000 }] }),
    "samples and histograms",
  ],
  [
    "histograms beside others",
    {
      symbols: [...symbols, "b"],
      timeseries: [{ ...native, histograms: [histogram] }, { ...series, labelsRefs: [1, 6] }],
    },
    "native histograms beside other series",
  ],
  [
    "samples out of order",
    seriesWith({ samples: [sample(1, 1000), sample(2, 999)] }),
    "samples out of order",
  ],
  [
    "two samples of a moment",
    seriesWith({ samples: [sample(1, 1000), sample(1, 1000)] }),
    "samples out of order",
  ],
  [
    "a sample without a time",
    seriesWith({ samples: [{ value: fixed(1n) }] }),
    "a sample without a time",
  ],
  [
    "too many samples",
    seriesWith({ samples: Array.from({ length: 2001 }, (_, at) => sample(1, at + 1)) }),
    "2001 samples in a request",
  ],
  ["no type", seriesWith({ metadata: { helpRef: 5 } }), 'a has the type ""'],
  ["no metadata", { symbols: symbols.slice(0, 5), timeseries: [labelledOnly()] }, 'the type ""'],
  [
    "a type that does not exist",
    seriesWith({ metadata: { type: 8, helpRef: 5 } }),
    'a has the type "8"',
  ],
  [
    "a start after the sample",
    seriesWith({ samples: [sample(1, 1000, { startTimestamp: 1000 })] }),
    "started at 1000, measured at 1000",
  ],
  [
    "a creation after the sample",
    seriesWith({ createdTimestamp: 1001 }),
    "created at 1001, measured at 1000",
  ],
  [
    "an odd NaN",
    seriesWith({ samples: [{ ...sample(1, 1000), value: fixed(0x7ff8000000000000n) }] }),
    "a NaN of the bits 0x7ff8000000000000",
  ],
  [
    "an exemplar without a time",
    seriesWith({ exemplars: [{ labelsRefs: [2, 4], value: 1 }] }),
    "an exemplar without a time",
  ],
  [
    "an exemplar with a label twice",
    seriesWith({ exemplars: [{ labelsRefs: [2, 4, 2, 4], value: 1, timestamp: 1 }] }),
    "an exemplar with bad labels",
  ],
  [
    "a long exemplar",
    {
      symbols: [...symbols, "x".repeat(128)],
      timeseries: [{ ...series, exemplars: [{ labelsRefs: [2, 6], timestamp: 1 }] }],
    },
    "an exemplar with 129 characters",
  ],
  ["a count that disagrees", nativeWith({ countInt: 7 }), "7 observed, 6 in buckets"],
  ["no count", nativeWith({ countInt: undefined }), "not one count"],
  ["two counts", nativeWith({ countFloat: 6 }), "not one count"],
  ["a negative bucket", nativeWith({ positiveDeltas: [1, -2, 7] }), "a negative bucket"],
  [
    "buckets without a span",
    nativeWith({ positiveDeltas: [1, 1, 0, 0], countInt: 8 }),
    "3 positive buckets in spans, 4 counts",
  ],
  [
    "spans that go back",
    nativeWith({ positiveSpans: [{ length: 2 }, { offset: -1, length: 1 }] }),
    "positive spans that go back",
  ],
  ["a schema that does not exist", nativeWith({ schema: 9 }), "the schema 9"],
  ["bounds of an exponential one", nativeWith({ customValues: [1] }), "bounds of a schema"],
  ["descending bounds", nativeWith({ customValues: [2, 1] }, custom), "the bounds 2,1"],
  ["an infinite bound", nativeWith({ customValues: [Infinity] }, custom), "the bounds Infinity"],
  ["too few bounds", nativeWith({ customValues: [] }, custom), "more buckets than bounds"],
  [
    "a zero bucket beside bounds",
    nativeWith({ zeroCountInt: 1, countInt: 4 }, custom),
    "zero or negative buckets",
  ],
  [
    "a sum of an odd NaN",
    nativeWith({ sum: fixed(0x7ff8000000000002n) }),
    "a NaN of the bits 0x7ff8000000000002",
  ],
];

function labelledOnly(): Message {
  const { metadata: _, ...rest } = series;
  return rest;
}

for (const [what, message, expected] of violations) {
  test(`remote write receiver: ${what} is found, refused and not stored`, async () => {
    const receiver = new RemoteWriteReceiver();
    const { status } = await send(receiver, message);
    const found = receiver.violations.filter((violation) => violation.includes(expected));
    assertEquals([status, found.length], [400, 1], receiver.violations.join("\n"));
    assertEquals(receiver.keys(), []);
  });
}

test("remote write receiver: a wrong header is found", async () => {
  const wrong: readonly (readonly [name: string, value: string])[] = [
    ["Content-Encoding", "gzip"],
    // With the space, servers read it as 1.0.
    ["Content-Type", "application/x-protobuf; proto=io.prometheus.write.v2.Request"],
    ["X-Prometheus-Remote-Write-Version", "0.1.0"],
    ["User-Agent", "Deno/2"],
  ];
  for (const [name, value] of wrong) {
    const receiver = new RemoteWriteReceiver();
    const { status } = await send(receiver, request(series), { headers: { [name]: value } });
    assertEquals(status, 400);
    assertEquals(receiver.violations, [`the header ${name.toLowerCase()}: ${value}`]);
  }
  const receiver = new RemoteWriteReceiver();
  await send(receiver, request(series), { method: "PUT" });
  assertEquals(receiver.violations, ["the method PUT"]);
});

test("remote write receiver: a symbol after a series is found", async () => {
  const receiver = new RemoteWriteReceiver();
  const late = encodeMessage({ symbols: ["y"] }, "2.0");
  const bytes = writeSnappy(Uint8Array.of(...encodeMessage(request(series), "2.0"), ...late));
  await send(receiver, {}, { bytes });
  assertEquals(receiver.violations, ["a symbol after a series", 'unused symbols: ["y"]']);
});

test("remote write receiver: a field that the protocol lacks is found, at any depth", async () => {
  const bytes = encodeMessage(request(series), "2.0");
  const inMetadata = encodeMessage(
    request({ ...series, metadata: { ...counter, unitRef: 5 } }),
    "2.0",
  );
  // Field 4, the reference of the unit, becomes field 7.
  inMetadata[inMetadata.lastIndexOf(4 << 3)] = 7 << 3;
  const bodies = [
    ["the request", Uint8Array.of(...bytes, 1 << 3, 0)],
    ["metadata", inMetadata],
  ] as const;
  for (const [where, body] of bodies) {
    const receiver = new RemoteWriteReceiver();
    await send(receiver, {}, { bytes: writeSnappy(body) });
    assertEquals(receiver.violations, [`unknown field in ${where}`]);
  }
});

test("remote write receiver: a body that is cut off, padded or too large is found", async () => {
  const bytes = writeSnappy(encodeMessage(request(series), "2.0"));
  const padded = Uint8Array.of(bytes[0] + 1, ...bytes.subarray(1));
  const bodies = [
    [bytes.subarray(0, -1), "cut off"],
    [padded, "holds"],
    [Uint8Array.of(255, 255, 255, 127), "Snappy block of 268435455 bytes"],
    [Uint8Array.of(5, 1, 1), "Snappy copy of what is 1 back after 0 bytes"],
    [Uint8Array.of(), "without a size"],
    [Uint8Array.of(255, 255), "without a size"],
    [encodeMessage(request(series), "2.0"), "Snappy"],
    [writeSnappy(encodeMessage(request(series), "2.0").subarray(0, -1)), "RangeError"],
  ] as const;
  for (const [body, expected] of bodies) {
    const receiver = new RemoteWriteReceiver();
    const { status } = await send(receiver, {}, { bytes: body });
    assertEquals(status, 400);
    assertEquals(receiver.violations.filter((each) => each.includes(expected)).length, 1, expected);
  }
});

test("remote write receiver: a text that is no UTF-8 is found", () => {
  const bytes = encodeMessage(request(series), "2.0");
  bytes[bytes.lastIndexOf("x".charCodeAt(0))] = 0xff;
  assertThrows(() => decodeRequest(writeSnappy(bytes), "2.0"));
});

test("remote write receiver: native histograms in 1.0 are found", async () => {
  const receiver = new RemoteWriteReceiver();
  const labels = [{ name: "__name__", value: "a" }];
  await send(receiver, { timeseries: [{ labels, histograms: [histogram] }] }, { protocol: "1.0" });
  assertEquals(receiver.violations, ["native histograms in 1.0"]);
});

test("remote write receiver: a sample that is sent again with another value is found", async () => {
  for (const first of [undefined, losing, losingAnswer]) {
    const receiver = new RemoteWriteReceiver();
    if (first) receiver.script(first);
    await send(receiver, request(series)).catch(() => {});
    const { status } = await send(receiver, seriesWith({ samples: [sample(4, 1000)] }));
    assertEquals(status, 400);
    const [from, to] = [3, 4].map((value) => `0x${bitsOf(value).toString(16)} `);
    assertEquals(receiver.violations, [`${key}@1000: first ${from}, then ${to}`]);
  }
});

test("remote write receiver: a histogram that is sent again with other buckets is found", async () => {
  const receiver = new RemoteWriteReceiver();
  await send(receiver, nativeWith({}));
  await send(receiver, nativeWith({}));
  assertEquals(receiver.violations, []);
  await send(receiver, nativeWith({ positiveDeltas: [1, 0, 2], countInt: 6 }));
  assertEquals(receiver.violations.length, 1);
});

test("remote write receiver: a sample older than the newest is found", async () => {
  const receiver = new RemoteWriteReceiver();
  await send(receiver, request(series));
  await send(receiver, seriesWith({ samples: [sample(3, 999)] }));
  assertEquals(receiver.violations, [`${key}@999: older than what is stored, 1000`]);
});

test("remote write receiver: what comes twice is refused like by Prometheus, without a fault", async () => {
  const receiver = new RemoteWriteReceiver();
  const message = seriesWith({ samples: [sample(0, 1000), sample(3, 2000)] });
  assertEquals((await send(receiver, message)).status, 204);
  const again = await send(receiver, message);
  assertEquals(again.status, 400);
  assertEquals(again.headers.get("x-prometheus-remote-write-samples-written"), "1");
  assertEquals(receiver.violations, []);
  assertEquals(receiver.samples(key).map(({ value }) => value), [0, 3]);
});

test("remote write receiver: a stale marker ends a series, and NaN does not", async () => {
  const receiver = new RemoteWriteReceiver();
  await send(receiver, seriesWith({ samples: [{ value: fixed(nanBits), timestamp: 1000 }] }));
  assertEquals(receiver.latest(key), NaN);
  await send(receiver, seriesWith({ samples: [{ value: fixed(staleBits), timestamp: 2000 }] }));
  assertEquals(receiver.latest(key), undefined);
  assertEquals(receiver.samples(key).map(({ isStale }) => isStale), [false, true]);
  assertEquals(receiver.violations, []);
});

test("remote write receiver: an increase begins after the first sample, and after a restart at 0", async () => {
  const receiver = new RemoteWriteReceiver();
  const samples = [5, 7, 1, 4].map((value, at) => sample(value, 1000 + at));
  await send(receiver, seriesWith({ samples }));
  assertEquals(receiver.increase(key), 6);
  assertEquals(receiver.increase("b"), 0);
});

test("remote write receiver: each behaviour does what it says", async () => {
  const receiver = new RemoteWriteReceiver();
  const at = (timestamp: number) => seriesWith({ samples: [sample(1, timestamp)] });
  const stored = () => receiver.samples(key).map(({ timestamp }) => timestamp);
  receiver.script(losing, losingAnswer, cuttingAnswer, answering(429, { "Retry-After": "1" }));
  await assertRejects(() => send(receiver, at(1)), TypeError);
  assertEquals(stored(), []);
  await assertRejects(() => send(receiver, at(2)), TypeError);
  assertEquals(stored(), [2]);
  const cut = await send(receiver, at(3));
  assertEquals(cut.status, 500);
  await assertRejects(() => cut.text(), TypeError);
  const busy = await send(receiver, at(4));
  assertEquals([busy.status, busy.headers.get("retry-after")], [429, "1"]);
  assertEquals(stored(), [2]);
  receiver.script(slow(0.02), upTo(0), refusing2, ignoring2, withoutNative, miscounting);
  assertEquals((await send(receiver, at(5))).status, 204);
  assertEquals((await send(receiver, at(6))).status, 413);
  assertEquals((await send(receiver, at(7))).status, 415);
  assertEquals([...(await send(receiver, at(8))).headers], []);
  assertEquals(stored(), [2, 5]);
  assertEquals((await send(receiver, at(9))).status, 204);
  const wrong = await send(receiver, at(10));
  assertEquals(wrong.headers.get("x-prometheus-remote-write-samples-written"), "0");
  assertEquals(stored(), [2, 5, 9, 10]);
  receiver.script(withoutNative);
  assertEquals((await send(receiver, nativeWith({ timestamp: 11 }))).status, 500);
  receiver.script(storingSome((position) => position > 0));
  const partial = await send(receiver, {
    symbols: [...symbols, "b"],
    timeseries: [{ ...series, samples: [sample(1, 12)] }, { ...series, labelsRefs: [1, 6] }],
  });
  assertEquals(partial.status, 400);
  assertEquals(partial.headers.get("x-prometheus-remote-write-samples-written"), "1");
  assertEquals([receiver.latest(key), receiver.latest("b")], [1, 3]);
  assertEquals(stored().at(-1), 10);
  assertEquals([receiver.violations, receiver.mostAtOnce], [[], 1]);
});

test("remote write receiver: an aborted request is over, also if it is never answered", async () => {
  const receiver = new RemoteWriteReceiver({ usually: stalling });
  const controller = new AbortController();
  const sending = send(receiver, request(series), { signal: controller.signal });
  setTimeout(() => controller.abort(new Error("too late")), 10);
  await assertRejectsWith(() => within(5, sending), Error, "too late");
  assertEquals(receiver.received[0].answer, undefined);
});

test("remote write receiver: over a network it answers the same", async () => {
  const receiver = new RemoteWriteReceiver();
  const { url, close } = await receiver.listen();
  const post = (message: Message) =>
    fetch(url, {
      method: "POST",
      headers: goodHeaders["2.0"],
      body: writeSnappy(encodeMessage(message, "2.0")),
    });
  try {
    const { status, headers } = await post(request(series));
    assertEquals([status, receiver.violations, receiver.latest(key)], [204, [], 3]);
    assertEquals(headers.get("x-prometheus-remote-write-samples-written"), "1");
    receiver.script(losing, cuttingAnswer);
    await assertRejects(() => post(request(series)));
    await assertRejects(async () => await (await post(request(series))).text());
  } finally {
    await close();
  }
});

test("remote write receiver: a Snappy block with copies and long literals is read", () => {
  const random = Uint8Array.from({ length: 70_000 }, (_, at) => (at * at * 31 >> 3) ^ at);
  const text = new TextEncoder().encode("abcd".repeat(40_000));
  for (const bytes of [random, text, Uint8Array.of(), Uint8Array.of(1)]) {
    assertEquals(readSnappy(writeSnappy(bytes)), bytes);
  }
});
