import type { GcKind } from "../../runtime/gc_kinds.ts";
import { observeGc } from "../../runtime/gc_observer.ts";
import { profileGc } from "../../runtime/gc_profiles.ts";
import type { ObservingMetric } from "./client.ts";
import type { ProbeContext } from "./probe.ts";
import { stopAfter, type Weakly, weakly } from "./reachable.ts";

/**
 * The duration of garbage collections. The clients count one of those that come together, have a kind
 * `undefined` for one way to collect young objects, and count none on Deno and Bun.
 */
export function gc({ host, families, config }: ProbeContext): void {
  const { labels } = families;
  let use: Weakly<ObservingMetric> | undefined;
  const observe = (kind: GcKind, seconds: number) =>
    use?.((metric) => metric.observe({ kind, ...labels }, seconds));
  const stop = observeGc(observe) ?? profileGc(host, observe);
  if (stop === undefined) return;
  try {
    const histogram = families.histogram({
      name: "nodejs_gc_duration_seconds",
      help: "Garbage collection duration by kind, one of major, minor, incremental or weakcb.",
      labelNames: ["kind"],
      enableExemplars: false,
      buckets: config.gcDurationBuckets || [0.001, 0.01, 0.1, 1, 2, 5],
    });
    use = weakly(histogram);
    stopAfter(histogram, stop);
  } catch (error) {
    stop();
    throw error;
  }
}
