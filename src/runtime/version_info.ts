import { constInfo } from "../model/const_metrics/const_metrics.ts";
import type { Host } from "./host.ts";
import { onScrape, type RunningProbe } from "./probe.ts";

/** The version of the runtime. */
export function versionInfo({ prefix, version }: Host): RunningProbe | undefined {
  const parts = version.match(/^(\d+)\.(\d+)\.(\d+)/);
  if (parts === null) return undefined;
  const [, major, minor, patch] = parts;
  const family = constInfo({
    name: `${prefix}_version_info`,
    help: "The version of the runtime.",
    samples: [{ labels: { version: `v${version}`, major, minor, patch } }],
  });
  return onScrape(() => [family]);
}
