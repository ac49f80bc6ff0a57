import type { ProbeContext } from "./probe.ts";

/** The version of Node, or the one that Deno or Bun is compatible with. */
export function version({ host, families }: ProbeContext): void {
  const [major, minor, patch] = host.version.split(".").map(Number);
  const labels = { version: `v${host.version}`, major, minor, patch, ...families.labels };
  const gauge = families.gauge({
    name: "nodejs_version_info",
    help: "Node.js version info.",
    labelNames: ["version", "major", "minor", "patch"],
    aggregator: "first",
    // Not before, so that a reset does not end it.
    collect: () => gauge.set(labels, 1),
  });
}
