import { matchRows } from "../../deltas/match_rows.ts";
import { selectRows } from "../../deltas/select_rows.ts";
import { concatenateInSteps } from "../../model/gathering/concatenate_families.ts";
import { withParts } from "../../model/metric_types.ts";
import { atOnce } from "../../model/platform/time_slices.ts";
import type { MetricFamily } from "../../model/snapshot.ts";

/**
 * A family together with those of its series before that it has no more. If a collector fails, its
 * series are missing from a family that others have a part in, and they have not ended.
 */
export function withVanished(now: MetricFamily, before: MetricFamily): MetricFamily {
  if (before.type !== now.type) return now;
  const { gone } = matchRows(before.labels, now.labels);
  if (gone.length === 0) return now;
  const vanished = withParts(selectRows(before, gone), { help: now.help });
  try {
    return atOnce(concatenateInSteps(now, vanished));
  } catch {
    // It has other bounds or another unit now, so those series are of another family.
    return now;
  }
}
