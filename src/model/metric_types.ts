import type { Exemplar } from "./exemplar.ts";
import type { FamilySnapshot, MetricFamily, MetricType, NativeBuckets } from "./snapshot.ts";

// Spelled out: a bundler keeps a spread, since it may call a getter, and with it the whole table.
const sum = { kind: "numbers", merge: "sum" } as const;
const count = { kind: "numbers", merge: "sum", holds: "counts" } as const;
const created = { kind: "created", optional: true } as const;
const bounds = { kind: "shape", holds: "ascending", agree: "always" } as const;
const exemplars = { kind: "exemplars", absent: undefined, optional: true } as const;
const native = { kind: "native", optional: true } as const;
/** The sum of several sources is as old as the newest of them, and has no time if one has none. */
const timestamps = {
  kind: "numbers",
  holds: "times",
  merge: "max",
  absent: NaN,
  optional: true,
} as const;
/** An exemplar for each bucket, that of `+Inf` included. */
const exemplarsOfBuckets = {
  kind: "exemplars",
  absent: undefined,
  optional: true,
  per: "bounds",
  extra: 1,
} as const;

/**
 * What each type of metric consists of, said once. Checking, concatenating, merging and serializing
 * families are loops over this table, and the compiler compares it with the snapshots: a property
 * that is missing here, or here only, does not compile.
 */
const table = {
  counter: {
    parts: {
      values: count,
      created,
      exemplars,
      timestamps,
    },
  },
  gauge: {
    isState: "by its merge",
    parts: {
      merge: { kind: "shape", holds: "merge", agree: "merging", optional: true },
      values: { kind: "numbers", merge: "gauge" },
      times: { kind: "numbers", merge: "gauge", optional: true },
      timestamps,
    },
  },
  histogram: {
    suffixes: ["_bucket", "_sum", "_count"],
    reservedLabel: () => "le",
    shape: "bounds",
    parts: {
      bounds,
      buckets: { kind: "numbers", merge: "sum", holds: "counts", per: "bounds", extra: 1 },
      sums: sum,
      created,
      exemplars: exemplarsOfBuckets,
      native,
      timestamps,
    },
  },
  gaugehistogram: {
    suffixes: ["_bucket", "_sum", "_count"],
    reservedLabel: () => "le",
    isState: true,
    shape: "bounds",
    parts: {
      bounds,
      buckets: { kind: "numbers", merge: "sum", per: "bounds", extra: 1 },
      sums: sum,
      exemplars: exemplarsOfBuckets,
      native,
      timestamps,
    },
  },
  summary: {
    suffixes: ["_sum", "_count"],
    reservedLabel: () => "quantile",
    shape: "quantiles",
    parts: {
      // Quantiles of several sources do not add up, so a merged summary has none.
      quantiles: { kind: "shape", holds: "fractions", agree: "concatenating" },
      values: { kind: "numbers", merge: "sum", per: "quantiles" },
      counts: count,
      sums: sum,
      created,
      timestamps,
    },
  },
  info: {
    parts: { timestamps },
  },
  stateset: {
    // The states are values of a label that has the family's own name.
    reservedLabel: (name) => name,
    isState: true,
    shape: "states",
    parts: {
      states: { kind: "shape", holds: "distinct", agree: "always" },
      values: { kind: "numbers", holds: "flags", per: "states", merge: "max" },
      timestamps,
    },
  },
  unknown: {
    isState: true,
    parts: {
      values: sum,
      timestamps,
    },
  },
} satisfies { readonly [Type in MetricType]: MetricTypeOf<Type> };

/** The table, as code reads it that is the same for all types. */
export const metricTypes: Readonly<Record<MetricType, AnyMetricType>> = table;

/** A row of the table. */
export interface AnyMetricType {
  /** The suffixes of samples whose name is not the family's. */
  readonly suffixes?: readonly string[];
  /** The label that the type writes itself, so that series cannot have it. */
  readonly reservedLabel?: (name: string) => string | undefined;
  /**
   * Whether a family describes current state, and so ends with its thread or process, rather than
   * history.
   */
  readonly isState?: true | "by its merge";
  /** The array that all series of a family share, and its snapshots too. */
  readonly shape?: ShapeName;
  /** What a snapshot has besides header, labels and type. */
  readonly parts: Readonly<Partial<Record<PartName, Part>>>;
}

/** A property of a snapshot. */
export type Part = Shape | NumberColumn | CreatedColumn | ExemplarColumn | NativeColumn;

/** What all series of a family share. */
export interface Shape extends Optional {
  /** The discriminant. */
  readonly kind: "shape";
  /** What it must hold. */
  readonly holds: "ascending" | "fractions" | "distinct" | "merge";
  /** When two families must have the same; those that are merged lose it otherwise. */
  readonly agree: "always" | "concatenating" | "merging";
}

