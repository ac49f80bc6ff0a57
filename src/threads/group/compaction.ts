import { MetricsError } from "../../model/errors.ts";
import type { MergedPage } from "../view/merged_view.ts";
import { type Fold, type FoldPlace, newSegment, type Segment } from "../memory/segment.ts";
import type { SegmentReader } from "../memory/segment_reader.ts";
import { SegmentWriter } from "../memory/segment_writer.ts";

/** What is folded, and by whom. */
export interface FoldPlan {
  /** Segments of threads that have ended, and earlier folds of such. */
  readonly segments: readonly SegmentReader[];
  /** The page that they are on, which knows what was removed by others. */
  readonly page: MergedPage;
  /** The place of the new fold. */
  readonly place: FoldPlace;
  /** The segment of the thread that folds. */
  readonly keeper: number;
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
export function fold({ segments, page, place, keeper }: FoldPlan): Segment | undefined {
  const target = newSegment({ contents: contentsOf(segments, place), keeper });
  const writer = new SegmentWriter(target);
  page.refresh();
  try {
    page.store(writer, new Set(segments));
  } catch (error) {
    if (error instanceof MetricsError) return undefined;
    throw error;
  }
  writer.header.clock = Math.max(...segments.map(({ header }) => header.clock));
  writer.header.end();
  for (const { header } of segments) header.markFolded(place);
  return target;
}

/** Whether a segment is in one of these folds. */
export function isFolded({ header }: SegmentReader, folds: readonly Segment[]): boolean {
  const place = header.foldedInto;
  if (place === undefined) return false;
  return folds.some(({ fold }) => (fold?.contents[place.chain] ?? 0) >= place.index);
}

function contentsOf(segments: readonly SegmentReader[], place: FoldPlace): Fold["contents"] {
  const contents: Record<string, number> = {};
  for (const { segment } of segments) {
    for (const [chain, index] of Object.entries(segment.fold?.contents ?? {})) {
      contents[chain] = Math.max(index, contents[chain] ?? 0);
    }
  }
  return { ...contents, [place.chain]: place.index };
}
