import { assert, assertEquals, assertFalse } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import { EncodingError, type Exemplar, type MetricFamily } from "../../../mod.ts";
import { type AcceptClause, labelsOfRow, type SparseBuckets } from "../../../src/core.ts";
import { parseAccept } from "../../../src/exposition/encoding/accept.ts";
import { prometheusProtobuf } from "../../../src/exposition/protobuf/prometheus_protobuf.ts";
import { familyCases } from "../../cases/families.ts";
import { typedCases } from "../../cases/typed_families.ts";
import { arbitraryFamily } from "../../support/arbitrary_families.ts";
import { counterOf, gaugeOf, histogramOf } from "../../support/families.ts";
import type {
  DecodedExemplar,
  DecodedFamily,
  DecodedMetric,
  DecodedSpan,
  DecodedTimestamp,
} from "../../support/decoded_family.ts";
import { decodeFamilies } from "../../support/protobuf.ts";
import { assertThrowsWith } from "../../support/rejects.ts";

const cases = [...familyCases, ...typedCases].flatMap(({ protobuf: decoded, ...rest }) =>
  decoded === undefined ? [] : [{ ...rest, decoded }]
);

function accepts(header: string): boolean {
  const [clause]: readonly AcceptClause[] = parseAccept(header);
  return prometheusProtobuf.accepts(clause);
}

test("prometheusProtobuf: its Content-Type names the message and the encoding", () => {
  assertEquals(
    prometheusProtobuf.contentType,
    "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited",
  );
});

test("prometheusProtobuf: accepts() clauses that name delimited families", () => {
  const type = "application/vnd.google.protobuf";
  const proto = "proto=io.prometheus.client.MetricFamily";
  for (
    const header of [
      `${type};${proto};encoding=delimited`,
      `${type};${proto};encoding=delimited;escaping=allow-utf-8;q=0.6`,
      `${type} ; Encoding="delimited" ; Proto="io.prometheus.client.MetricFamily"`,
    ]
  ) assertEquals(accepts(header), true, header);
  for (
    const header of [
      type,
      `${type};${proto}`,
      `${type};${proto};encoding=text`,
      `${type};${proto};encoding=compact-text`,
      `${type};encoding=delimited`,
      `${type};proto=io.prometheus.write.v2.Request;encoding=delimited`,
      `application/x-protobuf;${proto};encoding=delimited`,
      "application/*",
      "*/*",
    ]
  ) assertEquals(accepts(header), false, header);
});

for (const { name, families, decoded } of cases) {
  test(`prometheusProtobuf: ${name}, decoded alike in the first and the second scrape`, () => {
    for (const _ of ["first", "second"]) {
      assertEquals(decodeFamilies(prometheusProtobuf.encode(families)), decoded);
    }
  });
}

test("prometheusProtobuf: all cases fit on one page", () => {
  const families = cases.flatMap((each) => each.families);
  assertEquals(
    decodeFamilies(prometheusProtobuf.encode(families)),
    cases.flatMap((each) => each.decoded),
  );
});

test("prometheusProtobuf: a family has its fields in order, and its type even if it is 0", () => {
  assertEquals(
    prometheusProtobuf.encode([{ ...counterOf("a", {}), help: "B" }]),
    Uint8Array.of(
      ...[21, 0x0a, 1, 97, 0x12, 1, 66, 0x18, 0],
      ...[0x22, 11, 0x1a, 9, 0x09, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f],
    ),
  );
});

test("prometheusProtobuf: a page shares no bytes with the next one", () => {
  const families = [gaugeOf("a", { x: "1" })];
  const first = prometheusProtobuf.encode(families);
  const copy = first.slice();
  first.fill(0);
  assertEquals(prometheusProtobuf.encode(families), copy);
});

test("prometheusProtobuf: names that are not legacy-valid are escaped unless UTF-8 is requested", () => {
  const families = [counterOf("my.jobs", { "a.b": "1", "a:c": "2" })];
  const read = (escaping?: "allow-utf-8" | "values") => {
    const [{ name, metric }] = decodeFamilies(prometheusProtobuf.encode(families, { escaping }));
    return [name, ...metric?.[0].label?.map((label) => label.name) ?? []];
  };
  assertEquals(read(), ["my_jobs", "a_b", "a_c"]);
  assertEquals(read("allow-utf-8"), ["my.jobs", "a.b", "a:c"]);
  assertEquals(read("values"), ["U__my_2e_jobs", "U__a_2e_b", "U__a_3a_c"]);
  assertEquals(read(), ["my_jobs", "a_b", "a_c"]);
});