/** Numbers: one a row, or as many as a shape has elements. */
export interface NumberColumn extends Optional, Sized {
  /** The discriminant. */
  readonly kind: "numbers";
  /** How the numbers of two sources become one. */
  readonly merge: "sum" | "max" | "gauge";
  /** What it must hold; any numbers by default. */
  readonly holds?: "counts" | "flags" | "times";
  /** What stands for the numbers of a source without the column; by default all lose it then. */
  readonly absent?: number;
}

/** The start of each row, of which the earliest is that of a merged one. */
export interface CreatedColumn extends Optional {
  /** The discriminant. */
  readonly kind: "created";
}

/** The last exemplar of each row, or of each element of a shape; the newest is a merged one's. */
export interface ExemplarColumn extends Optional, Sized {
  /** The discriminant. */
  readonly kind: "exemplars";
  /** What stands for those of a source without the column. */
  readonly absent: undefined;
}

/** The native buckets of each row. */
export interface NativeColumn extends Optional, Sized {
  /** The discriminant. */
  readonly kind: "native";
}

interface Optional {
  /** Whether a family may lack it. */
  readonly optional?: true;
}

interface Sized {
  /** The shape of which each element has an entry in each row; without it a row has one. */
  readonly per?: ShapeName;
  /** Entries of a row besides those: the bucket of `+Inf`. */
  readonly extra?: number;
}

/** The names of parts, of any type. */
export type PartName = OwnName<MetricFamily>;

/** The names of shapes that are arrays. */
export type ShapeName = ShapeNameOf<MetricFamily>;

/** The parts that a family can have. */
export type Parts = { readonly [Name in PartName]?: ValueOf<MetricFamily, Name> };

/** A family of any type, for code that asks the table which parts it has. */
export type AnyFamily = FamilySnapshot & Parts & { readonly type: MetricType };

type OwnName<Family> = Family extends unknown ? Exclude<keyof Family, keyof FamilySnapshot | "type">
  : never;
type ValueOf<Family, Name extends PropertyKey> = Family extends unknown
  ? Name extends keyof Family ? Family[Name] : never
  : never;

type ShapeNameOf<Family> = Family extends unknown ? {
    [Name in OwnName<Family>]: Family[Name & keyof Family] extends readonly (number | string)[]
      ? Name
      : never;
  }[OwnName<Family>]
  : never;

/** The kind of part that a property's type asks for. */
type PartOf<Value> = Value extends Float64Array ? NumberColumn
  : Value extends readonly NativeBuckets[] ? NativeColumn
  : Value extends readonly (number | string)[] | string ? Shape
  : Value extends readonly (Exemplar | undefined)[] ? ExemplarColumn
  : CreatedColumn;

type Optionality<Value> = undefined extends Value ? { readonly optional: true }
  : { readonly optional?: never };

type SnapshotOf<Type extends MetricType> = Extract<MetricFamily, { readonly type: Type }>;

type MetricTypeOf<Type extends MetricType> =
  & Omit<AnyMetricType, "shape" | "parts">
  & ShapeEntry<ShapeNameOf<SnapshotOf<Type>>>
  & { readonly parts: PartsOf<SnapshotOf<Type>> };

/** A type that has a shape must name it, and one that has none cannot. */
type ShapeEntry<Name> = [Name] extends [never] ? { readonly shape?: undefined }
  : { readonly shape: Name };

type PartsOf<Snapshot> = {
  readonly [Name in OwnName<Snapshot> & PropertyKey]-?:
    & PartOf<Exclude<ValueOf<Snapshot, Name>, undefined>>
    & Optionality<ValueOf<Snapshot, Name>>;
};

/** Whether it is the name of a type. */
export function isMetricType(type: unknown): type is MetricType {
  return typeof type === "string" && Object.hasOwn(metricTypes, type);
}

/** The parts of a type, in the order of the table. */
export function partsOf(type: MetricType): readonly (readonly [name: PartName, part: Part])[] {
  return Object.entries(metricTypes[type].parts) as [PartName, Part][];
}

/** How many entries a column has in each row. */
export function entriesEach(family: AnyFamily, { per, extra = 0 }: Sized): number {
  return per === undefined ? 1 : family[per]!.length + extra;
}

/**
 * The bounds, quantiles or states of a family: an array that its snapshots have in common. None, if
 * a collector made it of an unknown type.
 */
export function shapeOf(family: AnyFamily): readonly unknown[] | undefined {
  const shape = metricTypes[family.type]?.shape;
  return shape && family[shape];
}

/** A family with other labels and parts; both must fit its type. */
export function withParts(family: MetricFamily, parts: Partial<AnyFamily>): MetricFamily {
  return { ...family, ...parts } as MetricFamily;
}
