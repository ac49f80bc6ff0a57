// A job of a second, many of which count together: each sends what it counted to an aggregator, such
// as aggregate_service.ts or edge_aggregate, before it ends.
//
// METRICS_TOKEN=a-long-secret deno run --allow-net --allow-env aggregate_job.ts
// METRICS_TOKEN=a-long-secret bun aggregate_job.ts
// METRICS_TOKEN=a-long-secret node aggregate_job.ts         (Node 22.18 or later)
//
// AGGREGATOR_URL says where to, http://localhost:8000/deltas by default. It ends with 1 if what it
// counted was not delivered.
//
// The first page after a job shows the series that are new at 0, and the next one what they count: so
// increase() and rate() of Prometheus see the first job too.
import { MetricsRegistry } from "@edgeprom/edgeprom/core";
import { DeltaPusher, type DeltaReport, PushError } from "@edgeprom/edgeprom/push";
import process from "node:process";

const registry = new MetricsRegistry();
const rows = registry.counter({
  name: "import_rows_total",
  help: "Rows of all imports, by what became of them.",
  labels: { result: ["imported", "rejected"] },
});
const duration = registry.histogram({
  name: "import_duration_seconds",
  help: "Time that an import took.",
  unit: "seconds",
});

const pusher = new DeltaPusher({
  gatherer: registry,
  target: process.env.AGGREGATOR_URL ?? "http://localhost:8000/deltas",
  authorization: { bearer: process.env.METRICS_TOKEN ?? "" },
  timeoutSeconds: 10,
});

await duration.time(importRows);

// The same batch may be sent again and again: it counts once. What is not acknowledged after three
// flushes is lost with this process; it is in the aggregator, or it is not, but never twice. The
// pusher tells on the console what fails.
let report = await pusher.flush();
for (let flush = 2; flush <= 3 && report.unsent > 0 && !isFinal(report); flush++) {
  report = await pusher.flush();
}
if (report.unsent > 0) {
  console.error(`${report.unsent} series were not delivered`);
  process.exitCode = 1;
}

/** Whether the aggregator's answer stays the same: the token or the address is wrong. */
function isFinal({ errors }: DeltaReport): boolean {
  return errors.some((error) =>
    error instanceof PushError && [401, 403, 404].includes(error.status ?? 0)
  );
}

async function importRows(): Promise<void> {
  for await (const row of ['{"order":1}', '{"order":2}', "no JSON"]) {
    try {
      JSON.parse(row);
      rows.inc({ result: "imported" });
    } catch {
      rows.inc({ result: "rejected" });
    }
  }
}
