import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { after, before, test } from "node:test";
import {
  type Encoder,
  type MetricFamily,
  openMetrics,
  type OpenMetricsOptions,
  prometheusText,
  prometheusText1,
} from "../../mod.ts";
import { prometheusProtobuf } from "../../src/exposition/protobuf/prometheus_protobuf.ts";
import { familyCases } from "../cases/families.ts";
import { type OpenMetricsCase, openMetricsCases } from "../cases/open_metrics_families.ts";
import { typedCases } from "../cases/typed_families.ts";
import { missing } from "../support/components.ts";
import { encoded } from "../support/encoded.ts";
import { decodedLines, parsedLines } from "../support/page_lines.ts";
import { decodeFamilies } from "../support/protobuf.ts";
import { type PageFormat, type PythonParser, startPythonParser } from "../support/python_parser.ts";
import { recordedFamilies, registryOf } from "../support/random_registry.ts";
import type { Recorded } from "../support/recorded.ts";
import {
  type Expected,
  expectedInOpenMetrics,
  expectedInProtobuf,
  expectedInText,
  expectedLines,
} from "../support/expected_exposition.ts";
import { withWallClock } from "../support/wall_clock.ts";

const skip = missing("client_python");
const now = 1_700_000_000.123;
let python: PythonParser | undefined;

before(() => {
  if (!skip) python = startPythonParser();
});
after(() => python?.stop());

/** All ways to write OpenMetrics 1.0. */
const ways: readonly OpenMetricsOptions[] = (["unknown", "append-total"] as const)
  .flatMap((counters) => [false, true].map((created) => ({ counters, created })));

const cases: readonly Omit<OpenMetricsCase, "page">[] = [
  ...openMetricsCases.filter(({ escaping }) => escaping !== "allow-utf-8"),
  ...familyCases,
  ...typedCases,
];

test("client_python's strict parser takes every page of the tables", { skip }, async () => {
  for (const { name, families, escaping } of cases) {
    for (const way of ways) {
      const { page } = encoded(openMetrics("1.0.0", way), families, { escaping });
      await python?.parse("openmetrics", page).catch((error) => {
        throw new Error(`${name} ${JSON.stringify(way)}: ${error.message}\n${page}`);
      });
    }
  }
});

test(
  "text reads back as what was recorded",
  { skip },
  () =>
    ofAnyRegistry(async (families, snapshot) => {
      const expectations = families.map(expectedInText);
      for (const encoder of [prometheusText, prometheusText1]) {
        await assertReadBack("text", encoder, snapshot, families, expectations);
      }
    }),
);

for (const way of ways) {
  test(`OpenMetrics with ${JSON.stringify(way)} reads back as text, but for the rules`, {
    skip,
  }, () =>
    ofAnyRegistry(async (families, snapshot) => {
      const expectations = families.map((family) => expectedInOpenMetrics(family, way, now));
      const encoder = openMetrics("1.0.0", way);
      await assertReadBack("openmetrics", encoder, snapshot, families, expectations);
    }));
}

test(
  "bounds are spelled the same in text and in OpenMetrics",
  { skip },
  () =>
    ofAnyRegistry(async (_, snapshot) => {
      const spellings = async (format: PageFormat, encoder: Encoder) => {
        const { page } = encoded(encoder, snapshot);
        const families = await python?.parse(format, page) ?? [];
        return families.flatMap(({ samples }) => samples).flatMap(({ labels }) => labels)
          .filter(([label]) => label === "le").map(([, bound]) => bound);
      };
      const inText = await spellings("text", prometheusText);
      assertEquals(await spellings("openmetrics", openMetrics()), inText);
      for (const bound of inText) assert(bound === "+Inf" || /[.e]/.test(bound), bound);
    }),
);

test("protobuf decodes to the same series, with their exemplars and beginnings", () =>
  ofAnyRegistry((families, snapshot) => {
    const decoded = decodeFamilies(prometheusProtobuf.encode(snapshot));
    const expectations = families.map((family) => expectedInProtobuf(family, now));
    assertEquals(
      decoded.map(({ name, type, help }) => [name, type.toLowerCase(), help]).sort(),
      heads(families, expectations),
    );
    assertEquals(decoded.flatMap(decodedLines).sort(), lines(expectations));
  }));

test("protobuf counts in native buckets what has a place in them", () =>
  ofAnyRegistry((families, snapshot) => {
    const recordings = families.filter(({ type, isNative }) => type === "histogram" && isNative)
      .flatMap(({ series }) =>
        series.map(({ recordings }) => recordings.map(({ value }) => value))
      );
    const decoded = decodeFamilies(prometheusProtobuf.encode(snapshot))
      .flatMap(({ metric = [] }) => metric)
      .flatMap(({ histogram }) => histogram?.schema === undefined ? [] : [histogram]);
    const counts = decoded.map(({ zeroCount, positiveDelta, negativeDelta }) =>
      [zeroCount, undelta(positiveDelta), undelta(negativeDelta)].join()
    );
    const tiny = 2 ** -128;
    const expected = recordings.map((values) =>
      [
        values.filter((value) => Math.abs(value) <= tiny).length,
        values.filter((value) => value > tiny).length,
        values.filter((value) => value < -tiny).length,
      ].join()
    );
    assertEquals(counts.sort(), expected.sort());
  }));

/** Asserts something of many registries with all types of metrics, at a time that stands still. */
async function ofAnyRegistry(
  check: (
    families: readonly Recorded[],
    snapshot: readonly MetricFamily[],
  ) => void | Promise<void>,
): Promise<void> {
  const property = fc.asyncProperty(recordedFamilies, async (families) => {
    const registry = registryOf(families);
    // A page in between, as formats keep what they can of the one before.
    await registry.encode();
    const { families: snapshot, errors } = await registry.gather();
    assertEquals(errors, []);
    await check(families, snapshot);
  });
  await withWallClock(() => fc.assert(property, { numRuns: 300 }), now);
}

/** Asserts that client_python finds on a page what the format should tell, and no more. */
async function assertReadBack(
  format: PageFormat,
  encoder: Encoder,
  snapshot: readonly MetricFamily[],
  families: readonly Recorded[],
  expectations: readonly Expected[],
): Promise<void> {
  const { page, errors } = encoded(encoder, snapshot);
  const parsed = await python?.parse(format, page) ?? [];
  const found = parsed.map(({ name, type, help }) => [name, type, help]).sort();
  assertEquals(found, heads(families, expectations));
  assertEquals(parsed.flatMap(parsedLines).sort(), lines(expectations));
  assertEquals(errors, []);
}

function heads(families: readonly Recorded[], expectations: readonly Expected[]): string[][] {
  return expectations.map(({ name, type }, at) => [name, type, families[at].help]).sort();
}

function lines(expectations: readonly Expected[]): string[] {
  return expectations.flatMap((expectation) => expectedLines(expectation, now)).sort();
}

/** The sum of counts of which each is written as the difference to the one before. */
function undelta(deltas: readonly number[] = []): number {
  let count = 0;
  return deltas.reduce((sum, delta) => sum + (count += delta), 0);
}
