import { MetricsError } from "../../model/errors.ts";
import type { MergedView } from "../view/merged_view.ts";
import { type Compaction, type Epoch, newSegment, type Segment } from "../memory/segment.ts";
import type { SegmentReader } from "../memory/segment_reader.ts";
import { SegmentWriter } from "../memory/segment_writer.ts";

/** What is folded, and by whom. */
export interface CompactionPlan {
  /** Segments of threads that have ended, and earlier folds of such. */
  readonly segments: readonly SegmentReader[];
  /** The page that they are on, which knows what was removed by others. */
  readonly view: MergedView;
  /** The place of the new fold. */
  readonly epoch: Epoch;
  /** The segment of the thread that folds. */
  readonly compactedBy: number;
}

/**
 * One segment with all that others hold, whose threads have ended.
 *
 * Nothing changes in those any more, so the fold says the same as they do. Whoever has it leaves
 * them out, and whoever has not heard of it yet counts them one by one: both see the same sums, and
 * nobody has to wait or to try again.
 *
 * @returns Nothing where they hold more than one segment can.
 */
export function compactSegments(
  { segments, view, epoch, compactedBy }: CompactionPlan,
): Segment | undefined {
  const target = newSegment({ contents: contentsOf(segments, epoch), compactedBy });
  const writer = new SegmentWriter(target);
  view.refresh();
  try {
    view.store(writer, new Set(segments));
  } catch (error) {
    if (error instanceof MetricsError) return undefined;
    throw error;
  }
  writer.header.clock = Math.max(...segments.map(({ header }) => header.clock));
  writer.header.end();
  for (const { header } of segments) header.markCompacted(epoch);
  return target;
}

/** Whether a segment is in one of these folds. */
export function isCompacted({ header }: SegmentReader, compactions: readonly Segment[]): boolean {
  const epoch = header.compactedInto;
  if (epoch === undefined) return false;
  return compactions.some(({ compaction }) =>
    (compaction?.contents[epoch.lineage] ?? 0) >= epoch.index
  );
}

function contentsOf(segments: readonly SegmentReader[], epoch: Epoch): Compaction["contents"] {
  const contents: Record<string, number> = {};
  for (const { segment } of segments) {
    for (const [lineage, index] of Object.entries(segment.compaction?.contents ?? {})) {
      contents[lineage] = Math.max(index, contents[lineage] ?? 0);
    }
  }
  return { ...contents, [epoch.lineage]: epoch.index };
}
