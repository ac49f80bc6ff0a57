import type { Gathering } from "../model/collector.ts";
import { CollectionError } from "../model/errors.ts";
import type { Exemplar } from "../model/exemplar.ts";
import {
  type AnyFamily,
  isMetricType,
  type Part,
  type PartName,
  partsOf,
} from "../model/metric_types.ts";
import type { MetricFamily, NativeBuckets } from "../model/snapshot.ts";

/** A number in a message; one that JSON does not know is a text. */
type SerializedNumber = number | string;

/**
 * A family in a message between processes, which may be JSON: columns are plain lists, and numbers
 * that JSON does not know are texts, so that each number arrives as it was.
 */
export type SerializedFamily =
  & Readonly<Record<string, unknown>>
  & { readonly type: MetricFamily["type"] };

/** A gathering in such a message. */
export interface SerializedGathering {
  /** The families. */
  readonly families: readonly SerializedFamily[];
  /** What failed, in words. */
  readonly errors: readonly string[];
}

/** Families for another process. */
export function serializeFamilies(
  families: readonly MetricFamily[],
): readonly SerializedFamily[] {
  return families.map(serialize);
}

/** The families of another process. */
export function deserializeFamilies(
  families: readonly SerializedFamily[],
): readonly MetricFamily[] {
  return families.map(deserialize);
}

/** A gathering for another process. */
export function serializeGathering({ families, errors }: Gathering): SerializedGathering {
  return {
    families: serializeFamilies(families),
    errors: errors.map(({ message }) => message),
  };
}

/** The gathering of another process; nothing if it is none. */
export function deserializeGathering(
  { families, errors = [] }: Partial<SerializedGathering>,
): Gathering | undefined {
  try {
    return {
      families: deserializeFamilies(families!),
      errors: errors.map((message) => new CollectionError(message)),
    };
  } catch {
    return undefined;
  }
}

function serialize(family: AnyFamily): SerializedFamily {
  const { type, name, help, unit, labels: { names, values, rows } } = family;
  const parts = partsOf(type).map(([name, part]) =>
    [name, family[name] && serializePart(family, name, part)] as const
  );
  // Arrays that are longer than the table hold what belongs to later series.
  const labels = { names, rows, values: values.slice(0, rows * names.length) };
  return { type, name, help, unit, labels, ...Object.fromEntries(parts) };
}

function serializePart(family: AnyFamily, name: PartName, { kind }: Part): unknown {
  switch (kind) {
    case "shape":
      return family[name];
    case "numbers":
      return Array.from(family[name] as Float64Array, serializeNumber);
    case "created":
      return Array.from(family.created!).slice(0, family.labels.rows);
    case "exemplars":
      return family.exemplars!.map(serializeExemplar);
    case "native":
      return family.native!.map((buckets) => ({
        ...buckets,
        exemplars: buckets.exemplars.map(serializeExemplar),
      }));
    default:
      throw new TypeError(`no kind of part: ${kind satisfies never}`);
  }
}

/** A family of a type that another version made stays as it is, for the merge to refuse. */
function deserialize(serialized: SerializedFamily): MetricFamily {
  if (!isMetricType(serialized.type)) return serialized as unknown as MetricFamily;
  const family: Record<string, unknown> = { ...serialized };
  for (const [name, part] of partsOf(serialized.type)) {
    const value = serialized[name];
    if (value !== undefined) family[name] = deserializePart(value, part);
  }
  return family as unknown as MetricFamily;
}

function deserializePart(value: unknown, { kind }: Part): unknown {
  if (kind !== "shape" && !Array.isArray(value)) throw new TypeError("a column is no list");
  switch (kind) {
    case "shape":
    case "created":
      return value;
    case "numbers":
      return Float64Array.from(value as readonly SerializedNumber[], Number);
    case "exemplars":
      return (value as readonly (Exemplar | null)[]).map(deserializeExemplar);
    case "native":
      return (value as readonly NativeBuckets[]).map((buckets) => ({
        ...buckets,
        exemplars: buckets.exemplars.map(deserializeExemplar),
      }));
    default:
      throw new TypeError(`no kind of part: ${kind satisfies never}`);
  }
}

function serializeNumber(value: number): SerializedNumber {
  if (Number.isFinite(value) && !Object.is(value, -0)) return value;
  return Object.is(value, -0) ? "-0" : String(value);
}

/** A list in JSON has `null` for `undefined`. */
function serializeExemplar(exemplar: Exemplar | undefined): unknown {
  return exemplar && { ...exemplar, value: serializeNumber(exemplar.value) };
}

function deserializeExemplar(exemplar: Exemplar | undefined | null): Exemplar | undefined {
  return exemplar ? { ...exemplar, value: Number(exemplar.value) } : undefined;
}