test("prometheusProtobuf: a unit that is no suffix after escaping is left out", () => {
  const families: readonly MetricFamily[] = [{ ...gaugeOf("speed_m/s", {}), unit: "m/s" }];
  const unit = (escaping: "allow-utf-8" | "underscores") =>
    decodeFamilies(prometheusProtobuf.encode(families, { escaping }))[0].unit;
  assertEquals(unit("allow-utf-8"), "m/s");
  assertEquals(unit("underscores"), undefined);
});

test("prometheusProtobuf: a table that grows retains its encoded rows", () => {
  const values: string[] = [];
  const names = ["x"];
  for (let rows = 1; rows <= 300; rows++) {
    values.push(`${rows}`);
    if (rows % 7 > 0) continue;
    const family: MetricFamily = {
      ...gaugeOf("a"),
      labels: { names, values, rows },
      values: new Float64Array(rows),
    };
    const [{ metric }] = decodeFamilies(prometheusProtobuf.encode([family]));
    assertEquals(metric?.map(({ label }) => label?.[0].value), values);
    const before = { ...family, labels: { names, values, rows: rows - 3 } };
    assertEquals(decodeFamilies(prometheusProtobuf.encode([before]))[0].metric?.length, rows - 3);
  }
});

test("prometheusProtobuf: a time in milliseconds stays exact, before 1970 and after", () => {
  const milliseconds = [1763812345001, 1763812345999, 1763812346000, 1, 0, -1, -1500, -2000];
  const sets = milliseconds.map((each) => ({ at: `${each}` }));
  const created = milliseconds.map((each) => each / 1000);
  const [{ metric }] = decodeFamilies(
    prometheusProtobuf.encode([{ ...counterOf("a", ...sets), created }]),
  );
  assertEquals(
    metric?.map(({ counter }) => counter?.createdTimestamp),
    milliseconds.map((each) => {
      const seconds = Math.floor(each / 1000);
      return { seconds, nanos: (each - seconds * 1000) * 1e6 };
    }),
  );
});

test("prometheusProtobuf: a creation time that is not finite is left out", () => {
  const counter = counterOf("a", { x: "1" }, { x: "2" }, { x: "3" }, { x: "4" });
  const [{ metric }] = decodeFamilies(
    prometheusProtobuf.encode([{ ...counter, created: [NaN, Infinity, 5] }]),
  );
  assertEquals(metric?.map(({ counter }) => counter?.createdTimestamp?.seconds), [
    undefined,
    undefined,
    5,
    undefined,
  ]);
});

test("prometheusProtobuf: an exemplar's labels are sorted, and empty ones left out", () => {
  const labels = { span_id: "2", empty: "", trace_id: "x".repeat(200), a: "€" };
  const exemplars = [{ labels, value: -0.5, timestamp: 1763812345.001 }];
  const [{ metric }] = decodeFamilies(
    prometheusProtobuf.encode([{ ...counterOf("a", {}), exemplars }]),
  );
  assertEquals(metric?.[0].counter?.exemplar, {
    label: [
      { name: "a", value: "€" },
      { name: "span_id", value: "2" },
      { name: "trace_id", value: "x".repeat(200) },
    ],
    value: -0.5,
    timestamp: { seconds: 1763812345, nanos: 1_000_000 },
  });
});

test("prometheusProtobuf: an exemplar without a time is left out and reported", () => {
  const exemplars = [{ labels: {}, value: 1, timestamp: NaN }, undefined];
  const families: readonly MetricFamily[] = [
    { ...counterOf("a", {}), exemplars },
    { ...histogramOf("b", {}), exemplars },
  ];
  const errors: EncodingError[] = [];
  const page = prometheusProtobuf.encode(families, { onError: (error) => errors.push(error) });
  assertEquals(page, prometheusProtobuf.encode([counterOf("a", {}), histogramOf("b", {})]));
  assertEquals(
    errors.map(({ message }) => message),
    ["a", "b"].map((name) => `${name}: an exemplar has the timestamp NaN; give seconds since 1970`),
  );
  assertThrowsWith(() => prometheusProtobuf.encode(families), EncodingError, "a: ", "NaN");
});

test("prometheusProtobuf: a family that fails leaves no bytes on the page, and the error names it", () => {
  const torn = { ...gaugeOf("torn", {}), values: undefined } as unknown as MetricFamily;
  const unwritable = { ...gaugeOf("bad", {}), type: "timer" } as unknown as MetricFamily;
  const fraction: MetricFamily = {
    ...gaugeOf("fraction", {}),
    type: "summary",
    quantiles: [],
    values: new Float64Array(),
    counts: Float64Array.of(1.5),
    sums: Float64Array.of(1),
  };
  for (const bad of [torn, unwritable, fraction]) {
    const errors: EncodingError[] = [];
    const families = [gaugeOf("a", {}), bad, gaugeOf("b", {})];
    const page = prometheusProtobuf.encode(families, { onError: (error) => errors.push(error) });
    assertEquals(decodeFamilies(page).map(({ name }) => name), ["a", "b"]);
    assertFalse(new TextDecoder().decode(page).includes(bad.name));
    assertEquals(errors.map(({ message }) => message.split(":")[0]), [bad.name]);
    assertThrowsWith(() => prometheusProtobuf.encode([bad]), EncodingError, `${bad.name}: `);
  }
});

