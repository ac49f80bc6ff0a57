import type { FamilySnapshot, MetricFamily } from "../core/snapshot.ts";
import { ColumnLayout } from "./column_layout.ts";
import { DistributionLayout } from "./distribution_layout.ts";
import type { SharedDefinition } from "./log.ts";
import type { Place } from "./place.ts";
import { RecentLayout } from "./recent_layout.ts";
import type { SegmentReader } from "./segment_reader.ts";

/** The series of one family that one segment has: slot and row side by side. */
export interface Part {
  /** The first cell of each series. */
  readonly slots: readonly number[];
  /** The row of the merged family to which it belongs. */
  readonly rows: readonly number[];
}

/** What a snapshot of merged numbers needs besides them. */
export interface MergedSeries extends FamilySnapshot {
  /** When each series was first made anywhere, in seconds since 1970. */
  readonly created: readonly number[];
}

/** How a type of metric lies in cells, and how the cells of several threads become one row. */
export interface Layout {
  /** Cells of a series. */
  readonly width: number;
  /** Numbers of a merged row. */
  readonly size: number;
  /** What a row starts with, before any thread. */
  readonly start: number;
  /** Whether only threads that have not ended count. */
  readonly live: boolean;
  /** Takes the cells of one segment into the rows. */
  add(rows: Float64Array, part: Part, segment: SegmentReader): void;
  /** Writes a merged row into cells. */
  store(rows: Float64Array, row: number, place: Place): void;
  /** The family with its merged rows. */
  snapshot(series: MergedSeries, rows: Float64Array): MetricFamily;
}

/** The layout of a family. */
export function layoutOf(definition: SharedDefinition): Layout {
  switch (definition.type) {
    case "counter":
      return new ColumnLayout("sum", ({ labels, created, ...header }, values) => ({
        type: "counter",
        ...header,
        labels,
        created,
        values,
      }));
    case "gauge":
      return gaugeLayout(definition);
    case "info":
      return new ColumnLayout("max", ({ created: _, ...header }) => ({ type: "info", ...header }));
    case "stateset": {
      const { states = [] } = definition;
      return new ColumnLayout(
        "max",
        ({ created: _, ...header }, values) => ({ type: "stateset", ...header, states, values }),
        { width: states.length, live: true },
      );
    }
    case "histogram":
    case "summary":
      return new DistributionLayout(definition.type, definition.bounds ?? []);
  }
}

function gaugeLayout({ merge = "liveSum" }: SharedDefinition): Layout {
  const live = merge.startsWith("live");
  const way = live ? merge.charAt(4).toLowerCase() + merge.slice(5) : merge;
  if (way === "mostRecent") return new RecentLayout(merge, live);
  // Those that keep a series for each thread tell them apart by a label, so there is only one.
  const operation = way === "max" || way === "min" ? way : "sum";
  return new ColumnLayout(
    operation,
    ({ created: _, ...header }, values) => ({ type: "gauge", ...header, merge, values }),
    { live },
  );
}
