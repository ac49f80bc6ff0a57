import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import {
  exponentialBuckets,
  InvalidLabelError,
  type LabelRecord,
  type MetricFamily,
  MetricsRegistry,
  ProcessorMetrics,
} from "../../mod.ts";
import catalogue from "../cases/catalogue.json" with { type: "json" };
import { assertThrowsWith } from "../support/rejects.ts";

interface Metric {
  readonly name: string;
  readonly type: string;
  readonly labels: Readonly<Record<string, "any" | readonly string[]>>;
  readonly buckets?: { readonly start: number; readonly factor: number; readonly count: number };
}

interface AnyFamily {
  labels(set: LabelRecord): unknown;
  init(): void;
  collect(): readonly MetricFamily[];
}

const expected = catalogue.metrics as unknown as readonly Metric[];

/** `processor_events_received` as a field: `eventsReceived`. */
function fieldOf(name: string): string {
  return name.replace("processor_", "").replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
}

async function catalogueOf(registry: MetricsRegistry): Promise<readonly MetricFamily[]> {
  new ProcessorMetrics(registry);
  const { families, errors } = await registry.gather();
  assertEquals(errors, []);
  return families;
}

test("ProcessorCatalogue: there are 37 families with the names and types of the catalogue, and no others", async () => {
  const families = await catalogueOf(new MetricsRegistry());
  assertEquals(families.length, 37);
  assertEquals(
    families.map(({ name, type }) => [name, type]),
    expected.map(({ name, type }) => [name, type]).sort(([one], [other]) => one < other ? -1 : 1),
  );
});

test("ProcessorCatalogue: each family has a help text, a sentence of its own", async () => {
  const helps = (await catalogueOf(new MetricsRegistry())).map(({ help }) => help);
  for (const help of helps) assert(/^[A-Z].*\.$/.test(help), help);
  assertEquals(new Set(helps).size, 37);
});

test("ProcessorCatalogue: a family has the unit that its name ends in, and no other", async () => {
  const units = (await catalogueOf(new MetricsRegistry())).map(({ name, unit }) => [name, unit]);
  assertEquals(
    units,
    units.map(([name]) => [name, name?.match(/_(seconds|bytes|events)$/)?.[1]]),
  );
  assertEquals(units.filter(([, unit]) => unit !== undefined).length, 12);
});

for (const { name, labels, buckets } of expected) {
  test(`ProcessorCatalogue: ${name} has its field, its labels and its buckets`, async () => {
    const registry = new MetricsRegistry();
    const metrics = new ProcessorMetrics(registry);
    const field = Object.entries(metrics).find(([field]) => field === fieldOf(name))?.[1];
    const { families } = await registry.gather();
    const family = families.find((family) => family.name === name);
    assert(field !== undefined && family !== undefined);

    assertEquals(family.labels.names, Object.keys(labels));
    if (family.type === "histogram") {
      assert(buckets !== undefined);
      const { start, factor, count } = buckets;
      assertEquals(family.bounds, exponentialBuckets(start, factor, count));
      assertEquals(family.bounds.length, count);
    }
    if (family.labels.names.length === 0) {
      assertEquals([family.labels.rows, "get" in field, "labels" in field], [1, true, false]);
      return;
    }
    assertEquals(family.labels.rows, 0);
    checkValues(field as AnyFamily, labels);
  });
}

test("ProcessorCatalogue: there are no other fields", () => {
  const fields = Object.keys(new ProcessorMetrics(new MetricsRegistry()));
  assertEquals(fields.sort(), expected.map(({ name }) => fieldOf(name)).sort());
});

/** Every value of a closed label is taken and no other; an open label takes any. */
function checkValues(family: AnyFamily, labels: Metric["labels"]): void {
  const [first] = combinations(labels);
  for (const set of combinations(labels)) family.labels(set);
  for (const [label, values] of Object.entries(labels)) {
    const other = () => family.labels({ ...first, [label]: "unheard_of" });
    if (values === "any") other();
    else assertThrowsWith(other, InvalidLabelError, `label "${label}"`, values.join(", "));
  }
}

function combinations(labels: Metric["labels"]): readonly LabelRecord[] {
  return Object.entries(labels).reduce<LabelRecord[]>(
    (sets, [label, values]) => {
      const texts = values === "any" ? ["a", "b"] : values;
      return sets.flatMap((set) => texts.map((text) => ({ ...set, [label]: text })));
    },
    [{}],
  );
}
