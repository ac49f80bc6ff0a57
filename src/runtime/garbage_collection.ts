import { HistogramFamily } from "../metrics/histogram_family.ts";
import { type GcKind, gcKinds } from "./gc_kinds.ts";
import { observeGc } from "./gc_observer.ts";
import { profileGc } from "./gc_profiles.ts";
import type { Host } from "./host.ts";
import type { RunningProbe } from "./probe.ts";

/** The duration of garbage collections: on Node from an observer, on Deno and Bun from profiles. */
export function garbageCollection(host: Host): RunningProbe | undefined {
  const family = new HistogramFamily<{ readonly kind: GcKind }>({
    name: `${host.prefix}_gc_duration_seconds`,
    help: "Time of garbage collections, by kind.",
    unit: "seconds",
    labels: { kind: gcKinds },
    buckets: [0.001, 0.01, 0.1, 1, 2, 5],
  });
  const observe = (kind: GcKind, seconds: number) => family.observe({ kind }, seconds);
  const stop = observeGc(observe) ?? profileGc(host, observe);
  return stop && { collector: family, stop };
}
