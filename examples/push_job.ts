// A batch job that sends its numbers by Remote Write before it ends.
//
// deno run --allow-net --allow-env push_job.ts
// bun push_job.ts
// node push_job.ts                    (Node 22.18 or later)
// node --import tsx push_job.ts       (Node 20, after npm install tsx)
//
// REMOTE_WRITE_URL says where to, http://localhost:9090/api/v1/write by default; Prometheus takes it
// if it is started with --web.enable-remote-write-receiver. As a cron job, every night at three:
//
// 0 3 * * * cd /srv/import && REMOTE_WRITE_URL=https://… node push_job.ts
//
// The exit code is that of the work. If only the push fails, the job is not to be repeated: stderr
// has the reason, which cron sends by mail.
import { MetricsRegistry } from "@edgeprom/edgeprom/core";
import { RemoteWriter } from "@edgeprom/edgeprom/push";
import process from "node:process";

const registry = new MetricsRegistry();
const rows = registry.counter({
  name: "import_rows_total",
  help: "Rows of all imports, by what became of them.",
  labels: { result: ["imported", "rejected"] },
});
const duration = registry.gauge({
  name: "import_duration_seconds",
  help: "Time that the last import took.",
  unit: "seconds",
});

const writer = new RemoteWriter({
  url: process.env.REMOTE_WRITE_URL ?? "http://localhost:9090/api/v1/write",
  gatherer: registry,
  labels: { job: "import", instance: "orders" }, // the same each night: the series go on
});

try {
  await duration.time(importRows);
  // Only now, so that a run that failed says nothing about it.
  registry.gauge({
    name: "import_last_success_timestamp_seconds",
    help: "When the last import that went well has ended.",
    unit: "seconds",
  }).setToCurrentTime();
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  // Not stop(), which would end the series: servers show the numbers for another five minutes, so
  // that alerts see them.
  const { errors } = await writer.flush();
  for (const { message } of errors) console.error(message);
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