test("prometheusProtobuf: families of every type decode with their names, labels and numbers", () => {
  const families = fc.array(arbitraryFamily, { maxLength: 4 });
  const property = fc.property(families, (families) => {
    const decoded = decodeFamilies(prometheusProtobuf.encode(families));
    assertEquals(decoded.flatMap(found), families.flatMap(expected));
  });
  fc.assert(property, { numRuns: 1000 });
});

const types: Readonly<Record<MetricFamily["type"], DecodedFamily["type"]>> = {
  counter: "COUNTER",
  gauge: "GAUGE",
  info: "GAUGE",
  stateset: "GAUGE",
  summary: "SUMMARY",
  unknown: "UNTYPED",
  histogram: "HISTOGRAM",
  gaugehistogram: "GAUGE_HISTOGRAM",
};

/** The series of a snapshot in words, one a series, as {@linkcode found} gives them. */
function expected(family: MetricFamily): string[] {
  const { labels, name, help } = family;
  const states = family.type === "stateset" ? family.states : [undefined];
  return Array.from({ length: labels.rows }, (_, row) =>
    states.map((state, position) => {
      const set = Object.entries(labelsOfRow(labels, row));
      if (state !== undefined) set.push([name, state]);
      set.sort(([one], [other]) => one < other ? -1 : 1);
      const numbers = numbersOf(family, row, position);
      const timestamp = Math.round((family.timestamps?.[row] ?? NaN) * 1000);
      const time = Number.isNaN(timestamp) ? undefined : timestamp;
      return inWords({ name, help, type: types[family.type], set, time, ...numbers });
    })).flat();
}

function numbersOf(family: MetricFamily, row: number, state: number): object {
  switch (family.type) {
    case "counter":
      return {
        value: family.values[row],
        exemplars: exemplarsOf([family.exemplars?.[row]]),
        created: family.created?.[row],
      };
    case "gauge":
    case "unknown":
      return { value: family.values[row] };
    case "info":
      return { value: 1 };
    case "stateset":
      return { value: family.values[row * family.states.length + state] };
    case "summary":
      return {
        count: family.counts[row],
        sum: family.sums[row],
        quantiles: family.quantiles.map((quantile, position) => [
          quantile,
          family.values[row * family.quantiles.length + position],
        ]),
        created: family.created?.[row],
      };
    case "histogram":
    case "gaugehistogram": {
      const size = family.bounds.length + 1;
      const own = [...family.buckets.subarray(row * size, (row + 1) * size)];
      const native = family.native?.[row];
      const exemplars = exemplarsOf(family.exemplars?.slice(row * size, (row + 1) * size) ?? []);
      const classic = native === undefined || size > 1;
      return {
        count: own.reduce((sum, each) => sum + each, 0),
        sum: family.sums[row],
        buckets: classic ? own.map((count, at) => [family.bounds[at] ?? Infinity, count]) : [],
        exemplars: classic ? exemplars : [],
        native: native && [
          ...[native.schema, native.zeroThreshold, native.zeroCount],
          filled(native.positive),
          filled(native.negative),
          exemplarsOf(native.exemplars),
        ],
        created: family.type === "histogram" ? family.created?.[row] : undefined,
      };
    }
  }
}

function exemplarsOf(exemplars: readonly (Exemplar | undefined)[]): unknown {
  return exemplars.filter((exemplar) => exemplar !== undefined).map((exemplar) => [
    Object.entries(exemplar.labels).filter(([, value]) => value !== "").sort(),
    exemplar.value,
    exemplar.timestamp,
  ]);
}

/** The buckets with something in them, by index. */
function filled({ indexes, counts }: SparseBuckets): (readonly [index: number, count: number])[] {
  return indexes.map((index, position) => [index, counts[position]] as const)
    .filter(([, count]) => count > 0);
}

/** The series of a decoded family in the same words. */
function found({ name, help, type, metric = [] }: DecodedFamily): string[] {
  return metric.map((metric) => {
    const set = metric.label?.map(({ name, value }) => [name, value]) ?? [];
    const time = metric.timestampMs;
    return inWords({ name, help, type, set, time, ...decodedNumbers(metric) });
  });
}

