import type { Exemplar } from "../model/exemplar.ts";
import type { MetricFamily, NativeBuckets } from "../model/snapshot.ts";

/** A number in a message; one that JSON does not know is a text. */
type PackedNumber = number | string;

/**
 * A family in a message between processes, which may be JSON: columns are plain lists, and what is
 * no number of JSON is a text, so that each number arrives as it was.
 */
export type PackedFamily = Readonly<Record<string, unknown>> & { readonly type: string };

/** The properties that are columns of numbers. */
const columns: readonly string[] = ["values", "times", "buckets", "sums", "counts"];

/** Families for another process. */
export function packFamilies(families: readonly MetricFamily[]): readonly PackedFamily[] {
  return families.map(packFamily);
}

/** The families of another process. */
export function unpackFamilies(families: readonly PackedFamily[]): readonly MetricFamily[] {
  return families.map(unpackFamily);
}

function packFamily(family: MetricFamily): PackedFamily {
  const packed: Record<string, unknown> & { type: string } = { ...family };
  // Arrays that are longer than the table hold what belongs to later series.
  const { names, values, rows } = family.labels;
  packed.labels = { names, rows, values: values.slice(0, rows * names.length) };
  if ("created" in family && family.created !== undefined) {
    packed.created = Array.from(family.created).slice(0, rows);
  }
  for (const column of columns) {
    const numbers = packed[column];
    if (numbers instanceof Float64Array) packed[column] = Array.from(numbers, packNumber);
  }
  if ("exemplars" in family) packed.exemplars = family.exemplars?.map(packExemplar);
  if ("native" in family) {
    packed.native = family.native?.map((buckets) => ({
      ...buckets,
      exemplars: buckets.exemplars.map(packExemplar),
    }));
  }
  return packed;
}

function unpackFamily(packed: PackedFamily): MetricFamily {
  const family: Record<string, unknown> = { ...packed };
  for (const column of columns) {
    const numbers = packed[column];
    if (Array.isArray(numbers)) family[column] = Float64Array.from(numbers, Number);
  }
  if (Array.isArray(packed.exemplars)) family.exemplars = packed.exemplars.map(unpackExemplar);
  if (Array.isArray(packed.native)) {
    family.native = packed.native.map((buckets: NativeBuckets) => ({
      ...buckets,
      exemplars: buckets.exemplars.map(unpackExemplar),
    }));
  }
  return family as unknown as MetricFamily;
}

function packNumber(value: number): PackedNumber {
  if (Number.isFinite(value) && !Object.is(value, -0)) return value;
  return Object.is(value, -0) ? "-0" : String(value);
}

/** A list in JSON has a `null` where there is none. */
function packExemplar(exemplar: Exemplar | undefined): unknown {
  return exemplar && { ...exemplar, value: packNumber(exemplar.value) };
}

function unpackExemplar(exemplar: Exemplar | undefined | null): Exemplar | undefined {
  return exemplar ? { ...exemplar, value: Number(exemplar.value) } : undefined;
}
