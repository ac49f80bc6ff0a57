import type { SharedDefinition } from "../../../src/threads/memory/log.ts";
import { newSegment } from "../../../src/threads/memory/segment.ts";
import { SegmentWriter } from "../../../src/threads/memory/segment_writer.ts";
import type { Pattern } from "../../../src/threads/view/tombstones.ts";
import type { MergedView } from "../../../src/threads/view/merged_view.ts";

/** A counter with one label, as threads define it. */
export const jobs: SharedDefinition = {
  type: "counter",
  name: "jobs",
  help: "Jobs.",
  labelNames: ["id"],
  constantLabels: {},
};

/** The segment of a thread, written record by record. */
export class WrittenSegment {
  readonly segment = newSegment();
  readonly writer = new SegmentWriter(this.segment);

  /** Defines a family. */
  family(definition: SharedDefinition = jobs, since = 0): this {
    this.writer.append(["family", definition, since]);
    return this;
  }

  /** Adds a series of a family; returns its offset. */
  series(
    values: readonly string[],
    value: number,
    { family = 0, stamp = 0, created = 0 } = {},
  ): number {
    const { cells, offset } = this.writer.allocate(1);
    cells[offset] = value;
    this.writer.append(["series", family, offset, created, stamp, values]);
    return offset;
  }

  /** Ends a series in this thread. */
  end(offset: number, family = 0): void {
    this.writer.append(["end", family, offset]);
  }

  /** Removes series in all threads. */
  remove(stamp: number, pattern: Pattern, family = 0): void {
    this.writer.append(["removal", family, stamp, pattern]);
  }
}

/** The series of a family with their values, as a view has them; `undefined` if it has none. */
export function seriesIn(view: MergedView, definition = jobs): readonly string[] | undefined {
  view.refresh();
  const snapshot = view.family(JSON.stringify([definition.name, []]))?.collect();
  if (snapshot === undefined || !("values" in snapshot)) return undefined;
  const { labels, values } = snapshot;
  return Array.from({ length: labels.rows }, (_, row) => {
    const set = labels.values.slice(row * labels.names.length, (row + 1) * labels.names.length);
    return `${set.join()}=${values[row]}`;
  });
}
