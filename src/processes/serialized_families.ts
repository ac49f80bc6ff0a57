import type { Exemplar } from "../model/exemplar.ts";
import type { MetricFamily, NativeBuckets } from "../model/snapshot.ts";

/** A number in a message; one that JSON does not know is a text. */
type SerializedNumber = number | string;

/**
 * A family in a message between processes, which may be JSON: columns are plain lists, and what is
 * no number of JSON is a text, so that each number arrives as it was.
 */
export type SerializedFamily = Readonly<Record<string, unknown>> & { readonly type: string };

/** The properties that are columns of numbers. */
const columns: readonly string[] = ["values", "times", "buckets", "sums", "counts"];

/** Families for another process. */
export function serializeFamilies(families: readonly MetricFamily[]): readonly SerializedFamily[] {
  return families.map(serialize);
}

/** The families of another process. */
export function deserializeFamilies(
  families: readonly SerializedFamily[],
): readonly MetricFamily[] {
  return families.map(deserialize);
}

function serialize(family: MetricFamily): SerializedFamily {
  const packed: Record<string, unknown> & { type: string } = { ...family };
  // Arrays that are longer than the table hold what belongs to later series.
  const { names, values, rows } = family.labels;
  packed.labels = { names, rows, values: values.slice(0, rows * names.length) };
  if ("created" in family && family.created !== undefined) {
    packed.created = Array.from(family.created).slice(0, rows);
  }
  for (const column of columns) {
    const numbers = packed[column];
    if (numbers instanceof Float64Array) packed[column] = Array.from(numbers, serializeNumber);
  }
  if ("exemplars" in family) packed.exemplars = family.exemplars?.map(serializeExemplar);
  if ("native" in family) {
    packed.native = family.native?.map((buckets) => ({
      ...buckets,
      exemplars: buckets.exemplars.map(serializeExemplar),
    }));
  }
  return packed;
}

function deserialize(packed: SerializedFamily): MetricFamily {
  const family: Record<string, unknown> = { ...packed };
  for (const column of columns) {
    const numbers = packed[column];
    if (Array.isArray(numbers)) family[column] = Float64Array.from(numbers, Number);
  }
  if (Array.isArray(packed.exemplars)) family.exemplars = packed.exemplars.map(deserializeExemplar);
  if (Array.isArray(packed.native)) {
    family.native = packed.native.map((buckets: NativeBuckets) => ({
      ...buckets,
      exemplars: buckets.exemplars.map(deserializeExemplar),
    }));
  }
  return family as unknown as MetricFamily;
}

function serializeNumber(value: number): SerializedNumber {
  if (Number.isFinite(value) && !Object.is(value, -0)) return value;
  return Object.is(value, -0) ? "-0" : String(value);
}

/** A list in JSON has a `null` where there is none. */
function serializeExemplar(exemplar: Exemplar | undefined): unknown {
  return exemplar && { ...exemplar, value: serializeNumber(exemplar.value) };
}

function deserializeExemplar(exemplar: Exemplar | undefined | null): Exemplar | undefined {
  return exemplar ? { ...exemplar, value: Number(exemplar.value) } : undefined;
}