function decodedNumbers({ counter, gauge, untyped, summary, histogram }: DecodedMetric): object {
  if (counter !== undefined) {
    return {
      value: counter.value,
      exemplars: decodedExemplars([counter.exemplar]),
      created: secondsOf(counter.createdTimestamp),
    };
  }
  if (summary !== undefined) {
    return {
      count: summary.sampleCount,
      sum: summary.sampleSum,
      quantiles: summary.quantile?.map(({ quantile, value }) => [quantile, value]) ?? [],
      created: secondsOf(summary.createdTimestamp),
    };
  }
  if (histogram === undefined) return { value: gauge?.value ?? untyped?.value };
  const { bucket = [], schema, zeroThreshold, zeroCount } = histogram;
  const { positiveSpan, positiveDelta, negativeSpan, negativeDelta } = histogram;
  return {
    count: histogram.sampleCount,
    sum: histogram.sampleSum,
    buckets: bucket.map(({ upperBound, cumulativeCount = NaN }, at) => [
      upperBound,
      cumulativeCount - (bucket[at - 1]?.cumulativeCount ?? 0),
    ]),
    exemplars: decodedExemplars(bucket.map(({ exemplar }) => exemplar)),
    native: schema !== undefined
      ? [
        ...[schema, zeroThreshold, zeroCount],
        unspanned(positiveSpan, positiveDelta),
        unspanned(negativeSpan, negativeDelta),
        decodedExemplars(histogram.exemplars ?? []),
      ]
      : undefined,
    created: secondsOf(histogram.createdTimestamp),
  };
}

function decodedExemplars(exemplars: readonly (DecodedExemplar | undefined)[]): unknown {
  return exemplars.filter((exemplar) => exemplar !== undefined)
    .map(({ label = [], value, timestamp }) => [
      label.map(({ name, value }) => [name, value]),
      value,
      secondsOf(timestamp),
    ]);
}

function secondsOf(timestamp: DecodedTimestamp | undefined): number | undefined {
  return timestamp && (timestamp.seconds * 1000 + timestamp.nanos / 1e6) / 1000;
}

/** Buckets by index from spans and differences; a gap between spans is longer than two. */
function unspanned(
  spans: readonly DecodedSpan[] = [],
  deltas: readonly number[] = [],
): (readonly [index: number, count: number])[] {
  const indexes: number[] = [];
  let next = 0;
  spans.forEach(({ offset, length }, position) => {
    assert(position === 0 || offset > 2, `a gap of ${offset}`);
    next += offset;
    for (let bucket = 0; bucket < length; bucket++) indexes.push(next++);
  });
  assertEquals(indexes.length, deltas.length);
  let count = 0;
  const counts = deltas.map((delta) => count += delta);
  return filled({ indexes, counts });
}

/** JSON that tells numbers apart that are null or 0 in JSON. */
function inWords(series: object): string {
  return JSON.stringify(series, (_, value) => {
    const special = typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0));
    return special ? (value === 0 ? "-0" : String(value)) : value;
  });
}

test("prometheusProtobuf: the labels of a family that is too large to keep are the same", () => {
  const values = Array.from({ length: 16_385 * 2 }, (_, at) => at % 5 === 0 ? "" : `ä ${at}`);
  const metricsOf = (rows: number) => {
    const labels = { names: ["b", "a"], values, rows };
    const family = { ...gaugeOf("a", {}), labels, values: new Float64Array(rows) };
    return decodeFamilies(prometheusProtobuf.encode([family]))[0].metric ?? [];
  };
  const [kept, large] = [metricsOf(16_384), metricsOf(16_385)];
  assertEquals(large.slice(0, 16_384), kept);
  assertEquals(large[16_384].label, [{ name: "a", value: "ä 32769" }, {
    name: "b",
    value: "ä 32768",
  }]);
});

test("prometheusProtobuf: a page costs in proportion to its series, whatever their number is", () => {
  /** Times and numbers that are read or made for a page of so many series. */
  function workOf(rows: number): number {
    let work = 0;
    const labels = {
      names: ["zone"],
      values: Array.from({ length: rows }, (_, row) => `${row}`),
      rows,
    };
    const timestamps = new Proxy(new Float64Array(rows).fill(1), {
      get(target, property) {
        work++;
        return Reflect.get(target, property);
      },
    });
    const states = ["a", "b"];
    const families: readonly MetricFamily[] = [
      { type: "info", name: "a_info", help: "", labels },
      {
        type: "stateset",
        name: "b",
        help: "",
        labels,
        states,
        values: new Float64Array(rows * 2),
        timestamps,
      },
    ];
    const { Float64Array: own } = globalThis;
    globalThis.Float64Array = new Proxy(own, {
      construct(target, [size]) {
        work += typeof size === "number" ? size : size.length;
        return new target(size);
      },
    });
    try {
      assertEquals(prometheusProtobuf.encode(families).length > rows, true);
    } finally {
      globalThis.Float64Array = own;
    }
    return work;
  }
  assertEquals(workOf(16 * 1024), workOf(1024) * 16);
});
